//! The sandbox's mailbox: the mails to the organization's people.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The latest mails of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// The mails, newest first.
    pub items: Vec<MailSummary>,
    /// Offset of the organization's time zone, in minutes east of UTC.
    pub offset_minutes: i32,
}

/// A mail in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSummary {
    /// The opaque id of the mail.
    pub id: String,
    /// The kind of notification, such as `usage.alert`.
    pub kind: String,
    /// The e-mail address of the recipient.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// When the event that the mail reports happened.
    pub at: DateTime<Utc>,
    /// The state of its delivery.
    pub state: MailState,
}

/// The state of a mail's delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// Waiting for the mail server to accept it.
    Waiting,
    /// Accepted by the mail server.
    Sent,
    /// Given up: no further attempt is made.
    Parked,
}

/// A mail in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The part of the mail that the list shows.
    pub summary: MailSummary,
    /// The plain-text body.
    pub text: String,
    /// Why its delivery was given up; `None` in every other state.
    pub parked: Option<String>,
    /// Offset of the organization's time zone, in minutes east of UTC.
    pub offset_minutes: i32,
}
