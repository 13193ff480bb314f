//! Who may give what to whom: one function, which every invitation, import, acceptance and role
//! change goes through.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Component, Grants, Level, PeoplePolicy, Role, Switch};

/// Whether a person's address lies within the organization's domains (SPEC 4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// It does.
    Insider,
    /// It does not; everything else follows from the roles.
    Guest,
}

/// A person's roles before and after a change, and who makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant<'a> {
    /// What the one who gives may do.
    pub by: &'a Grants,
    /// Whether the one who receives is a guest.
    pub membership: Membership,
    /// What the one who receives may do so far; nothing before they are an active member.
    pub before: &'a Grants,
    /// What they may do then.
    pub after: &'a Grants,
}

/// Why roles may not be given so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantRefused {
    /// Neither a system role nor a custom one.
    NoRole,
    /// Only an admin makes an admin.
    AdminByAdmins,
    /// Only an admin changes what an admin may do.
    AdminUntouched,
    /// A guest runs no organization.
    GuestAdmin,
    /// More than the one who gives has.
    Beyond {
        /// Where.
        component: Component,
        /// How far the one who gives reaches.
        has: Level,
        /// How far the one who receives would.
        granted: Level,
    },
    /// Custom roles are switched off.
    CustomRolesOff,
    /// The approval workflow is switched off, so there is no Approver.
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
    /// Whether it may be given. That the one who gives may invite or edit roles at all is for
    /// [`Grants::may`] to say.
    ///
    /// **Rule.** What is gained is part of what the one who gives has: a level by level comparison,
    /// switches that hold a custom role back left out of account, so that no right lies in wait.
    /// Only admins make admins or change them; no guest is one.
    /// **Source.** SPEC 7.2, "may not grant Admin"; RELIABILITY, threat 4 and invariants 46, 48.
    /// **Silent on** Approver, Creator and Member, which give nothing in this area: whoever may
    /// invite may give them, see A96. On taking a role away that held another one back: that is a
    /// gain. On guests as admins: see A97.
    ///
    /// # Worked example
    ///
    /// ```
    /// use billing::permission::{Grant, GrantRefused, Grants, Membership, PeoplePolicy, Role};
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
