//! Mails: one for each recipient of a notice, kept until the transport has accepted it.

use billing::OrganizationId;
use chrono::{DateTime, Utc};

use super::outbox::Posted;
use super::tickets::{self, Attachment};
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Text};

/// A stored mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub organization_id: OrganizationId,
    /// Its id, from which the Message-ID is made: every attempt has the same.
    pub id: String,
    /// The kind of the notice, such as `usage.alert`.
    pub kind: String,
    /// The recipient's address.
    pub recipient: String,
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// When the notice was posted.
    pub posted_at: DateTime<Utc>,
    /// How often delivery was attempted.
    pub attempts: u64,
    /// When the transport accepted it.
    pub sent_at: Option<DateTime<Utc>>,
    /// Why delivery was given up.
    pub parked: Option<String>,
    /// The ticket whose attachments are part of the mail.
    pub ticket: Option<u64>,
    /// Those attachments; filled only by [`hold`].
    pub attachments: Vec<Attachment>,
}

/// A mail to be added for one recipient.
#[derive(Debug, Clone, Copy)]
pub struct NewMail<'a> {
    /// The recipient's address.
    pub recipient: &'a str,
    /// The subject, one line.
    pub subject: &'a str,
    /// The plain text.
    pub text: &'a str,
    /// The same as HTML.
    pub html: &'a str,
    /// The ticket whose attachments are part of the mail.
    pub ticket: Option<u64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    organization_id: Text<OrganizationId>,
    id: String,
    kind: String,
    recipient: String,
    subject: String,
    text_body: String,
    html_body: String,
    posted_at: Text<DateTime<Utc>>,
    attempts: Count,
    sent_at: Option<Text<DateTime<Utc>>>,
    parked: Option<String>,
    ticket: Option<Count>,
}

/// How many mails the list returns at most.
const PAGE: i64 = 100;

/// Adds the mail for the recipient at position `place` of the notice, due at once.
///
/// # Errors
/// A position that already has its mail.
pub async fn add(
    tx: &mut Tx,
    posted: &Posted,
    place: usize,
    written: NewMail<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO mails (organization_id, id, outbox_id, position, kind, recipient, subject, \
         text_body, html_body, posted_at, next_attempt_at, ticket) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(posted.organization_id.as_str())
    .bind(format!("{}-{place}", posted.id))
    .bind(posted.id.as_str())
    .bind(Count(posted.position))
    .bind(posted.kind.as_str())
    .bind(written.recipient)
    .bind(written.subject)
    .bind(written.text)
    .bind(written.html)
    .bind(Text(posted.posted_at))
    .bind(Text(now))
    .bind(written.ticket.map(Count))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Reserves the mails that are due, oldest first, so that no other process sends them meanwhile.
pub async fn hold(
    tx: &mut Tx,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    at_most: i64,
) -> Result<Vec<Mail>, Error> {
    let due: Vec<(Text<OrganizationId>, String)> = sqlx::query_as(
        "SELECT organization_id, id FROM mails WHERE sent_at IS NULL AND parked IS NULL \
         AND next_attempt_at <= $1 AND (held_until IS NULL OR held_until <= $1) \
         ORDER BY next_attempt_at, posted_at, organization_id, position, id LIMIT $2",
    )
    .bind(Text(now))
    .bind(at_most)
    .fetch_all(tx.connection())
    .await?;
    let mut held = Vec::new();
    for (Text(organization_id), id) in due {
        sqlx::query("UPDATE mails SET held_until = $3 WHERE organization_id = $1 AND id = $2")
            .bind(organization_id.as_str())
            .bind(id.as_str())
            .bind(Text(until))
            .execute(tx.connection())
            .await?;
        if let Some(mut mail) = find(tx, &organization_id, &id).await? {
            if let Some(ticket) = mail.ticket {
                mail.attachments = tickets::attachments(tx, &organization_id, ticket).await?;
            }
            held.push(mail);
        }
    }
    Ok(held)
}

pub async fn find(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<Option<Mail>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT organization_id, id, kind, recipient, subject, text_body, html_body, posted_at, \
         attempts, sent_at, parked, ticket FROM mails WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(Mail::from))
}

/// The latest mails of an organization, newest first.
pub async fn latest(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<Mail>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT organization_id, id, kind, recipient, subject, text_body, html_body, posted_at, \
         attempts, sent_at, parked, ticket FROM mails WHERE organization_id = $1 \
         ORDER BY position DESC, id LIMIT $2",
    )
    .bind(organization_id.as_str())
    .bind(PAGE)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(Mail::from).collect())
}

/// The outcome of an attempt to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The transport has accepted it.
    Sent { at: DateTime<Utc> },
    /// It is tried again.
    Delayed {
        /// The instant of the next attempt.
        until: DateTime<Utc>,
        /// What went wrong.
        why: String,
    },
    /// Delivery is given up.
    Parked {
        /// What went wrong.
        why: String,
    },
    /// It was not tried; the reservation ends.
    Released,
}

/// Records the outcome for a reserved mail.
pub async fn note(tx: &mut Tx, mail: &Mail, attempt: &Attempt) -> Result<(), Error> {
    let (tried, sent, next, parked, why) = match attempt {
        Attempt::Sent { at } => (1, Some(*at), None, None, None),
        Attempt::Delayed { until, why } => (1, None, Some(*until), None, Some(why)),
        Attempt::Parked { why } => (1, None, None, Some(why), Some(why)),
        Attempt::Released => (0, None, None, None, None),
    };
    sqlx::query(
        "UPDATE mails SET held_until = NULL, attempts = attempts + $3, sent_at = $4, \
         next_attempt_at = COALESCE($5, next_attempt_at), parked = $6, \
         last_failure = COALESCE($7, last_failure) \
         WHERE organization_id = $1 AND id = $2 AND sent_at IS NULL AND parked IS NULL",
    )
    .bind(mail.organization_id.as_str())
    .bind(mail.id.as_str())
    .bind(i64::from(tried))
    .bind(sent.map(Text))
    .bind(next.map(Text))
    .bind(parked.map(String::as_str))
    .bind(why.map(String::as_str))
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl From<Row> for Mail {
    fn from(row: Row) -> Self {
        Self {
            organization_id: row.organization_id.0,
            id: row.id,
            kind: row.kind,
            recipient: row.recipient,
            subject: row.subject,
            text: row.text_body,
            html: row.html_body,
            posted_at: row.posted_at.0,
            attempts: row.attempts.0,
            sent_at: row.sent_at.map(|Text(at)| at),
            parked: row.parked,
            ticket: row.ticket.map(u64::from),
            attachments: Vec::new(),
        }
    }
}
