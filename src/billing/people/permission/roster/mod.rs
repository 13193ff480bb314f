//! The members of an organization and their roles. One of them is always an active admin.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Action, Denied, Grants, Levels, Membership, PeoplePolicy, Reason, Role, RoleId};
use crate::people::identity::{Domain, Email};

mod after;
mod command;
mod refusal;

pub use command::{Command, GuestTick, Invite};
pub use refusal::{BadRow, Refusal};

/// The roles chosen for a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Roles {
    /// The system role; of several the [`Role::highest`]; `None` when there is none.
    pub system: Option<Role>,
    /// The custom roles.
    pub custom: BTreeSet<RoleId>,
}

impl Roles {
    /// A system role without custom roles.
    pub const fn of(role: Role) -> Self {
        Self {
            system: Some(role),
            custom: BTreeSet::new(),
        }
    }

    /// Whether there is neither a system role nor a custom one.
    pub fn is_empty(&self) -> bool {
        self.system.is_none() && self.custom.is_empty()
    }
}

/// An open invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// The member who sent or resent it, or who last changed its roles. Their rights are checked.
    pub by: Email,
    /// The instant at which it expires.
    pub until: DateTime<Utc>,
}

/// The status of a person (SPEC 4.9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// Invited, and has not accepted yet.
    Invited(Invitation),
    /// An active member.
    Active,
    /// A former member, who may be invited again.
    Revoked,
}

/// A person of an organization. The roster identifies people by their address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The roles that were granted.
    pub roles: Roles,
    /// Insider or guest, as determined by the invitation.
    pub membership: Membership,
    /// Invited, active or revoked.
    pub status: UserStatus,
}

/// A role that the organization defined itself (SPEC 4.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomRole {
    /// The name of the role.
    pub name: String,
    /// What the role allows.
    pub levels: Levels,
}

/// The people and the custom roles of an organization. At least one active person is an admin and
/// no guest is one; the constructor and every command keep it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    domains: Vec<Domain>,
    custom_roles: BTreeMap<RoleId, CustomRole>,
    people: BTreeMap<Email, Person>,
}

/// Why people and roles do not form a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidRoster {
    /// No active person is an admin.
    NoAdmin,
    /// A guest is an admin.
    GuestAdmin(Email),
    /// A person has a custom role that does not exist.
    UnknownRole(RoleId),
}

impl fmt::Display for InvalidRoster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAdmin => f.write_str("nobody active is an admin"),
            Self::GuestAdmin(email) => write!(f, "{email} is a guest and an admin"),
            Self::UnknownRole(role) => write!(f, "there is no custom role {}", role.0),
        }
    }
}

impl core::error::Error for InvalidRoster {}

impl Roster {
    /// The roster of a new organization: its founder as an admin.
    pub fn founded(founder: Email, domains: Vec<Domain>) -> Self {
        let admin = Person {
            roles: Roles::of(Role::Admin),
            membership: Membership::Insider,
            status: UserStatus::Active,
        };
        Self {
            domains,
            custom_roles: BTreeMap::new(),
            people: BTreeMap::from([(founder, admin)]),
        }
    }

    /// A roster from stored data.
    ///
    /// # Errors
    /// Fails when the data breaks the invariant of the type (RELIABILITY, invariant 46).
    pub fn new(
        domains: Vec<Domain>,
        custom_roles: BTreeMap<RoleId, CustomRole>,
        people: BTreeMap<Email, Person>,
    ) -> Result<Self, InvalidRoster> {
        let roster = Self {
            domains,
            custom_roles,
            people,
        };
        for (email, person) in &roster.people {
            if person.membership == Membership::Guest && person.roles.system == Some(Role::Admin) {
                return Err(InvalidRoster::GuestAdmin(email.clone()));
            }
            let unknown = |role: &&RoleId| !roster.custom_roles.contains_key(*role);
            if let Some(role) = person.roles.custom.iter().find(unknown) {
                return Err(InvalidRoster::UnknownRole(*role));
            }
        }
        if roster.active_admins().next().is_none() {
            return Err(InvalidRoster::NoAdmin);
        }
        Ok(roster)
    }

    /// All people, by address.
    pub const fn people(&self) -> &BTreeMap<Email, Person> {
        &self.people
    }

    /// The custom roles.
    pub const fn custom_roles(&self) -> &BTreeMap<RoleId, CustomRole> {
        &self.custom_roles
    }

    /// The active admins: the last one cannot be removed, and alerts are sent to them. People who are only
    /// invited are excluded.
    pub fn active_admins(&self) -> impl Iterator<Item = &Email> {
        self.people
            .iter()
            .filter(|(_, person)| {
                person.status == UserStatus::Active && person.roles.system == Some(Role::Admin)
            })
            .map(|(email, _)| email)
    }

    /// The rights of a person; `None` unless they are active.
    pub fn grants(&self, email: &Email) -> Option<Grants> {
        match self.people.get(email) {
            Some(person) if person.status == UserStatus::Active => {
                Some(self.resolve(&person.roles))
            }
            Some(_) | None => None,
        }
    }

    /// Checks whether a person may do the action.
    ///
    /// # Errors
    /// The error names the rule that refuses and who can grant the right.
    pub fn may(
        &self,
        email: &Email,
        action: Action,
        policy: &PeoplePolicy,
    ) -> Result<Grants, Denied> {
        let reason = Reason::NotActive;
        let grants = self.grants(email).ok_or(Denied { action, reason })?;
        grants.may(action, policy)?;
        Ok(grants)
    }

    /// The roles with the levels of the custom ones; a custom role that does not exist grants nothing.
    fn resolve(&self, roles: &Roles) -> Grants {
        let levels = |role: &RoleId| {
            self.custom_roles
                .get(role)
                .map(|custom| custom.levels)
                .unwrap_or_default()
        };
        Grants {
            system: roles.system,
            custom: roles
                .custom
                .iter()
                .map(|role| (*role, levels(role)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;
