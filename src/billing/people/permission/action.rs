//! The actions of the Organization area.

use serde::{Deserialize, Serialize};

/// An action in the Organization area: the rows of SPEC 7.2, with viewing, changing and downloading as
/// separate actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Open the Organization area.
    OpenOrganization,
    /// View My Plan and the usage summary.
    ViewPlan,
    /// Download the usage summary.
    DownloadUsage,
    /// Upgrade, downgrade, change add-ons, and withdraw scheduled changes.
    ChangePlan,
    /// Pause the plan.
    PausePlan,
    /// Cancel the plan, which deletes the account. Only the organization's own admins may, see A33.
    CancelPlan,
    /// Request the reactivation of a paused plan with a ticket.
    RequestReactivation,
    /// Reactivate a paused plan.
    Reactivate,
    /// View billing details and payment methods, masked.
    ViewBilling,
    /// Edit the billing details.
    EditBillingDetails,
    /// Add or remove a payment method, or make one the default.
    ManagePaymentMethods,
    /// Retry a failed payment.
    RetryPayment,
    /// View invoices.
    ViewInvoices,
    /// Download invoices.
    DownloadInvoices,
    /// Purchase credits.
    PurchaseCredits,
    /// List the users.
    ViewUsers,
    /// Download the list of users.
    DownloadUsers,
    /// Invite users of the organization's own domains, or import a list of them.
    InviteUser,
    /// Resend an invitation.
    ResendInvitation,
    /// Change the roles of one or of many users.
    EditUserRoles,
    /// Revoke users' access.
    RevokeUser,
    /// Invite a person outside the organization's domains.
    InviteGuest,
    /// Delete a user; users cannot delete themselves.
    DeleteUser,
    /// Grant or reset a user's passcode.
    ManagePasscodes,
    /// Reset the second factor of a user's sign-in.
    ResetTwoFactor,
    /// View the system roles and the custom roles.
    ViewRoles,
    /// Create, edit, clone or delete custom roles.
    EditRoles,
    /// View the audit log.
    ViewAudit,
    /// Download the audit log.
    DownloadAudit,
    /// View the data area: retention, region, schema.
    ViewData,
    /// Export data.
    ExportData,
    /// Open a support ticket.
    OpenTicket,
    /// Upload usage.
    UploadUsage,
    /// Send usage and events through the API.
    SendByApi,
    /// Calculate prices without an account's data.
    CalculatePrice,
    /// Set the sandbox's clock, script its gateway, read its mailbox.
    UseSandbox,
}

impl Action {
    /// All actions, in the order of SPEC 7.2.
    pub const ALL: [Self; 36] = [
        Self::OpenOrganization,
        Self::ViewPlan,
        Self::DownloadUsage,
        Self::ChangePlan,
        Self::PausePlan,
        Self::CancelPlan,
        Self::RequestReactivation,
        Self::Reactivate,
        Self::ViewBilling,
        Self::EditBillingDetails,
        Self::ManagePaymentMethods,
        Self::RetryPayment,
        Self::ViewInvoices,
        Self::DownloadInvoices,
        Self::PurchaseCredits,
        Self::ViewUsers,
        Self::DownloadUsers,
        Self::InviteUser,
        Self::ResendInvitation,
        Self::EditUserRoles,
        Self::RevokeUser,
        Self::InviteGuest,
        Self::DeleteUser,
        Self::ManagePasscodes,
        Self::ResetTwoFactor,
        Self::ViewRoles,
        Self::EditRoles,
        Self::ViewAudit,
        Self::DownloadAudit,
        Self::ViewData,
        Self::ExportData,
        Self::OpenTicket,
        Self::UploadUsage,
        Self::SendByApi,
        Self::CalculatePrice,
        Self::UseSandbox,
    ];

    /// The verb phrase after "you may not", also used in a button's hint.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenOrganization => "open the Organization area",
            Self::ViewPlan => "see My Plan",
            Self::DownloadUsage => "download the usage summary",
            Self::ChangePlan => "change the plan",
            Self::PausePlan => "pause the plan",
            Self::CancelPlan => "cancel the plan",
            Self::RequestReactivation => "ask for a reactivation",
            Self::Reactivate => "reactivate a paused plan",
            Self::ViewBilling => "see billing details",
            Self::EditBillingDetails => "edit billing details",
            Self::ManagePaymentMethods => "change payment methods",
            Self::RetryPayment => "retry a payment",
            Self::ViewInvoices => "see invoices",
            Self::DownloadInvoices => "download invoices",
            Self::PurchaseCredits => "purchase credits",
            Self::ViewUsers => "see the users",
            Self::DownloadUsers => "download the list of users",
            Self::InviteUser => "invite users",
            Self::ResendInvitation => "resend an invitation",
            Self::EditUserRoles => "change users' roles",
            Self::RevokeUser => "revoke users' access",
            Self::InviteGuest => "invite guests",
            Self::DeleteUser => "delete users",
            Self::ManagePasscodes => "grant or reset passcodes",
            Self::ResetTwoFactor => "reset a user's second factor",
            Self::ViewRoles => "see the roles",
            Self::EditRoles => "edit custom roles",
            Self::ViewAudit => "see the audit log",
            Self::DownloadAudit => "download the audit log",
            Self::ViewData => "see the data area",
            Self::ExportData => "export data",
            Self::OpenTicket => "open a support ticket",
            Self::UploadUsage => "upload usage",
            Self::SendByApi => "send usage and events by the API",
            Self::CalculatePrice => "calculate prices",
            Self::UseSandbox => "use the sandbox",
        }
    }
}
