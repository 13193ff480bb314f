//! Who may do what: one function for the app, which hides, and for the backend, which refuses
//! (SPEC 7.2).

use serde::{Deserialize, Serialize};

/// A system role of a member of the organization (SPEC 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the organization.
    Admin,
    /// A Creator who may approve campaigns.
    Approver,
    /// Builds campaigns.
    Creator,
    /// Reads.
    Member,
}

/// Something a person may want to do in the Organization area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Open the Organization area at all.
    OpenOrganization,
    /// See My Plan and the usage summary.
    ViewPlan,
    /// Upgrade, downgrade, add-ons, and withdrawing what is scheduled.
    ChangePlan,
    /// See billing details and payment methods, masked.
    ViewBilling,
    /// See and download invoices.
    ViewInvoices,
    /// List the users.
    ViewUsers,
}

impl Action {
    /// Every action, in the order of SPEC 7.2.
    pub const ALL: [Self; 6] = [
        Self::OpenOrganization,
        Self::ViewPlan,
        Self::ChangePlan,
        Self::ViewBilling,
        Self::ViewInvoices,
        Self::ViewUsers,
    ];
}

impl Role {
    /// Every system role, highest first (SPEC 7.1).
    pub const ALL: [Self; 4] = [Self::Admin, Self::Approver, Self::Creator, Self::Member];

    /// Whether someone with this role may do it.
    ///
    /// **Rule.** The Organization area is the admins' alone.
    /// **Source.** SPEC 7.2.
    ///
    /// ```
    /// use billing::permission::{Action, Role};
    /// assert!(Role::Admin.may(Action::ChangePlan));
    /// assert!(!Role::Member.may(Action::ViewPlan));
    /// ```
    #[must_use]
    pub const fn may(self, action: Action) -> bool {
        match action {
            Action::OpenOrganization
            | Action::ViewPlan
            | Action::ChangePlan
            | Action::ViewBilling
            | Action::ViewInvoices
            | Action::ViewUsers => match self {
                Self::Admin => true,
                Self::Approver | Self::Creator | Self::Member => false,
            },
        }
    }
}
