//! What the audit log records when somebody without the permission calls a route (SPEC R20).

use crate::Route;
use crate::audit::Action;

impl Route {
    /// Whether the route is a download. Downloads are written to the audit log (SPEC R20), so requests
    /// that another site makes a browser send are refused.
    pub const fn is_download(self) -> bool {
        match self.refused() {
            Some(action) => matches!(action, Action::DownloadRefused),
            None => false,
        }
    }

    /// The log entry for a refused attempt, or `None` if the log does not record it.
    pub const fn refused(self) -> Option<Action> {
        match self {
            Self::PlanChanges | Self::ScheduledChange => Some(Action::PlanRefused),
            Self::OutstandingPayments => Some(Action::PaymentRefused),
            Self::Pause => Some(Action::PauseRefused),
            Self::Cancellation => Some(Action::CancellationRefused),
            Self::Reactivation => Some(Action::ReactivationRefused),
            Self::UsageCsv | Self::Export | Self::AuditCsv => Some(Action::DownloadRefused),
            Self::StageUsage | Self::UploadAddOnUse | Self::ApplyUsage | Self::DiscardUsage => {
                Some(Action::UploadRefused)
            }
            Self::IssueCredential | Self::RevokeCredential => Some(Action::CredentialRefused),
            Self::SignIn
            | Self::Session
            | Self::SignOut
            | Self::SignOutEverywhere
            | Self::Organization
            | Self::PriceBook
            | Self::Subscription
            | Self::Usage
            | Self::Projects
            | Self::Quotes
            | Self::PlanChange
            | Self::PaymentUnderWay
            | Self::Invoices
            | Self::Invoice
            | Self::AccountStatus
            | Self::ComingUp
            | Self::Leaving
            | Self::SendUsage
            | Self::SendAddOnUse
            | Self::SendEvents
            | Self::SendProfiles
            | Self::Credentials
            | Self::SandboxClock
            | Self::SandboxGateway
            | Self::Data
            | Self::Support
            | Self::Audit
            | Self::Tickets
            | Self::SandboxPaymentMethod
            | Self::SandboxBillingDetails
            | Self::Mailbox
            | Self::Mail
            | Self::MailPage => None,
        }
    }
}
