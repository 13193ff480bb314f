//! The column of the table "What works when" that each action uses (SPEC 6, 7.2).

use super::Action;
use crate::access::RequestUse;

impl Action {
    /// The part of the product that the action uses, which a lock, a pause or the end may close.
    ///
    /// **Rule.** Every action uses the Organization area, except the intake, the exports and the page of
    /// a pause: paying open invoices, requesting the reactivation, and cancelling. The account status can
    /// always be read by everybody who may open the area, since it explains what lifts a lock.
    /// **Source.** SPEC 6, "What works when"; 7.2; R13.
    /// **Silent on** prices without an account's data, and the sandbox: always available, see A121.
    ///
    /// ```
    /// use billing::{access::RequestUse, people::permission::Action};
    /// assert_eq!(Action::ExportData.uses(), RequestUse::Exports);
    /// assert_eq!(Action::ChangePlan.uses(), RequestUse::Organization);
    /// assert_eq!(Action::RetryPayment.uses(), RequestUse::Reactivation);
    /// ```
    pub const fn uses(self) -> RequestUse {
        match self {
            Self::OpenOrganization | Self::CalculatePrice | Self::UseSandbox => RequestUse::Nothing,
            // Both end what they act on: their own transaction checks the state, under its key.
            Self::PausePlan | Self::CancelPlan => RequestUse::Nothing,
            Self::RequestReactivation | Self::Reactivate | Self::RetryPayment => {
                RequestUse::Reactivation
            }
            Self::ExportData => RequestUse::Exports,
            Self::UploadUsage | Self::SendByApi => RequestUse::Ingestion,
            Self::ViewPlan
            | Self::DownloadUsage
            | Self::ChangePlan
            | Self::ViewBilling
            | Self::EditBillingDetails
            | Self::ManagePaymentMethods
            | Self::ViewInvoices
            | Self::DownloadInvoices
            | Self::PurchaseCredits
            | Self::ViewUsers
            | Self::DownloadUsers
            | Self::InviteUser
            | Self::ResendInvitation
            | Self::EditUserRoles
            | Self::RevokeUser
            | Self::InviteGuest
            | Self::DeleteUser
            | Self::ManagePasscodes
            | Self::ResetTwoFactor
            | Self::ViewRoles
            | Self::EditRoles
            | Self::ViewAudit
            | Self::DownloadAudit
            | Self::ViewData
            | Self::OpenTicket => RequestUse::Organization,
        }
    }
}
