//! Support: the form, the tickets (SPEC 4.13).

use billing::ticket::{Category, Priority, Topic};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What the page needs: who writes, who can be kept informed, what was written before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// The address of whoever writes.
    pub email: String,
    /// The account's id.
    pub account_id: String,
    /// The account's name.
    pub account_name: String,
    /// The organization's zone, in minutes east of UTC.
    pub offset_minutes: i32,
    /// Who else is in the organization.
    pub people: Vec<Teammate>,
    /// The tickets, newest first.
    pub tickets: Vec<Ticket>,
}

/// Somebody who can be kept informed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Teammate {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// A ticket to be opened. E-mail, account id and account name are the caller's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// What it is about.
    pub topic: Topic,
    /// What kind it is.
    pub category: Category,
    /// How soon an answer is needed.
    pub priority: Priority,
    /// The subject, one line.
    pub subject: String,
    /// The description.
    pub description: String,
    /// Files.
    #[serde(default)]
    pub attachments: Vec<NewAttachment>,
    /// Who else is kept informed, by their ids.
    #[serde(default)]
    pub team: Vec<String>,
}

/// A file that goes with a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAttachment {
    /// Its name; the ending says what it is.
    pub name: String,
    /// Its bytes, in base64.
    pub content: String,
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// Its number within the organization.
    pub number: u64,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// By whom.
    pub opened_by: String,
    /// What it is about.
    pub topic: Topic,
    /// What kind it is.
    pub category: Category,
    /// How soon an answer is needed.
    pub priority: Priority,
    /// The subject.
    pub subject: String,
    /// The description.
    pub description: String,
    /// Where it stands.
    pub status: TicketStatus,
    /// The names of its files.
    pub attachments: Vec<String>,
    /// Who else is kept informed, by their addresses.
    pub team: Vec<String>,
}

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// The support team has it.
    Open,
    /// It is answered for good.
    Closed,
}
