//! Pause, reactivation and the end of an account (SPEC R13, R14).

use billing::{BillingFrequency, lifecycle};

use super::payment::backups_until;
use crate::mail::facts::Notice;
use crate::mail::figures::date;
use crate::mail::letter::Letter;

pub(super) fn letter(what: &str, notice: &Notice) -> Option<Letter> {
    match what {
        "paused" => Some(paused(notice)),
        "reactivation_requested" => Some(asked(notice)),
        "reactivated" => Some(reactivated(notice)),
        "cancelled" => Some(cancelled(notice)),
        _ => None,
    }
}

/// A pause ends by itself: with the account.
fn paused(notice: &Notice) -> Letter {
    let name = notice.name();
    let ends = lifecycle::pause_ends_at(notice.since(), &notice.policy);
    let by = by(notice);
    let says = format!(
        "The plan of {name} is paused{by}. Nothing is charged, and nothing comes in or goes out."
    );
    let figures = vec![
        ("Paused".to_owned(), notice.instant(notice.since())),
        ("The account is deleted".to_owned(), notice.instant(ends)),
    ];
    Letter::new(format!("{name}: the plan is paused"), says)
        .figures(figures)
        .says("Ask for its reactivation before then; the support team carries it out (rule R13).")
        .page("My Plan", "/plan")
}

fn asked(notice: &Notice) -> Letter {
    let name = notice.name();
    let by = by(notice);
    let says =
        format!("The reactivation of {name} was asked for{by}. The support team carries it out.");
    let letter = Letter::new(format!("{name}: reactivation asked for"), says);
    match &notice.facts.text {
        Some(text) => letter.quotes(text.clone()),
        None => letter,
    }
}

fn reactivated(notice: &Notice) -> Letter {
    let name = notice.name();
    let charged = match notice.facts.invoice {
        Some(_) => "it is charged from today on",
        None => "it is paid for already",
    };
    let says = format!("The plan of {name} is active again; {charged} (rule R13).");
    let letter = Letter::new(format!("{name}: the plan is active again"), says);
    match (notice.facts.frequency, notice.facts.effective_on) {
        (Some(BillingFrequency::Annual), Some(day)) => letter.says(format!(
            "The year that was paid for ended during the pause. The next one begins on {}, unless \
             you undo that in My Plan (rule R9).",
            date(day)
        )),
        _ => letter,
    }
    .page("My Plan", "/plan")
}

/// The last mail: nothing leads back.
fn cancelled(notice: &Notice) -> Letter {
    let name = notice.name();
    let by = by(notice);
    let at = notice.instant(notice.since());
    let says = format!(
        "The account of {name} was cancelled on {at}{by}. Its projects and data are deleted and cannot be brought back."
    );
    let figures = vec![("Backups are purged until".to_owned(), backups_until(notice))];
    let mut letter = Letter::new(format!("{name}: the account is cancelled"), says);
    let cause = notice.facts.cause.as_deref().and_then(cause);
    if let Some(cause) = cause {
        letter = letter.says(cause);
    }
    letter
        .figures(figures)
        .says("Issued invoices are kept as the law asks. To come back, sign up again for a new account (rule R14).")
}

/// Why an account ended by itself; whoever ordered it knows.
fn cause(cause: &str) -> Option<&'static str> {
    match cause {
        "trial_expired" => {
            Some("Its trial was over, and billing was not set up in the days after it (rule R8).")
        }
        "unpaid" => Some("Its open invoices were not paid in the days of the lock (rule R12)."),
        "pause_expired" => {
            Some("It was paused, and nobody asked for its reactivation in time (rule R13).")
        }
        _ => None,
    }
}

fn by(notice: &Notice) -> String {
    let by = notice.facts.by.as_deref();
    by.map_or_else(String::new, |by| format!(" by {by}"))
}
