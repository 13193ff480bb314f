//! Mails about a pause, a reactivation and the end of an account (SPEC R13, R14).

use billing::access::Condition;
use billing::account::deadline::DeadlineKind;
use billing::account::lifecycle::{Cause, Lifecycle};
use billing::invoicing::invoice::InvoiceNumber;
use chrono::NaiveDate;

use super::invoice::to_pay;
use crate::mail::body::MailBody;
use crate::mail::facts::NotificationFacts;
use crate::mail::figures::date;
use crate::mail::place::Page;

/// The mail names the end of the pause, at which the account is deleted.
pub(super) fn paused(
    notice: &NotificationFacts,
    by: &str,
    invoice: Option<&InvoiceNumber>,
) -> MailBody {
    let name = notice.name();
    let says = format!(
        "The plan of {name} was paused by {by}. Nothing more is charged, and nothing comes in or goes out."
    );
    let since = notice.since(Condition::Paused);
    let mut figures = vec![("Paused".to_owned(), notice.instant(since))];
    figures.extend(notice.coming(&[DeadlineKind::PauseEnd]));
    let body = MailBody::new(format!("{name}: the plan is paused"), says).figures(figures);
    settled(notice, body, invoice)
        .says("Ask for its reactivation before then; the support team carries it out.")
        .page(notice.place(Page::MyPlan))
}

pub(super) fn asked(notice: &NotificationFacts, by: &str, owes: bool) -> MailBody {
    let name = notice.name();
    let says = format!("The reactivation of {name} was asked for by {by}.");
    MailBody::new(format!("{name}: reactivation asked for"), says)
        .says(match owes {
            true => "The support team carries it out when the invoices that are open are paid.",
            false => "The support team carries it out.",
        })
        .figures(notice.coming(&[DeadlineKind::PauseEnd]))
        .page(notice.place(Page::MyPlan))
}

pub(super) fn reactivated(
    notice: &NotificationFacts,
    invoice: Option<&InvoiceNumber>,
    renews_on: Option<NaiveDate>,
) -> MailBody {
    let name = notice.name();
    let charged = match invoice {
        Some(_) => "it is charged from today on",
        None => "it is paid for already",
    };
    let says = format!("The plan of {name} is active again; {charged}.");
    let body = MailBody::new(format!("{name}: the plan is active again"), says);
    match renews_on {
        Some(day) => body.says(format!(
            "The year that was paid for ended during the pause. The next one begins on {}, unless \
             you undo that in My Plan.",
            date(day)
        )),
        None => body,
    }
    .page(notice.place(Page::MyPlan))
}

/// The account is about to end: what ends it, when at the earliest, and what prevents it (SPEC R2).
pub(super) fn ending(notice: &NotificationFacts) -> MailBody {
    let name = notice.name();
    let (because, averts) = match notice.account.end_cause(&notice.policy) {
        Some(Cause::TrialExpired) => (
            "its trial is over and billing is not set up",
            "Add a payment method and the billing details before then.",
        ),
        Some(Cause::Unpaid) => ("invoices are unpaid", "Pay all open invoices before then."),
        Some(Cause::PauseExpired) => (
            "its plan has been paused for long",
            "Ask for its reactivation before then; the support team carries it out.",
        ),
        Some(Cause::Ordered) | None => ("nobody has acted", "Ask the support team before then."),
    };
    let says = format!(
        "The account of {name} is about to be cancelled, because {because}. Its data is deleted then \
         and cannot be brought back."
    );
    let ends = [
        DeadlineKind::TrialCancellation,
        DeadlineKind::LockEnd,
        DeadlineKind::PauseEnd,
    ];
    MailBody::new(format!("{name}: the account is about to be deleted"), says)
        .figures(notice.coming(&ends))
        .says(averts)
        .page(notice.place(Page::MyPlan))
}

/// The last mail about an account.
pub(super) fn cancelled(notice: &NotificationFacts, invoice: Option<&InvoiceNumber>) -> MailBody {
    let name = notice.name();
    let at = notice.instant(notice.since(Condition::Cancelled));
    let says = format!(
        "The account of {name} was cancelled on {at}. Its projects and data are deleted and cannot be brought back."
    );
    let mut body = MailBody::new(format!("{name}: the account is cancelled"), says);
    if let Some(cause) = cause(notice) {
        body = body.says(cause);
    }
    settled(notice, body, invoice)
        .figures(notice.coming(&[DeadlineKind::BackupPurge]))
        .says("Issued invoices are kept as the law asks. To come back, sign up again for a new account.")
        .page(notice.place(Page::MyPlan))
}

/// Adds the invoice of the overage up to that day.
fn settled(
    notice: &NotificationFacts,
    body: MailBody,
    invoice: Option<&InvoiceNumber>,
) -> MailBody {
    match invoice {
        Some(number) => body.says(format!(
            "The overage so far is on invoice {number}. {}",
            to_pay(notice)
        )),
        None => body,
    }
}

/// Why an account ended without an order; `None` when it was ordered.
fn cause(notice: &NotificationFacts) -> Option<&'static str> {
    let Lifecycle::Cancelled { cause, .. } = notice.account.lifecycle() else {
        return None;
    };
    match cause {
        Cause::Ordered => None,
        Cause::TrialExpired => {
            Some("Its trial was over, and billing was not set up in the days after it.")
        }
        Cause::Unpaid => Some("Its open invoices were not paid in the days of the lock."),
        Cause::PauseExpired => {
            Some("It was paused, and nobody asked for its reactivation in time.")
        }
    }
}
