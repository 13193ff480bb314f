//! Commands that change the members of an organization.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Roles;
use crate::people::identity::Email;
use crate::people::permission::RoleId;

/// Whether "invite as guest" is ticked (SPEC 4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestTick {
    /// The box is ticked.
    Ticked,
    /// The box is not ticked.
    NotTicked,
}

/// One row of the invitation panel, or of an imported list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The address of the invited person.
    pub email: Email,
    /// The roles that the person will have.
    pub roles: Roles,
    /// Whether the person may be a guest.
    pub guest: GuestTick,
}

/// A command that changes the members. It applies to all people it names or to none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Invites people, from the panel or from a list; revoked people are invited the same way.
    Invite {
        /// The rows of the invitation.
        people: Vec<Invite>,
        /// The instant of the command.
        at: DateTime<Utc>,
    },
    /// Resends an invitation. It is valid anew, and the sender's rights are checked from now on.
    Resend {
        /// The invited person's address.
        email: Email,
        /// The instant of the command.
        at: DateTime<Utc>,
    },
    /// Accepts an invitation; the invited person commands.
    Accept {
        /// The invited person's address.
        email: Email,
        /// The instant of the command.
        at: DateTime<Utc>,
    },
    /// Replaces a person's roles.
    SetRoles {
        /// The person's address.
        email: Email,
        /// The new roles.
        roles: Roles,
    },
    /// Adds roles to many people; of two system roles the higher remains.
    Assign {
        /// The addresses of the people.
        people: BTreeSet<Email>,
        /// The roles to add.
        roles: Roles,
    },
    /// Removes roles from many people; whoever is left without any becomes Member.
    Unassign {
        /// The addresses of the people.
        people: BTreeSet<Email>,
        /// The roles to remove.
        roles: Roles,
    },
    /// Revokes the access of people.
    Revoke {
        /// The addresses of the people.
        people: BTreeSet<Email>,
    },
    /// Deletes a person.
    Delete {
        /// The person's address.
        email: Email,
    },
    /// Deletes a custom role; whoever is left without any becomes Member.
    DeleteRole {
        /// The id of the role.
        role: RoleId,
    },
}
