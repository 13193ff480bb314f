//! Mails about payments of invoices (SPEC R12, R17).

use billing::Money;
use billing::access::Condition;
use billing::account::deadline::DeadlineKind;
use billing::account::lifecycle::Lifecycle;
use billing::invoicing::collection::Authentication;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};

use super::lock;
use crate::mail::body::MailBody;
use crate::mail::facts::NotificationFacts;
use crate::mail::figures::money;
use crate::mail::place::Page;
use crate::services::gateway::failure_text;

/// The number of an invoice, and the amount of its debit.
type Debited<'a> = (&'a InvoiceNumber, &'a Money);

/// The deadlines that pass if the invoice is not paid.
const ENDS: [DeadlineKind; 3] = [
    DeadlineKind::GraceEnd,
    DeadlineKind::LockEnd,
    DeadlineKind::PauseEnd,
];

/// A debit without an order has failed: what still works, which deadlines come, and what to do.
pub(super) fn failed(
    notice: &NotificationFacts,
    debited: Debited<'_>,
    reason: Option<&str>,
) -> MailBody {
    let name = notice.name();
    let says = format!(
        "A payment of {name} failed on {}.",
        notice.instant(notice.at)
    );
    let mut figures = sum(debited);
    figures.extend(reason.map(|reason| ("Reason".to_owned(), failure_text(reason).to_owned())));
    figures.extend(notice.coming(&ENDS));
    let body = MailBody::new(format!("{name}: a payment has failed"), says);
    let body = if notice.is_open() {
        body.says("Everything goes on working for now.")
    } else {
        body.figures(lock::works(notice.access.works))
    };
    body.figures(figures)
        .says(what_helps(notice))
        .page(notice.place(Page::Invoices))
}

/// What happens after payment, by the state of the account.
fn what_helps(notice: &NotificationFacts) -> &'static str {
    match notice.account.lifecycle() {
        Lifecycle::Cancelled { .. } => {
            "The account has ended, so no page is left to pay it on. The invoice stays open."
        }
        Lifecycle::Paused { .. } => {
            "Pay it with this or another payment method, on the page of the paused plan: the \
             plan can be reactivated when it is paid. Otherwise the account is deleted when the \
             pause ends."
        }
        Lifecycle::Trial { .. } | Lifecycle::Active { .. } if notice.is(Condition::PaymentLock) => {
            "The dashboard opens again when all open invoices are paid. Otherwise the account is \
             cancelled, and its data is deleted for good."
        }
        Lifecycle::Trial { .. } | Lifecycle::Active { .. } => {
            "Pay it before then with this or another payment method, and nothing happens."
        }
    }
}

/// The payment lock: all open invoices must be paid.
pub(super) fn locked(notice: &NotificationFacts) -> MailBody {
    lock::locked(notice, Condition::PaymentLock)
        .figures(notice.coming(&[DeadlineKind::LockEnd]))
        .says(
            "If it is not paid by then, the account is cancelled and its data is deleted for good.",
        )
        .page(notice.place(Page::MyPlan))
}

pub(super) fn succeeded(notice: &NotificationFacts, debited: Debited<'_>) -> MailBody {
    let name = notice.name();
    MailBody::new(
        format!("{name}: payment received"),
        format!("A payment of {name} has arrived."),
    )
    .figures(sum(debited))
    .page(notice.place(Page::Invoices))
}

pub(super) fn cleared(notice: &NotificationFacts) -> MailBody {
    let name = notice.name();
    let says = format!("Everything of {name} that was not paid in time is paid now.");
    let body = MailBody::new(format!("{name}: everything is paid"), says);
    lock::opened(notice, body).page(notice.place(Page::MyPlan))
}

/// The notice that must precede a debit in INR (SPEC R17).
pub(super) fn announced(
    notice: &NotificationFacts,
    debited: Debited<'_>,
    (debit_at, authentication): (DateTime<Utc>, Option<Authentication>),
) -> MailBody {
    let name = notice.name();
    let mut figures = sum(debited);
    figures.push(("Not debited before".to_owned(), notice.instant(debit_at)));
    let says = format!("An invoice of {name} will be debited from its payment method.");
    let body = MailBody::new(format!("{name}: a debit is coming"), says).figures(figures);
    match authentication {
        Some(Authentication::Needed) => body.says(
            "Your bank asks you to confirm this debit, so it cannot be made without you. Pay the \
             invoice yourself before then; otherwise it counts as not paid.",
        ),
        Some(Authentication::NotNeeded) | None => {
            body.says("Your bank lets you opt out; the invoice then has to be paid another way.")
        }
    }
    .page(notice.place(Page::Invoices))
}

/// A debit that the payer has to confirm (SPEC R17).
pub(super) fn to_confirm(
    notice: &NotificationFacts,
    debited: Debited<'_>,
    expires: DateTime<Utc>,
) -> MailBody {
    let name = notice.name();
    let says =
        format!("The bank wants a payment of {name} to be confirmed. Until then it is not made.");
    let mut figures = sum(debited);
    figures.push(("Confirm before".to_owned(), notice.instant(expires)));
    MailBody::new(format!("{name}: confirm a payment"), says)
        .figures(figures)
        .page(notice.place(Page::Invoices))
}

fn sum((invoice, sum): Debited<'_>) -> Vec<(String, String)> {
    vec![
        ("Invoice".to_owned(), invoice.to_string()),
        ("Amount".to_owned(), money(*sum)),
    ]
}
