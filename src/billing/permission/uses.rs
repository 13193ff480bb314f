//! What of the table "What works when" each action uses (SPEC 6, 7.2).

use super::Action;
use crate::access::RequestUse;

impl Action {
    /// What the action uses of what a lock, a pause or the end of the account may shut.
    ///
    /// **Rule.** Everything lies in the Organization area but what comes in, what is exported and
    /// what the page of a pause offers: to pay what is open, to ask for the reactivation, and to
    /// cancel. How the account stands, everybody who may open the area may
    /// always know, or nobody would learn what lifts a lock.
    /// **Source.** SPEC 6, "What works when"; 7.2; R13.
    /// **Silent on** prices without an account's data, and the sandbox: always there, see A121.
    ///
    /// ```
    /// use billing::{access::RequestUse, permission::Action};
    /// assert_eq!(Action::ExportData.uses(), RequestUse::Exports);
    /// assert_eq!(Action::ChangePlan.uses(), RequestUse::Organization);
    /// assert_eq!(Action::RetryPayment.uses(), RequestUse::Reactivation);
    /// ```
    pub const fn uses(self) -> RequestUse {
        match self {
            Self::OpenOrganization | Self::CalculatePrice | Self::UseSandbox => RequestUse::Nothing,
            // Each of the two ends what it acts on: its own transaction says so, behind its key.
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
