//! Who is signed in: the one thing that every screen shares.

use std::rc::Rc;

use api::session::Session;
use billing::permission::Action;

use crate::failure::Failure;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Who {
    /// Not known yet.
    #[default]
    Unknown,
    /// Nobody.
    Nobody,
    /// This person.
    Person(Rc<Session>),
    /// This person, whose session has ended while a page was up: it stays, and they sign in over it.
    Lapsed(Rc<Session>),
    /// It cannot be found out.
    Failed(Failure),
}

/// Which of four pages a person sees, whatever the address says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entrance {
    /// None yet.
    Waiting,
    /// Sign-in; the address stays.
    SignIn,
    /// The page of the address.
    Open(Rc<Session>),
    /// Why it stays closed, and who can open it.
    Closed(Rc<Session>),
    /// What failed.
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

    /// Who it is once the backend knows nobody: whoever was there stays in sight.
    pub fn lapsed(self) -> Self {
        match self {
            Self::Person(session) | Self::Lapsed(session) => Self::Lapsed(session),
            Self::Unknown | Self::Nobody | Self::Failed(_) => Self::Nobody,
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
    use billing::permission::Role;

    #[test]
    fn only_an_admin_finds_the_door_open() {
        let session = |role| {
            Rc::new(Session {
                user_id: "1".to_owned(),
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
    fn a_session_that_ends_leaves_the_page_up() {
        let session = Rc::new(Session {
            user_id: "1".to_owned(),
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
