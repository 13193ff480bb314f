//! Payments of invoices (SPEC R12, R17).

use billing::access::Condition;
use billing::{dunning, retention};

use super::usage::lock_letter;
use crate::mail::facts::Notice;
use crate::mail::letter::Letter;

pub(super) fn letter(what: &str, notice: &Notice) -> Option<Letter> {
    match what {
        "failed" => Some(failed(notice)),
        "locked" => Some(locked(notice)),
        "succeeded" => Some(succeeded(notice)),
        "cleared" => Some(cleared(notice)),
        "notice" => Some(announced(notice)),
        "authentication" => Some(authentication(notice)),
        _ => None,
    }
}

/// Grace begins: what is open, and the instants of the lock and of the cancellation.
fn failed(notice: &Notice) -> Letter {
    let (name, failed_at) = (notice.name(), notice.since());
    let (locks, cancels) = (notice.facts.locks_at, notice.facts.cancels_at);
    let locks = locks.unwrap_or_else(|| dunning::grace_ends_at(failed_at, &notice.policy));
    let cancels = cancels.unwrap_or_else(|| dunning::cancels_at(failed_at, &notice.policy));
    let says = format!(
        "A payment of {name} failed on {}. Everything goes on working for now.",
        notice.instant(failed_at)
    );
    let mut figures = what_is_open(notice);
    figures.push(("The dashboard locks".to_owned(), notice.instant(locks)));
    figures.push((
        "The account is cancelled".to_owned(),
        notice.instant(cancels),
    ));
    Letter::new(format!("{name}: a payment has failed"), says)
        .figures(figures)
        .says("Pay it before then with this or another payment method, and nothing happens (rule R12).")
        .page("Invoices", "/invoices")
}

/// The lock: everything open has to be paid.
fn locked(notice: &Notice) -> Letter {
    let failed_at = notice.facts.since.or(notice.facts.failed_at);
    let cancels = failed_at.map(|at| dunning::cancels_at(at, &notice.policy));
    let mut figures = what_is_open(notice);
    if let Some(at) = notice.facts.cancels_at.or(cancels) {
        figures.push(("The account is cancelled".to_owned(), notice.instant(at)));
    }
    lock_letter(notice, Condition::PaymentLock)
        .figures(figures)
        .says("What is not paid until then cancels the account, and its data is deleted for good (rule R12).")
        .page("Invoices", "/invoices")
}

fn succeeded(notice: &Notice) -> Letter {
    let name = notice.name();
    Letter::new(
        format!("{name}: payment received"),
        format!("A payment of {name} has arrived."),
    )
    .figures(what_is_open(notice))
    .page("Invoices", "/invoices")
}

fn cleared(notice: &Notice) -> Letter {
    let name = notice.name();
    let says = format!(
        "Everything that {name} owed is paid: nothing is locked for it any more (rule R12)."
    );
    Letter::new(format!("{name}: everything is paid"), says).page("My Plan", "/plan")
}

/// The notice that an INR debit needs (SPEC R17).
fn announced(notice: &Notice) -> Letter {
    let name = notice.name();
    let mut figures = what_is_open(notice);
    if let Some(at) = notice.facts.debit_at.or(notice.facts.until) {
        figures.push(("Not debited before".to_owned(), notice.instant(at)));
    }
    Letter::new(
        format!("{name}: a debit is coming"),
        format!("The next invoice of {name} is debited from its payment method."),
    )
    .figures(figures)
    .says("Your bank lets you opt out; the invoice then has to be paid another way (rule R17).")
    .page("Invoices", "/invoices")
}

/// A debit that its holder has to confirm (SPEC R17).
fn authentication(notice: &Notice) -> Letter {
    let name = notice.name();
    let says =
        format!("The bank wants a payment of {name} to be confirmed. Until then it is not made.");
    let mut figures = what_is_open(notice);
    if let Some(at) = notice.facts.until {
        figures.push(("Confirm before".to_owned(), notice.instant(at)));
    }
    Letter::new(format!("{name}: confirm a payment"), says)
        .figures(figures)
        .page("Invoices", "/invoices")
}

fn what_is_open(notice: &Notice) -> Vec<(String, String)> {
    let mut figures = Vec::new();
    if let Some(invoice) = &notice.facts.invoice {
        figures.push(("Invoice".to_owned(), invoice.clone()));
    }
    if let Some(amount) = &notice.facts.amount {
        figures.push(("Amount".to_owned(), notice.money(amount)));
    } else if let Some(invoice) = &notice.invoice {
        figures.push(("Amount".to_owned(), notice.money(&invoice.summary.total)));
    }
    if let Some(reason) = &notice.facts.reason {
        figures.push(("The bank says".to_owned(), reason.clone()));
    }
    figures
}

/// Until when backups may still hold something of an account (SPEC R18).
pub(super) fn backups_until(notice: &Notice) -> String {
    let purged = notice.facts.backups_until;
    let purged =
        purged.unwrap_or_else(|| retention::backups_purged_at(notice.since(), &notice.policy));
    notice.instant(purged)
}
