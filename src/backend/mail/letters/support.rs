//! Support tickets (SPEC 4.13).

use crate::mail::facts::Notice;
use crate::mail::letter::Letter;

pub(super) fn letter(what: &str, notice: &Notice) -> Option<Letter> {
    match what {
        "opened" => opened(notice),
        "closed" => closed(notice),
        _ => None,
    }
}

/// The ticket as it was written.
fn opened(notice: &Notice) -> Option<Letter> {
    let facts = &notice.facts;
    let (subject, text) = (facts.subject.as_ref()?, facts.text.as_ref()?);
    let name = notice.name();
    let by = facts.by.as_deref().unwrap_or("An admin");
    let says = format!("{by} of {name} has opened a support ticket.");
    let letter = Letter::new(format!("Ticket: {subject}"), says);
    let letter = letter.figures(facts.figures.clone()).quotes(text.clone());
    Some(letter.page("Support", "/support"))
}

/// The support team is done with it.
fn closed(notice: &Notice) -> Option<Letter> {
    let facts = &notice.facts;
    let (number, subject) = (facts.ticket?, facts.subject.as_ref()?);
    let says = format!(
        "The support team has closed ticket {number} of {}. Write another one if something is left.",
        notice.name()
    );
    Some(
        Letter::new(format!("Ticket {number} is closed: {subject}"), says)
            .page("Support", "/support"),
    )
}
