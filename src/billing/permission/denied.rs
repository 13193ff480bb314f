//! Why someone may not do something, as the screen shows it.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Action, Component, Level, Role};

/// Something that was not allowed, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denied {
    /// What was wanted.
    pub action: Action,
    /// What stands against it.
    pub reason: Reason,
}

/// What stands against an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Admins alone may; the system role the person has instead.
    AdminsOnly(Option<Role>),
    /// The person's roles do not reach so far.
    Level {
        /// Where.
        component: Component,
        /// How far they reach.
        has: Level,
        /// How far they would have to.
        needs: Level,
    },
    /// A custom role would allow it, but custom roles are switched off.
    CustomRolesOff,
    /// A custom role would allow it, but Billing is switched to admins alone.
    BillingForAdmins,
    /// The person is invited or revoked, or no member at all.
    NotActive,
    /// Support does it, after a ticket.
    SupportOnly,
    /// Support looks and does not act.
    SupportLooks,
    /// An API credential of the organization does it.
    CredentialOnly,
    /// An API credential sends usage and events, nothing else.
    CredentialSends,
    /// The backend runs without its sandbox.
    SandboxOff,
}

/// Who can change it so that the action is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiftedBy {
    /// An admin of the organization, by giving a role.
    Admin,
    /// Support, by doing it or by setting a switch.
    Support,
    /// Nobody: it is made so.
    Nobody,
}

impl Reason {
    /// Who can lift it.
    pub const fn lifted_by(&self) -> LiftedBy {
        match self {
            Self::AdminsOnly(_) | Self::Level { .. } | Self::NotActive => LiftedBy::Admin,
            Self::CustomRolesOff | Self::BillingForAdmins | Self::SupportOnly => LiftedBy::Support,
            Self::SupportLooks
            | Self::CredentialOnly
            | Self::CredentialSends
            | Self::SandboxOff => LiftedBy::Nobody,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AdminsOnly(Some(role)) => {
                write!(f, "that is for admins, and your role is {}", role.as_str())
            }
            Self::AdminsOnly(None) => f.write_str("that is for admins"),
            Self::Level {
                component,
                has,
                needs,
            } => write!(
                f,
                "that needs {component}: {needs}, and your roles give {has}"
            ),
            Self::CustomRolesOff => f.write_str("custom roles are switched off"),
            Self::BillingForAdmins => f.write_str("billing is switched to admins alone"),
            Self::NotActive => f.write_str("you are no active member of this organization"),
            Self::SupportOnly => f.write_str("support does that, after a ticket"),
            Self::SupportLooks => f.write_str("support looks and does not act"),
            Self::CredentialOnly => f.write_str("an API credential of the organization does that"),
            Self::CredentialSends => {
                f.write_str("an API credential sends usage and events, nothing else")
            }
            Self::SandboxOff => f.write_str("this is no sandbox"),
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "you may not {}: {}", self.action.as_str(), self.reason)?;
        match self.reason.lifted_by() {
            LiftedBy::Admin => f.write_str("; an admin of your organization can change that"),
            LiftedBy::Support => f.write_str("; ask support"),
            LiftedBy::Nobody => Ok(()),
        }
    }
}

impl core::error::Error for Denied {}
