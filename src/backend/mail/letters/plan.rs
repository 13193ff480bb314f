//! Changes of the plan: done, scheduled, withdrawn, and payments for them that failed (SPEC R5 to R7).

use billing::BillingFrequency;

use crate::mail::facts::Notice;
use crate::mail::figures::{count, date};
use crate::mail::letter::Letter;

pub(super) fn letter(what: &str, notice: &Notice) -> Option<Letter> {
    let name = notice.name();
    let letter = match what {
        "changed" => Letter::new(
            format!("{name}: the plan is changed"),
            format!("The plan of {name} is changed{}, from now on.", by(notice)),
        ),
        "scheduled" => {
            let from = notice.facts.effective_on.map(date);
            let from = from.map_or_else(String::new, |day| format!(" on {day}"));
            let says = format!(
                "A change of the plan of {name} is scheduled{}; it takes effect{from}.",
                by(notice)
            );
            Letter::new(format!("{name}: a change of the plan is scheduled"), says)
                .says("Nothing is charged for it now, and it can be withdrawn until that day (rules R6, R7).")
        }
        "withdrawn" => Letter::new(
            format!("{name}: a scheduled change is withdrawn"),
            format!(
                "A change that was scheduled for {name} is withdrawn{}; the plan stays as it is.",
                by(notice)
            ),
        ),
        "declined" | "expired" => return Some(unpaid(what, notice)),
        _ => return None,
    };
    Some(letter.figures(change(notice)).page("My Plan", "/plan"))
}

/// A change that was not paid for leaves everything as it was (SPEC 6, row 8).
fn unpaid(what: &str, notice: &Notice) -> Letter {
    let name = notice.name();
    let happened = match what {
        "declined" => "The bank declined the payment for it",
        _ => "The payment for it was not finished in time",
    };
    let says = format!(
        "A change of the plan of {name} was ordered{}. {happened}: nothing was charged, and the plan is as before.",
        by(notice)
    );
    Letter::new(format!("{name}: a change of the plan was not paid"), says)
        .figures(change(notice))
        .page("Change Plan", "/plan/change")
}

fn by(notice: &Notice) -> String {
    let by = notice.facts.by.as_deref();
    by.map_or_else(String::new, |by| format!(" by {by}"))
}

/// What changes, and what it cost.
fn change(notice: &Notice) -> Vec<(String, String)> {
    let facts = &notice.facts;
    let mut figures = Vec::new();
    if let Some(tier) = facts.tier {
        figures.push(("Tier".to_owned(), format!("{} MAU", count(tier))));
    }
    for id in &facts.add {
        figures.push(("Add-on that comes".to_owned(), notice.add_on(id)));
    }
    for id in &facts.remove {
        figures.push(("Add-on that goes".to_owned(), notice.add_on(id)));
    }
    if let Some(frequency) = facts.frequency {
        let billed = match frequency {
            BillingFrequency::Monthly => "by the month",
            BillingFrequency::Annual => "by the year",
        };
        figures.push(("Billed".to_owned(), billed.to_owned()));
    }
    if let Some(day) = facts.effective_on {
        figures.push(("From".to_owned(), date(day)));
    }
    if let Some(invoice) = &facts.invoice {
        figures.push(("Invoice".to_owned(), invoice.clone()));
    }
    if let Some(amount) = &facts.amount {
        figures.push(("Charged".to_owned(), notice.money(amount)));
    }
    figures
}
