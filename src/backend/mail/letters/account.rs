//! Pause, reactivation and the end of an account (SPEC R13, R14).

use billing::access::Condition;
use billing::deadline::Kind;
use billing::lifecycle::{Cause, Lifecycle};
use chrono::NaiveDate;

use super::invoice::to_pay;
use crate::mail::facts::Notice;
use crate::mail::figures::date;
use crate::mail::letter::Letter;
use crate::mail::place::Page;

/// A pause ends by itself: with the account.
pub(super) fn paused(notice: &Notice, by: &str, invoice: Option<&str>) -> Letter {
    let name = notice.name();
    let says = format!(
        "The plan of {name} is paused by {by}. Nothing more is charged, and nothing comes in or goes out."
    );
    let since = notice.since(Condition::Paused);
    let mut figures = vec![("Paused".to_owned(), notice.instant(since))];
    figures.extend(notice.coming(&[Kind::PauseEnd]));
    let letter = Letter::new(format!("{name}: the plan is paused"), says).figures(figures);
    settled(notice, letter, invoice)
        .says("Ask for its reactivation before then; the support team carries it out (rule R13).")
        .page(notice.place(Page::MyPlan))
}

pub(super) fn asked(notice: &Notice, by: &str, owes: bool) -> Letter {
    let name = notice.name();
    let says = format!("The reactivation of {name} was asked for by {by}.");
    Letter::new(format!("{name}: reactivation asked for"), says)
        .says(match owes {
            true => {
                "The support team carries it out when the invoices that are open are paid (rule R13)."
            }
            false => "The support team carries it out (rule R13).",
        })
        .figures(notice.coming(&[Kind::PauseEnd]))
        .page(notice.place(Page::MyPlan))
}

pub(super) fn reactivated(
    notice: &Notice,
    invoice: Option<&str>,
    renews_on: Option<NaiveDate>,
) -> Letter {
    let name = notice.name();
    let charged = match invoice {
        Some(_) => "it is charged from today on",
        None => "it is paid for already",
    };
    let says = format!("The plan of {name} is active again; {charged} (rule R13).");
    let letter = Letter::new(format!("{name}: the plan is active again"), says);
    match renews_on {
        Some(day) => letter.says(format!(
            "The year that was paid for ended during the pause. The next one begins on {}, unless \
             you undo that in My Plan (rule R9).",
            date(day)
        )),
        None => letter,
    }
    .page(notice.place(Page::MyPlan))
}

/// The end is near: what ends the account, when for sure, and what averts it (SPEC R2).
pub(super) fn ending(notice: &Notice) -> Letter {
    let name = notice.name();
    let (because, averts) = match notice.account.end_cause(&notice.policy) {
        Some(Cause::TrialExpired) => (
            "its trial is over and billing is not set up",
            "Add a payment method and the billing details before then (rule R8).",
        ),
        Some(Cause::Unpaid) => (
            "invoices are unpaid",
            "Pay all open invoices before then (rule R12).",
        ),
        Some(Cause::PauseExpired) => (
            "its plan has been paused for long",
            "Ask for its reactivation before then; the support team carries it out (rule R13).",
        ),
        Some(Cause::Ordered) | None => ("nobody has acted", "Ask the support team before then."),
    };
    let says = format!(
        "The account of {name} is about to be cancelled, because {because}. Its data is deleted then \
         and cannot be brought back."
    );
    let ends = [Kind::TrialCancellation, Kind::LockEnd, Kind::PauseEnd];
    Letter::new(format!("{name}: the account is about to be deleted"), says)
        .figures(notice.coming(&ends))
        .says(averts)
        .page(notice.place(Page::MyPlan))
}

/// The last mail: nothing leads back.
pub(super) fn cancelled(notice: &Notice, invoice: Option<&str>) -> Letter {
    let name = notice.name();
    let at = notice.instant(notice.since(Condition::Cancelled));
    let says = format!(
        "The account of {name} was cancelled on {at}. Its projects and data are deleted and cannot be brought back."
    );
    let mut letter = Letter::new(format!("{name}: the account is cancelled"), says);
    if let Some(cause) = cause(notice) {
        letter = letter.says(cause);
    }
    settled(notice, letter, invoice)
        .figures(notice.coming(&[Kind::BackupPurge]))
        .says("Issued invoices are kept as the law asks. To come back, sign up again for a new account (rule R14).")
        .page(notice.place(Page::MyPlan))
}

/// The invoice that settles the month.
fn settled(notice: &Notice, letter: Letter, invoice: Option<&str>) -> Letter {
    match invoice {
        Some(number) => letter.says(format!(
            "The overage so far is on invoice {number}. {}",
            to_pay(notice)
        )),
        None => letter,
    }
}

/// Why an account ended by itself; whoever ordered it knows.
fn cause(notice: &Notice) -> Option<&'static str> {
    let Lifecycle::Cancelled { cause, .. } = notice.account.lifecycle() else {
        return None;
    };
    match cause {
        Cause::Ordered => None,
        Cause::TrialExpired => {
            Some("Its trial was over, and billing was not set up in the days after it (rule R8).")
        }
        Cause::Unpaid => {
            Some("Its open invoices were not paid in the days of the lock (rule R12).")
        }
        Cause::PauseExpired => {
            Some("It was paused, and nobody asked for its reactivation in time (rule R13).")
        }
    }
}
