//! Support tickets, with the team members to notify and the attachments.

use api::support::ticket::{Category, Priority, Topic};
use api::support::{Ticket, TicketStatus};
use billing::OrganizationId;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Text, Word};
use crate::store::idempotency::Key;

/// A file attached to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    /// Its media type, such as `image/png`.
    pub media_type: String,
    pub content: Vec<u8>,
}

/// What a key was used for.
#[derive(Debug, Clone)]
pub struct Opened {
    pub request_hash: String,
    /// The number of the ticket.
    pub number: u64,
}

#[derive(sqlx::FromRow)]
struct Row {
    number: Count,
    opened_at: Text<DateTime<Utc>>,
    opened_by: String,
    topic: Word<Topic>,
    category: Word<Category>,
    priority: Word<Priority>,
    subject: String,
    description: String,
    status: Word<TicketStatus>,
}

/// How many tickets the list returns at most.
const PAGE: i64 = 100;

/// The ticket that a key has opened; `None` when the key is new.
pub async fn opened(tx: &mut Tx, key: &Key) -> Result<Option<Opened>, Error> {
    let row: Option<(String, Count)> = sqlx::query_as(
        "SELECT request_hash, number FROM support_tickets \
         WHERE organization_id = $1 AND user_id = $2 AND idempotency_key = $3",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .fetch_optional(tx.connection())
    .await?;
    let opened = |(request_hash, Count(number))| Opened {
        request_hash,
        number,
    };
    Ok(row.map(opened))
}

/// How many tickets were opened after an instant, and the number of the last ticket.
pub async fn counts(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    since: DateTime<Utc>,
) -> Result<(u64, u64), Error> {
    let (Count(recent), Count(last)) = sqlx::query_as(
        "SELECT COUNT(CASE WHEN opened_at > $2 THEN 1 END), COALESCE(MAX(number), 0) \
         FROM support_tickets WHERE organization_id = $1",
    )
    .bind(organization_id.as_str())
    .bind(Text(since))
    .fetch_one(tx.connection())
    .await?;
    Ok((recent, last))
}

/// Adds a ticket under its idempotency key.
///
/// # Errors
/// A number or key that is taken.
pub async fn add(
    tx: &mut Tx,
    key: &Key,
    request_hash: &str,
    ticket: &Ticket,
    attachments: &[Attachment],
) -> Result<(), Error> {
    let number = Count(ticket.number);
    sqlx::query(
        "INSERT INTO support_tickets (organization_id, number, user_id, idempotency_key, \
         request_hash, opened_by, opened_at, topic, category, priority, subject, description, status) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'open')",
    )
    .bind(key.organization_id.as_str())
    .bind(number)
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .bind(request_hash)
    .bind(ticket.opened_by.as_str())
    .bind(Text(ticket.opened_at))
    .bind(Word(&ticket.topic))
    .bind(Word(&ticket.category))
    .bind(Word(&ticket.priority))
    .bind(ticket.subject.as_str())
    .bind(ticket.description.as_str())
    .execute(tx.connection())
    .await?;
    for email in &ticket.team {
        sqlx::query(
            "INSERT INTO support_ticket_readers (organization_id, number, email) VALUES ($1, $2, $3)",
        )
        .bind(key.organization_id.as_str())
        .bind(number)
        .bind(email.as_str())
        .execute(tx.connection())
        .await?;
    }
    for (position, attachment) in (1..).zip(attachments) {
        attach(tx, &key.organization_id, number, position, attachment).await?;
    }
    Ok(())
}

async fn attach(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: Count,
    position: i64,
    attachment: &Attachment,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO support_attachments (organization_id, number, position, name, media_type, \
         content) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(organization_id.as_str())
    .bind(number)
    .bind(position)
    .bind(attachment.name.as_str())
    .bind(attachment.media_type.as_str())
    .bind(attachment.content.clone())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The latest tickets of an organization, newest first.
pub async fn latest(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<Ticket>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT number, opened_at, opened_by, topic, category, priority, subject, description, \
         status FROM support_tickets WHERE organization_id = $1 ORDER BY number DESC LIMIT $2",
    )
    .bind(organization_id.as_str())
    .bind(PAGE)
    .fetch_all(tx.connection())
    .await?;
    let mut tickets = Vec::new();
    for row in rows {
        tickets.push(whole(tx, organization_id, row).await?);
    }
    Ok(tickets)
}

pub async fn find(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: u64,
) -> Result<Option<Ticket>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT number, opened_at, opened_by, topic, category, priority, subject, description, \
         status FROM support_tickets WHERE organization_id = $1 AND number = $2",
    )
    .bind(organization_id.as_str())
    .bind(Count(number))
    .fetch_optional(tx.connection())
    .await?;
    match row {
        Some(row) => whole(tx, organization_id, row).await.map(Some),
        None => Ok(None),
    }
}

/// The attachments of a ticket, in order.
pub async fn attachments(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: u64,
) -> Result<Vec<Attachment>, Error> {
    let rows: Vec<(String, String, Vec<u8>)> = sqlx::query_as(
        "SELECT name, media_type, content FROM support_attachments \
         WHERE organization_id = $1 AND number = $2 ORDER BY position",
    )
    .bind(organization_id.as_str())
    .bind(Count(number))
    .fetch_all(tx.connection())
    .await?;
    let attachment = |(name, media_type, content)| Attachment {
        name,
        media_type,
        content,
    };
    Ok(rows.into_iter().map(attachment).collect())
}

/// The numbers of the tickets that have attachments.
pub async fn with_files(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<u64>, Error> {
    let numbers: Vec<Count> = sqlx::query_scalar(
        "SELECT DISTINCT number FROM support_attachments WHERE organization_id = $1 ORDER BY number",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    Ok(numbers.into_iter().map(u64::from).collect())
}

/// Closes a ticket. Returns `false` when it is not open.
pub async fn close(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: u64,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let closed = sqlx::query(
        "UPDATE support_tickets SET status = 'closed', closed_at = $3 \
         WHERE organization_id = $1 AND number = $2 AND status = 'open'",
    )
    .bind(organization_id.as_str())
    .bind(Count(number))
    .bind(Text(now))
    .execute(tx.connection())
    .await?;
    Ok(closed.rows_affected() == 1)
}

async fn whole(tx: &mut Tx, organization_id: &OrganizationId, row: Row) -> Result<Ticket, Error> {
    let attachments = sqlx::query_scalar(
        "SELECT name FROM support_attachments \
         WHERE organization_id = $1 AND number = $2 ORDER BY position",
    );
    let attachments = attachments.bind(organization_id.as_str()).bind(row.number);
    let attachments = attachments.fetch_all(tx.connection()).await?;
    let team = sqlx::query_scalar(
        "SELECT email FROM support_ticket_readers \
         WHERE organization_id = $1 AND number = $2 ORDER BY email",
    );
    let team = team.bind(organization_id.as_str()).bind(row.number);
    let team = team.fetch_all(tx.connection()).await?;
    Ok(Ticket {
        number: row.number.0,
        opened_at: row.opened_at.0,
        opened_by: row.opened_by,
        topic: row.topic.0,
        category: row.category.0,
        priority: row.priority.0,
        subject: row.subject,
        description: row.description,
        status: row.status.0,
        attachments,
        team,
    })
}
