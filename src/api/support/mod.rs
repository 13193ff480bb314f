//! Support: the form and the tickets (SPEC 4.13).

use billing::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use ticket::{Category, Priority, Topic};

pub mod ticket;

/// What the Support page needs: the author, the people to copy, the tickets so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// The e-mail address of the signed-in person.
    pub email: String,
    /// The opaque id of the account.
    pub account_id: OrganizationId,
    /// The name of the account.
    pub account_name: String,
    /// Offset of the organization's time zone, in minutes east of UTC.
    pub offset_minutes: i32,
    /// The other people of the organization.
    pub people: Vec<Teammate>,
    /// The tickets, newest first.
    pub tickets: Vec<Ticket>,
}

/// A person who can receive copies of a ticket's mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Teammate {
    /// The opaque id of the person.
    pub id: UserId,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
}

/// The request to open a ticket. The server adds the caller's e-mail, account id and account name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// The topic of the ticket.
    pub topic: Topic,
    /// The category of the ticket.
    pub category: Category,
    /// How soon an answer is needed.
    pub priority: Priority,
    /// The subject, a single line.
    pub subject: String,
    /// The description, which may have several lines.
    pub description: String,
    /// The attached files.
    #[serde(default)]
    pub attachments: Vec<NewAttachment>,
    /// The ids of the people who receive copies.
    #[serde(default)]
    pub team: Vec<UserId>,
}

/// A file that is attached to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAttachment {
    /// The file name; its extension decides the type.
    pub name: String,
    /// The bytes of the file, in base64.
    pub content: String,
}

/// A ticket of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// The number of the ticket within the organization.
    pub number: u64,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Who opened it.
    pub opened_by: String,
    /// The topic of the ticket.
    pub topic: Topic,
    /// The category of the ticket.
    pub category: Category,
    /// How soon an answer is needed.
    pub priority: Priority,
    /// The subject, a single line.
    pub subject: String,
    /// The description, which may have several lines.
    pub description: String,
    /// The state of the ticket.
    pub status: TicketStatus,
    /// The names of the attached files.
    pub attachments: Vec<String>,
    /// The e-mail addresses of the people who receive copies.
    pub team: Vec<String>,
}

/// The state of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// The support team has not closed it.
    Open,
    /// The support team has closed it.
    Closed,
}
