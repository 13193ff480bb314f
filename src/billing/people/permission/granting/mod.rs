//! Granting of roles: the one check for every invitation, import, acceptance and role change.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Component, Grants, Level, PeoplePolicy, Role, Switch};

/// Whether a person's address is within the organization's domains (SPEC 4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// The address is within the domains.
    Insider,
    /// The address is outside the domains. Permissions still follow from the roles.
    Guest,
}

/// A person's roles before and after a change, and the granter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant<'a> {
    /// The granter's own rights.
    pub by: &'a Grants,
    /// Whether the receiver is a guest.
    pub membership: Membership,
    /// The receiver's rights before; none until they are an active member.
    pub before: &'a Grants,
    /// The receiver's rights after the change.
    pub after: &'a Grants,
}

/// Why roles may not be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantRefused {
    /// There is neither a system role nor a custom one.
    NoRole,
    /// Only an admin may make somebody an admin.
    AdminByAdmins,
    /// Only an admin may change an admin's roles.
    AdminUntouched,
    /// A guest cannot be an admin.
    GuestAdmin,
    /// The receiver would gain more than the granter has.
    Beyond {
        /// The component with the higher level.
        component: Component,
        /// The granter's level.
        has: Level,
        /// The level that the receiver would gain.
        granted: Level,
    },
    /// Custom roles are switched off.
    CustomRolesOff,
    /// The approval workflow is switched off, so the role Approver does not exist.
    NoApprover,
}

impl fmt::Display for GrantRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRole => f.write_str("choose at least one role"),
            Self::AdminByAdmins => f.write_str("only an admin can make someone an admin"),
            Self::AdminUntouched => f.write_str("only an admin can change an admin's access"),
            Self::GuestAdmin => f.write_str(
                "a guest cannot be an admin; add the address's domain to your organization first",
            ),
            Self::Beyond {
                component,
                has,
                granted,
            } => write!(
                f,
                "this would give {component}: {granted}, and your own roles give {has}; ask an admin"
            ),
            Self::CustomRolesOff => f.write_str("custom roles are switched off; ask support"),
            Self::NoApprover => {
                f.write_str("there are no Approvers while the approval workflow is off")
            }
        }
    }
}

impl core::error::Error for GrantRefused {}

impl Grant<'_> {
    /// Checks whether the roles may be granted. Whether the granter may invite or edit roles at all is
    /// checked by [`Grants::may`].
    ///
    /// **Rule.** The gain must be part of the granter's own rights, compared level by level. Switches that
    /// restrict a custom role are ignored, so that no right takes effect later when a switch changes.
    /// Only admins may make somebody an admin or change an admin; no guest is an admin.
    /// **Source.** SPEC 7.2, "may not grant Admin"; RELIABILITY, threat 4 and invariants 46, 48.
    /// **Silent on** Approver, Creator and Member, which grant nothing in this area: whoever may
    /// invite may grant them, see A96. On removing a role that lowered another one: that is a gain. On
    /// guests as admins: see A97.
    ///
    /// # Worked example
    ///
    /// ```
    /// use billing::people::permission::{Grant, GrantRefused, Grants, Membership, PeoplePolicy, Role};
    /// let (admin, member, nothing) =
    ///     (Grants::of(Role::Admin), Grants::of(Role::Member), Grants::default());
    /// let membership = Membership::Insider;
    /// let grant = Grant { by: &admin, membership, before: &nothing, after: &admin };
    /// assert_eq!(grant.check(&PeoplePolicy::DEFAULT), Ok(()));
    /// let grant = Grant { by: &member, ..grant };
    /// assert_eq!(grant.check(&PeoplePolicy::DEFAULT), Err(GrantRefused::AdminByAdmins));
    /// ```
    pub fn check(&self, policy: &PeoplePolicy) -> Result<(), GrantRefused> {
        if self.after.system.is_none() && self.after.custom.is_empty() {
            return Err(GrantRefused::NoRole);
        }
        self.check_admin()?;
        self.check_switches(policy)?;
        Component::ALL
            .into_iter()
            .try_for_each(|component| self.check_level(component, policy))
    }

    fn check_admin(&self) -> Result<(), GrantRefused> {
        if self.after.is_admin() && self.membership == Membership::Guest {
            Err(GrantRefused::GuestAdmin)
        } else if self.by.is_admin() {
            Ok(())
        } else if self.before.is_admin() {
            Err(GrantRefused::AdminUntouched)
        } else if self.after.is_admin() {
            Err(GrantRefused::AdminByAdmins)
        } else {
            Ok(())
        }
    }

    fn check_switches(&self, policy: &PeoplePolicy) -> Result<(), GrantRefused> {
        let approver = Some(Role::Approver);
        let new_approver = self.after.system == approver && self.before.system != approver;
        if new_approver && policy.approval_workflow == Switch::Off {
            return Err(GrantRefused::NoApprover);
        }
        let mut custom = self.after.custom.keys();
        let new_custom = custom.any(|role| !self.before.custom.contains_key(role));
        if new_custom && policy.custom_roles == Switch::Off {
            return Err(GrantRefused::CustomRolesOff);
        }
        Ok(())
    }

    fn check_level(&self, component: Component, policy: &PeoplePolicy) -> Result<(), GrantRefused> {
        let has = self.by.level(component, policy);
        let granted = self.after.granted(component);
        if granted > has.max(self.before.granted(component)) {
            Err(GrantRefused::Beyond {
                component,
                has,
                granted,
            })
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
