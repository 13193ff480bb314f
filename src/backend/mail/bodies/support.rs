//! Facts about support tickets (SPEC 4.13).

use billing::access::OrganizationAccess;
use serde::Serialize;

use crate::mail::facts::NotificationFacts;
use crate::notification::{TicketClosed, TicketOpened};

/// The ticket as it was written.
#[derive(Debug, Serialize)]
pub(super) struct Opened<'a> {
    by: &'a str,
    subject: &'a str,
    text: &'a str,
    fields: Vec<Field<'a>>,
}

/// A field of the form.
#[derive(Debug, Serialize)]
struct Field<'a> {
    name: &'a str,
    value: &'a str,
}

impl<'a> Opened<'a> {
    pub(super) fn of(ticket: &'a TicketOpened) -> Self {
        let fields = ticket.figures.iter();
        Self {
            by: &ticket.by,
            subject: &ticket.subject,
            text: &ticket.text,
            fields: fields.map(|(name, value)| Field { name, value }).collect(),
        }
    }
}

/// The support team has closed the ticket.
#[derive(Debug, Serialize)]
pub(super) struct Closed<'a> {
    ticket: u64,
    subject: &'a str,
    /// Whether another ticket can be written.
    may_write_again: bool,
}

impl<'a> Closed<'a> {
    pub(super) fn of(notice: &NotificationFacts, ticket: &'a TicketClosed) -> Self {
        Self {
            ticket: ticket.ticket,
            subject: &ticket.subject,
            may_write_again: match notice.access.works.organization {
                OrganizationAccess::Admins => true,
                OrganizationAccess::ReactivationPage | OrganizationAccess::Closed => false,
            },
        }
    }
}
