//! Support tickets (SPEC 4.13).

use billing::access::Organization;

use crate::mail::facts::Notice;
use crate::mail::letter::Letter;
use crate::mail::place::Page;
use crate::notification::{TicketClosed, TicketOpened};

/// The ticket as it was written.
pub(super) fn opened(notice: &Notice, ticket: &TicketOpened) -> Letter {
    let TicketOpened {
        by,
        subject,
        text,
        figures,
        ..
    } = ticket;
    let says = format!("{by} of {} has opened a support ticket.", notice.name());
    Letter::new(format!("Ticket: {subject}"), says)
        .figures(figures.clone())
        .quotes(text.clone())
        .page(notice.place(Page::Support))
}

/// The support team is done with it.
pub(super) fn closed(notice: &Notice, ticket: &TicketClosed) -> Letter {
    let TicketClosed {
        ticket, subject, ..
    } = ticket;
    let says = format!(
        "The support team has closed ticket {ticket} of {}.",
        notice.name()
    );
    let letter = Letter::new(format!("Ticket {ticket} is closed: {subject}"), says);
    match notice.access.works.organization {
        Organization::Admins => letter.says("Write another one if something is left."),
        Organization::ReactivationPage | Organization::Closed => letter,
    }
    .page(notice.place(Page::Support))
}
