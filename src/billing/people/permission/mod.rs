//! Permissions: who may do what. The app uses these rules to hide controls, the backend to refuse
//! requests (SPEC 7).
//!
//! Read in this order: [`Action`] (what can be done), [`Level`] and [`Levels`] (what a custom role
//! allows), [`Grants`] (a person's roles combined), [`Actor`] (the matrix), [`Grant`] (who may give
//! which roles to whom) and [`Roster`] (the members of an organization, and every change to them).

use serde::{Deserialize, Serialize};

mod action;
mod denied;
mod granting;
mod grants;
mod level;
mod matrix;
mod policy;
mod roster;
mod uses;

pub use action::Action;
pub use denied::{Denied, LiftedBy, Reason};
pub use granting::{Grant, GrantRefused, Membership};
pub use grants::{Grants, RoleId};
pub use level::{Component, Level, Levels, merged};
pub use matrix::Actor;
pub use policy::{PeoplePolicy, Switch};
pub use roster::{
    BadRow, Command, CustomRole, GuestTick, InvalidRoster, Invitation, Invite, Person, Refusal,
    Roles, Roster, UserStatus,
};

use matrix::{Needs, needs};

/// A system role of a member of the organization (SPEC 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Manages the organization.
    Admin,
    /// A Creator who may also approve campaigns. Exists while the approval workflow is on.
    Approver,
    /// Builds campaigns.
    Creator,
    /// Has read access.
    Member,
}

impl Role {
    /// All system roles, the highest first (SPEC 7.1).
    pub const ALL: [Self; 4] = [Self::Admin, Self::Approver, Self::Creator, Self::Member];

    /// Whether a person with only this role may do the action, with every switch at its default.
    /// [`Grants::may`] also considers custom roles and switches, and returns the reason for a refusal.
    ///
    /// **Rule.** Only admins may use the Organization area.
    /// **Source.** SPEC 7.2.
    ///
    /// ```
    /// use billing::people::permission::{Action, Role};
    /// assert!(Role::Admin.may(Action::ChangePlan));
    /// assert!(!Role::Member.may(Action::ViewPlan));
    /// ```
    pub const fn may(self, action: Action) -> bool {
        match needs(action) {
            Needs::Admin | Needs::OneOf(_) => matches!(self, Self::Admin),
            Needs::SignedIn => true,
            Needs::Operator | Needs::Credential | Needs::Sandbox => false,
        }
    }

    /// The level of the role in a component of the Organization area.
    ///
    /// **Source.** SPEC 7.2: the highest level for admins, none for the others.
    pub const fn level(self, component: Component) -> Level {
        match component {
            Component::Billing | Component::UserSettings | Component::RoleSettings => match self {
                Self::Admin => Level::Write,
                Self::Approver | Self::Creator | Self::Member => Level::None,
            },
        }
    }

    /// The one role that counts when several were chosen; `None` for none.
    ///
    /// **Rule.** The highest: Admin, then Approver, Creator, Member.
    /// **Source.** SPEC 7.1.
    ///
    /// ```
    /// use billing::people::permission::Role;
    /// assert_eq!(Role::highest([Role::Member, Role::Approver]), Some(Role::Approver));
    /// assert_eq!(Role::highest([]), None);
    /// ```
    pub fn highest(roles: impl IntoIterator<Item = Self>) -> Option<Self> {
        roles.into_iter().min_by_key(|role| match role {
            Self::Admin => 0,
            Self::Approver => 1,
            Self::Creator => 2,
            Self::Member => 3,
        })
    }

    /// The name on the screens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::Approver => "Approver",
            Self::Creator => "Creator",
            Self::Member => "Member",
        }
    }
}
