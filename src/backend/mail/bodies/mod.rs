//! The template and the facts of the mail about each notification, and its recipients.

use billing::access::Condition;

use self::shared::SharedFacts;
use super::body::MailBody;
use super::facts::NotificationFacts;
use super::templates::Template;
use crate::foundation::error::Error;
use crate::notification::Notification as N;

mod account;
mod invoice;
mod lock;
mod payment;
mod plan;
mod shared;
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

/// The content of the mail about a notification, with links to the app's site.
///
/// # Errors
/// An invoice that was not loaded.
pub fn body(notice: &NotificationFacts, site: Option<&str>) -> Result<MailBody, Error> {
    let shared = SharedFacts::of(notice, site);
    Ok(match &notice.notification {
        N::UsageAlert(reached) => {
            shared.mail(Template::UsageAlert, usage::Alert::of(notice, *reached))
        }
        N::UsageLocked { usage_lock } => {
            shared.mail(Template::UsageLocked, usage::locked(notice, *usage_lock))
        }
        N::UsageLockLifted { until, reason } => {
            let facts = usage::Lifted::of(notice, *until, reason);
            shared.mail(Template::UsageLockLifted, facts)
        }
        N::UsageUnlocked {} => shared.mail(Template::UsageUnlocked, ()),
        N::InvoiceIssued { .. } => {
            shared.mail(Template::InvoiceIssued, invoice::Issued::of(notice)?)
        }
        N::PlanChanged(order) => {
            shared.mail(Template::PlanChanged, plan::Ordered::of(notice, order))
        }
        N::PlanScheduled(order) => {
            shared.mail(Template::PlanScheduled, plan::Ordered::of(notice, order))
        }
        N::PlanWithdrawn(order) => {
            shared.mail(Template::PlanWithdrawn, plan::Ordered::of(notice, order))
        }
        N::PlanDeclined(order) => {
            shared.mail(Template::PlanDeclined, plan::Ordered::of(notice, order))
        }
        N::PlanExpired(order) => {
            shared.mail(Template::PlanExpired, plan::Ordered::of(notice, order))
        }
        N::PaymentFailed {
            invoice,
            sum,
            reason,
        } => {
            let debited = payment::Debited::of(invoice, *sum);
            let facts = payment::Failed::of(notice, debited, reason.as_deref());
            shared.mail(Template::PaymentFailed, facts)
        }
        N::PaymentLocked {} => {
            let facts = lock::Locked::of(notice, Condition::PaymentLock);
            shared.mail(Template::PaymentLocked, facts)
        }
        N::PaymentSucceeded { invoice, sum } => {
            let facts = payment::Debited::of(invoice, *sum);
            shared.mail(Template::PaymentSucceeded, facts)
        }
        N::PaymentCleared { .. } => shared.mail(Template::PaymentCleared, ()),
        N::DebitAnnounced {
            invoice,
            sum,
            debit_at,
            authentication,
        } => {
            let debited = payment::Debited::of(invoice, *sum);
            let facts = payment::Announced::of(notice, debited, *debit_at, *authentication);
            shared.mail(Template::DebitAnnounced, facts)
        }
        N::PaymentToConfirm {
            invoice,
            sum,
            expires,
        } => {
            let debited = payment::Debited::of(invoice, *sum);
            let facts = payment::ToConfirm::of(notice, debited, *expires);
            shared.mail(Template::PaymentToConfirm, facts)
        }
        N::AccountPaused { by, invoice } => {
            let facts = account::Paused::of(notice, by, invoice.as_ref());
            shared.mail(Template::AccountPaused, facts)
        }
        N::ReactivationRequested { by, owes } => {
            let facts = account::ReactivationRequested { by, owes: *owes };
            shared.mail(Template::ReactivationRequested, facts)
        }
        N::AccountReactivated { invoice, renews_on } => {
            let facts = account::Reactivated::of(invoice.as_ref(), *renews_on);
            shared.mail(Template::AccountReactivated, facts)
        }
        N::AccountEnding {} => shared.mail(Template::AccountEnding, account::Ending::of(notice)),
        N::AccountCancelled { invoice } => {
            let facts = account::Cancelled::of(notice, invoice.as_ref());
            shared.mail(Template::AccountCancelled, facts)
        }
        N::TrialLocked {} => {
            let facts = lock::Locked::of(notice, Condition::TrialBillingMissing);
            shared.mail(Template::TrialLocked, facts)
        }
        N::TrialEnded {
            charged_from,
            invoice,
        } => {
            let facts = trial::Ended::of(*charged_from, invoice.as_ref());
            shared.mail(Template::TrialEnded, facts)
        }
        N::TrialExpired {} => {
            let facts = lock::Locked::of(notice, Condition::TrialExpired);
            shared.mail(Template::TrialExpired, facts)
        }
        N::TicketOpened(ticket) => {
            shared.mail(Template::TicketOpened, support::Opened::of(notice, ticket))
        }
        N::TicketClosed(ticket) => {
            shared.mail(Template::TicketClosed, support::Closed::of(notice, ticket))
        }
    })
}
