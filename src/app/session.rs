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
    #[must_use]
    pub fn entrance(&self) -> Entrance {
        match self {
            Self::Unknown => Entrance::Waiting,
            Self::Nobody => Entrance::SignIn,
            Self::Failed(failure) => Entrance::Failed(failure.clone()),
            Self::Person(session) if session.role.may(Action::OpenOrganization) => {
                Entrance::Open(Rc::clone(session))
            }
            Self::Person(session) => Entrance::Closed(Rc::clone(session)),
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
}
