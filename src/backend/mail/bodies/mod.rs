//! The content of the mail about each notification, and its recipients.

use super::body::MailBody;
use super::facts::NotificationFacts;
use crate::notification::Notification as N;

mod account;
mod invoice;
mod lock;
mod payment;
mod plan;
mod support;
mod trial;
mod usage;

/// Who gets a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipients {
    Admins,
    /// The contacts for invoices (SPEC 4.8).
    BillingContacts,
    /// The support team, and the readers that the ticket names.
    Support,
    /// The support team, which has to act, and every active admin.
    SupportAndAdmins,
}

/// Who gets the mail about a notification.
pub fn readers(notification: &N) -> Recipients {
    match notification {
        N::InvoiceIssued { .. } => Recipients::BillingContacts,
        N::TicketOpened(_) | N::TicketClosed(_) => Recipients::Support,
        N::ReactivationRequested { .. } => Recipients::SupportAndAdmins,
        N::UsageAlert(_)
        | N::UsageLocked { .. }
        | N::UsageLockLifted { .. }
        | N::UsageUnlocked {}
        | N::PlanChanged(_)
        | N::PlanScheduled(_)
        | N::PlanWithdrawn(_)
        | N::PlanDeclined(_)
        | N::PlanExpired(_)
        | N::PaymentFailed { .. }
        | N::PaymentLocked {}
        | N::PaymentSucceeded { .. }
        | N::PaymentCleared { .. }
        | N::DebitAnnounced { .. }
        | N::PaymentToConfirm { .. }
        | N::AccountPaused { .. }
        | N::AccountReactivated { .. }
        | N::AccountEnding {}
        | N::AccountCancelled { .. }
        | N::TrialLocked {}
        | N::TrialEnded { .. }
        | N::TrialExpired {} => Recipients::Admins,
    }
}

/// The content of the mail about a notification.
pub fn body(notice: &NotificationFacts) -> MailBody {
    match &notice.notification {
        N::UsageAlert(reached) => usage::alert(notice, *reached),
        N::UsageLocked { usage_lock } => usage::locked(notice, *usage_lock),
        N::UsageLockLifted { until, reason } => usage::lifted(notice, (*until, reason)),
        N::UsageUnlocked {} => usage::unlocked(notice),
        N::InvoiceIssued { invoice } => invoice::issued(notice, invoice),
        N::PlanChanged(order) => plan::changed(notice, order),
        N::PlanScheduled(order) => plan::scheduled(notice, order),
        N::PlanWithdrawn(order) => plan::withdrawn(notice, order),
        N::PlanDeclined(order) => plan::declined(notice, order),
        N::PlanExpired(order) => plan::expired(notice, order),
        N::PaymentFailed {
            invoice,
            sum,
            reason,
        } => payment::failed(notice, (invoice, sum), reason.as_deref()),
        N::PaymentLocked {} => payment::locked(notice),
        N::PaymentSucceeded { invoice, sum } => payment::succeeded(notice, (invoice, sum)),
        N::PaymentCleared { .. } => payment::cleared(notice),
        N::DebitAnnounced {
            invoice,
            sum,
            debit_at,
            authentication,
        } => payment::announced(notice, (invoice, sum), (*debit_at, *authentication)),
        N::PaymentToConfirm {
            invoice,
            sum,
            expires,
        } => payment::to_confirm(notice, (invoice, sum), *expires),
        N::AccountPaused { by, invoice } => account::paused(notice, by, invoice.as_ref()),
        N::ReactivationRequested { by, owes } => account::asked(notice, by, *owes),
        N::AccountReactivated { invoice, renews_on } => {
            account::reactivated(notice, invoice.as_ref(), *renews_on)
        }
        N::AccountEnding {} => account::ending(notice),
        N::AccountCancelled { invoice } => account::cancelled(notice, invoice.as_ref()),
        N::TrialLocked {} => trial::locked(notice),
        N::TrialEnded {
            charged_from,
            invoice,
        } => trial::ended(notice, *charged_from, invoice.as_ref()),
        N::TrialExpired {} => trial::expired(notice),
        N::TicketOpened(ticket) => support::opened(notice, ticket),
        N::TicketClosed(ticket) => support::closed(notice, ticket),
    }
}
