//! The session: which person is signed in. Every screen shares it.

use std::rc::Rc;

use api::session::Session;
use billing::UserId;
use billing::people::permission::Action;

use crate::client::failure::Failure;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Who {
    /// The session has not been loaded yet.
    #[default]
    Unknown,
    Nobody,
    Person(Rc<Session>),
    /// A person whose session has ended while a page was open: the page stays, and they sign in over it.
    Lapsed(Rc<Session>),
    /// The session could not be loaded.
    Failed(Failure),
}

/// What is shown instead of, or around, the page of the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entrance {
    /// A skeleton.
    Waiting,
    /// The sign-in; the address stays.
    SignIn,
    /// The page of the address.
    Open(Rc<Session>),
    /// The page that explains that the role may not see the Organization area.
    Closed(Rc<Session>),
    /// The failed request.
    Failed(Failure),
}

impl Who {
    /// What this person sees.
    pub fn entrance(&self) -> Entrance {
        match self {
            Self::Unknown => Entrance::Waiting,
            Self::Nobody => Entrance::SignIn,
            Self::Failed(failure) => Entrance::Failed(failure.clone()),
            Self::Person(session) | Self::Lapsed(session)
                if session.role.may(Action::OpenOrganization) =>
            {
                Entrance::Open(Rc::clone(session))
            }
            Self::Person(session) | Self::Lapsed(session) => Entrance::Closed(Rc::clone(session)),
        }
    }

    /// The state after the backend has returned "not signed in": a person's open page stays.
    pub fn lapsed(self) -> Self {
        match self {
            Self::Person(session) | Self::Lapsed(session) => Self::Lapsed(session),
            Self::Unknown | Self::Nobody | Self::Failed(_) => Self::Nobody,
        }
    }

    /// The id of the person, also after their session has ended.
    pub fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Person(session) | Self::Lapsed(session) => Some(session.user_id.clone()),
            Self::Unknown | Self::Nobody | Self::Failed(_) => None,
        }
    }

    /// The person whose session has ended.
    pub fn lapsed_person(&self) -> Option<Rc<Session>> {
        match self {
            Self::Lapsed(session) => Some(Rc::clone(session)),
            Self::Unknown | Self::Nobody | Self::Person(_) | Self::Failed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use billing::people::permission::Role;

    #[test]
    fn only_an_admin_may_open_the_pages() {
        let session = |role| {
            Rc::new(Session {
                user_id: UserId::new("1"),
                name: "Max".to_owned(),
                email: "max@acme.example".to_owned(),
                role,
                organization: "Acme".to_owned(),
                sandbox: false,
            })
        };
        for role in Role::ALL {
            let entrance = Who::Person(session(role)).entrance();
            match role {
                Role::Admin => assert_eq!(entrance, Entrance::Open(session(role))),
                _ => assert_eq!(entrance, Entrance::Closed(session(role)), "{role:?}"),
            }
        }
        assert_eq!(Who::Nobody.entrance(), Entrance::SignIn);
    }

    #[test]
    fn a_session_that_ends_leaves_the_page_open() {
        let session = Rc::new(Session {
            user_id: UserId::new("1"),
            name: "Ada".to_owned(),
            email: "ada@acme.example".to_owned(),
            role: Role::Admin,
            organization: "Acme".to_owned(),
            sandbox: false,
        });
        let person = Who::Person(Rc::clone(&session));
        let lapsed = person.clone().lapsed();
        assert_eq!(lapsed.entrance(), person.entrance());
        assert_eq!(lapsed.lapsed_person(), Some(session));
        assert_eq!(lapsed.clone().lapsed(), lapsed);
        assert_eq!(Who::Unknown.lapsed(), Who::Nobody);
        assert_eq!(person.lapsed_person(), None);
    }
}
