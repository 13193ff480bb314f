//! The trial (SPEC R8).

use billing::access::Condition;
use billing::lifecycle;

use super::usage::lock_letter;
use crate::mail::facts::Notice;
use crate::mail::figures::date;
use crate::mail::letter::Letter;

pub(super) fn letter(what: &str, notice: &Notice) -> Option<Letter> {
    match what {
        "locking" | "locked" => Some(locked(notice)),
        "ended" => Some(ended(notice)),
        "expired" => Some(expired(notice)),
        "completed" => Some(completed(notice)),
        _ => None,
    }
}

/// Something is missing and the trial is about to end.
fn locked(notice: &Notice) -> Letter {
    let ends = notice
        .facts
        .since
        .map(|at| lifecycle::trial_ends_at(at, &notice.policy));
    let ends = notice.facts.ends_at.or(ends);
    let figures = ends.map(|at| ("The trial ends".to_owned(), notice.instant(at)));
    lock_letter(notice, Condition::TrialBillingMissing)
        .figures(figures.into_iter().collect())
        .page("My Plan", "/plan")
}

/// The trial has become a paid plan.
fn ended(notice: &Notice) -> Letter {
    let name = notice.name();
    let from = notice.facts.charged_from;
    let from = from.map(|day| ("Charged from".to_owned(), date(day)));
    let from = from.into_iter().collect();
    let says = format!(
        "The trial of {name} has ended and the plan is active. The rest of the month is charged in proportion (rule R8)."
    );
    Letter::new(format!("{name}: the trial has ended"), says)
        .figures(from)
        .page("Invoices", "/invoices")
}

/// The trial is over and something is still missing.
fn expired(notice: &Notice) -> Letter {
    lock_letter(notice, Condition::TrialExpired)
        .figures(until(notice))
        .says("Otherwise the account is cancelled then, and its data is deleted (rule R8).")
        .page("My Plan", "/plan")
}

fn completed(notice: &Notice) -> Letter {
    let name = notice.name();
    let says = format!(
        "Payment method and billing details of {name} are complete: the dashboard is open."
    );
    Letter::new(format!("{name}: the dashboard is open again"), says).page("My Plan", "/plan")
}

/// What happens by itself, where the notice says when; else by the rule from the trial's start.
fn until(notice: &Notice) -> Vec<(String, String)> {
    let started_at = notice.facts.since;
    let cancels = started_at.map(|at| lifecycle::trial_cancels_at(at, &notice.policy));
    let at = notice.facts.cancels_at.or(cancels);
    at.map(|at| ("The account is cancelled".to_owned(), notice.instant(at)))
        .into_iter()
        .collect()
}
