//! Denials: why an action is not allowed, as the screen shows it.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Action, Component, Level, Role};

/// An action that was denied, and the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denied {
    /// The denied action.
    pub action: Action,
    /// The reason for the denial.
    pub reason: Reason,
}

/// The reasons for a denial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Only admins may; the person's system role, if there is one.
    AdminsOnly(Option<Role>),
    /// The person's roles have too low a level.
    Level {
        /// The component that the action needs.
        component: Component,
        /// The level that the roles have.
        has: Level,
        /// The level that the action needs.
        needs: Level,
    },
    /// A custom role would allow it, but custom roles are switched off.
    CustomRolesOff,
    /// A custom role would allow it, but Billing is restricted to admins.
    BillingForAdmins,
    /// The person is invited or revoked, or is not a member.
    NotActive,
    /// Only support can do it, on a ticket.
    SupportOnly,
    /// Support may view, but not act.
    SupportLooks,
    /// Only an API credential of the organization can do it.
    CredentialOnly,
    /// An API credential may only send usage and events.
    CredentialSends,
    /// The backend runs without its sandbox.
    SandboxOff,
}

/// Who can lift a denial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiftedBy {
    /// An admin of the organization, by granting a role.
    Admin,
    /// Support, by doing it or by changing a switch.
    Support,
    /// Nobody: the product does not allow it.
    Nobody,
}

impl Reason {
    /// Who can lift the denial.
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
