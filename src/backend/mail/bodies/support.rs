//! Facts about support tickets (SPEC 4.13).

use api::support::ticket::{Category, Priority, Topic};
use billing::OrganizationId;
use billing::access::OrganizationAccess;
use serde::Serialize;

use crate::mail::facts::NotificationFacts;
use crate::notification::{TicketClosed, TicketOpened};

/// The ticket as it was written.
#[derive(Debug, Serialize)]
pub(super) struct Opened<'a> {
    ticket: u64,
    organization_id: &'a OrganizationId,
    /// The address of its author.
    by: &'a str,
    topic: Topic,
    category: Category,
    priority: Priority,
    subject: &'a str,
    text: &'a str,
    /// The file names of its attachments.
    attachments: &'a [String],
}

impl<'a> Opened<'a> {
    pub(super) fn of(notice: &'a NotificationFacts, ticket: &'a TicketOpened) -> Self {
        Self {
            ticket: ticket.ticket,
            organization_id: &notice.organization.id,
            by: &ticket.by,
            topic: ticket.topic,
            category: ticket.category,
            priority: ticket.priority,
            subject: &ticket.subject,
            text: &ticket.text,
            attachments: &ticket.attachments,
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
