//! Every change to the members: what can be asked.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Roles;
use crate::identity::Email;
use crate::permission::RoleId;

/// Whether "invite as guest" is ticked (SPEC 4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestTick {
    /// It is.
    Ticked,
    /// It is not.
    NotTicked,
}

/// One row of the invitation panel, or of an imported list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Whom.
    pub email: Email,
    /// With which roles.
    pub roles: Roles,
    /// Whether they may be a guest.
    pub guest: GuestTick,
}

/// A change to the members. It acts on all it names or on none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Invites people, from the panel or from a list; revoked ones come back so.
    Invite {
        /// Whom.
        people: Vec<Invite>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Sends an invitation again; it holds anew, and the sender vouches for it.
    Resend {
        /// Whose.
        email: Email,
        /// When.
        at: DateTime<Utc>,
    },
    /// Accepts an invitation; the one who commands is the invited person.
    Accept {
        /// Whose.
        email: Email,
        /// When.
        at: DateTime<Utc>,
    },
    /// Gives a person these roles instead of theirs.
    SetRoles {
        /// To whom.
        email: Email,
        /// Which.
        roles: Roles,
    },
    /// Adds roles to many; of two system roles the higher stays.
    Assign {
        /// To whom.
        people: BTreeSet<Email>,
        /// Which.
        roles: Roles,
    },
    /// Takes roles from many; whoever is left without any is a Member.
    Unassign {
        /// From whom.
        people: BTreeSet<Email>,
        /// Which.
        roles: Roles,
    },
    /// Revokes the access of people.
    Revoke {
        /// Of whom.
        people: BTreeSet<Email>,
    },
    /// Deletes a person.
    Delete {
        /// Whom.
        email: Email,
    },
    /// Deletes a custom role; whoever is left without any is a Member.
    DeleteRole {
        /// Which.
        role: RoleId,
    },
}
