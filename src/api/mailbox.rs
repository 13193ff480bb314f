//! The sandbox's mailbox: what was written to the organization's people.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The latest mails, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// The mails.
    pub items: Vec<MailSummary>,
    /// The organization's zone, in minutes east of UTC.
    pub offset_minutes: i32,
}

/// A mail in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSummary {
    /// Its id.
    pub id: String,
    /// What it tells of, such as `usage.alert`.
    pub kind: String,
    /// Whom it is written to.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// When what it tells of happened.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub state: MailState,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// It is handed over as soon as somebody takes it.
    Waiting,
    /// It was taken.
    Sent,
    /// It is given up.
    Parked,
}

/// A mail in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// What the list shows of it.
    pub summary: MailSummary,
    /// Its text.
    pub text: String,
    /// Why it is given up.
    pub parked: Option<String>,
    /// The organization's zone, in minutes east of UTC.
    pub offset_minutes: i32,
}
