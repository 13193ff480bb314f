//! Mails about support tickets (SPEC 4.13).

use billing::access::OrganizationAccess;

use crate::mail::body::MailBody;
use crate::mail::facts::NotificationFacts;
use crate::mail::place::Page;
use crate::notification::{TicketClosed, TicketOpened};

/// The ticket as it was written.
pub(super) fn opened(notice: &NotificationFacts, ticket: &TicketOpened) -> MailBody {
    let TicketOpened {
        by,
        subject,
        text,
        figures,
        ..
    } = ticket;
    let says = format!("{by} of {} has opened a support ticket.", notice.name());
    MailBody::new(format!("Ticket: {subject}"), says)
        .figures(figures.clone())
        .quotes(text.clone())
        .page(notice.place(Page::Support))
}

/// The support team has closed the ticket.
pub(super) fn closed(notice: &NotificationFacts, ticket: &TicketClosed) -> MailBody {
    let TicketClosed {
        ticket, subject, ..
    } = ticket;
    let says = format!(
        "The support team has closed ticket {ticket} of {}.",
        notice.name()
    );
    let body = MailBody::new(format!("Ticket {ticket} is closed: {subject}"), says);
    match notice.access.works.organization {
        OrganizationAccess::Admins => body.says("Write another one if something is left."),
        OrganizationAccess::ReactivationPage | OrganizationAccess::Closed => body,
    }
    .page(notice.place(Page::Support))
}
