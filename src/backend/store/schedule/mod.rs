//! The schedule: the jobs that are to be done for each organization, and when (SPEC 6, R2).
//!
//! Each row is one job. [`super::due_dates`] derives the rows from what is stored.

use billing::OrganizationId;
pub use billing::account::deadline::DeadlineKind;
use chrono::{DateTime, Utc};

use super::database::column::{Count, Text, Word};
use super::{Engine, Tx};
use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;

mod parking;

pub(crate) use parking::unpark;
pub use parking::{Parked, park, parked};

/// A job with its due date.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    pub at: DateTime<Utc>,
    pub kind: DeadlineKind,
    /// An invoice number, the id of a payment, the first day of a month, or `-`.
    pub subject: String,
}

/// Which of the due jobs are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Everything,
    /// Jobs that are quick: they call no payment gateway and delete no events, so a page can wait for
    /// them.
    AtOnce,
}

/// What a job asks of the payment gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatewayCall {
    /// To debit an invoice.
    Debit,
    /// For the outcome of a payment.
    Check,
}

/// The call of the payment gateway that a job makes, outside any transaction; `None` for most.
pub const fn gateway_call(kind: DeadlineKind) -> Option<GatewayCall> {
    match kind {
        DeadlineKind::PaymentCheck => Some(GatewayCall::Check),
        DeadlineKind::Collect => Some(GatewayCall::Debit),
        DeadlineKind::Schedule
        | DeadlineKind::QuoteExpiry
        | DeadlineKind::AuthenticationExpiry
        | DeadlineKind::MonthChange
        | DeadlineKind::NextBillingDate
        | DeadlineKind::AnnualTermEnd
        | DeadlineKind::ScheduledChange
        | DeadlineKind::PredebitNotice
        | DeadlineKind::TrialLock
        | DeadlineKind::TrialEnd
        | DeadlineKind::GraceEnd
        | DeadlineKind::EndNotice
        | DeadlineKind::Alerts
        | DeadlineKind::TrialCancellation
        | DeadlineKind::LockEnd
        | DeadlineKind::PauseEnd
        | DeadlineKind::EarliestDebit
        | DeadlineKind::RetentionBoundary
        | DeadlineKind::BackupPurge => None,
    }
}

/// The order of the kind among jobs that are due at the same instant; stored with each row.
const fn position(kind: DeadlineKind) -> i64 {
    kind as i64
}

impl Due {
    /// A job that an organization has once.
    pub fn new(at: DateTime<Utc>, kind: DeadlineKind) -> Self {
        Self::of(at, kind, "-")
    }

    /// A job for one subject.
    pub fn of(at: DateTime<Utc>, kind: DeadlineKind, subject: impl Into<String>) -> Self {
        Self {
            at,
            kind,
            subject: subject.into(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: Word<DeadlineKind>,
    subject: String,
    due_at: Text<DateTime<Utc>>,
}

/// Locks an organization for this transaction, if a job is due and no other process has the lock.
pub async fn take(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    // SQLite has one writer, so this transaction has the lock already.
    let query = match tx.engine() {
        Engine::Postgres => {
            "SELECT 1 FROM schedules WHERE organization_id = $1 AND next_at <= $2 \
             FOR UPDATE SKIP LOCKED"
        }
        Engine::Sqlite => "SELECT 1 FROM schedules WHERE organization_id = $1 AND next_at <= $2",
    };
    let taken: Option<i32> = sqlx::query_scalar(query)
        .bind(organization_id.as_str())
        .bind(Text(now))
        .fetch_optional(tx.connection())
        .await?;
    Ok(taken.is_some())
}

/// The first job that is due at an instant.
pub async fn first(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    until: DateTime<Utc>,
    scope: Scope,
) -> Result<Option<Due>, Error> {
    let query = match scope {
        Scope::Everything => {
            "SELECT kind, subject, due_at FROM due WHERE organization_id = $1 AND due_at <= $2 \
             ORDER BY due_at, position, subject LIMIT 1"
        }
        Scope::AtOnce => {
            "SELECT kind, subject, due_at FROM due WHERE organization_id = $1 AND due_at <= $2 \
             AND kind NOT IN ('payment_check', 'collect', 'retention_boundary') \
             ORDER BY due_at, position, subject LIMIT 1"
        }
    };
    let row: Option<Row> = sqlx::query_as(query)
        .bind(organization_id.as_str())
        .bind(Text(until))
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.map(Due::from))
}

/// When the gateway is asked next for the outcome of a payment; `None` when no outcome is open.
pub async fn payment_check(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Option<Due>, Error> {
    let due = all(tx, organization_id).await?;
    Ok(due
        .into_iter()
        .find(|due| due.kind == DeadlineKind::PaymentCheck))
}

/// An organization with a due job. They are visited in this order: by instant, then by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueOrganization {
    /// When its first job is due.
    pub at: DateTime<Utc>,
    pub organization_id: OrganizationId,
}

/// A page of the organizations that have a due job and are not parked, in order, after `behind`. It has
/// `length` entries, or fewer at the end.
pub async fn page(
    tx: &mut Tx,
    now: DateTime<Utc>,
    behind: Option<&DueOrganization>,
    length: u32,
) -> Result<Vec<DueOrganization>, Error> {
    let (after, id) = behind.map_or((String::new(), ""), |behind| {
        (instant_text(behind.at), behind.organization_id.as_str())
    });
    let rows: Vec<(Text<_>, Text<_>)> = sqlx::query_as(
        "SELECT next_at, organization_id FROM schedules WHERE next_at <= $1 \
         AND (next_at > $2 OR (next_at = $2 AND organization_id > $3)) \
         AND (retry_at IS NULL OR retry_at <= $1) ORDER BY next_at, organization_id LIMIT $4",
    )
    .bind(Text(now))
    .bind(after)
    .bind(id)
    .bind(Count(length))
    .fetch_all(tx.connection())
    .await?;
    let due = |(Text(at), Text(organization_id))| DueOrganization {
        at,
        organization_id,
    };
    Ok(rows.into_iter().map(due).collect())
}

/// Adds a job. A job that exists already keeps its due date.
pub async fn add(tx: &mut Tx, organization_id: &OrganizationId, due: &Due) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO due (organization_id, kind, subject, due_at, position) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, kind, subject) DO NOTHING",
    )
    .bind(organization_id.as_str())
    .bind(due.kind.as_str())
    .bind(due.subject.as_str())
    .bind(Text(due.at))
    .bind(position(due.kind))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Removes a job that is done or no longer needed.
pub async fn remove(tx: &mut Tx, organization_id: &OrganizationId, due: &Due) -> Result<(), Error> {
    sqlx::query("DELETE FROM due WHERE organization_id = $1 AND kind = $2 AND subject = $3")
        .bind(organization_id.as_str())
        .bind(due.kind.as_str())
        .bind(due.subject.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// All jobs of an organization, in order.
pub async fn all(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<Due>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT kind, subject, due_at FROM due WHERE organization_id = $1 \
         ORDER BY due_at, position, subject",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(Due::from).collect())
}

/// Rewrites the order of every row, because an earlier version of the program may have stored another
/// order for its kind.
pub(super) async fn put_in_order(tx: &mut Tx) -> Result<(), Error> {
    for kind in DeadlineKind::ALL {
        sqlx::query("UPDATE due SET position = $2 WHERE kind = $1 AND position <> $2")
            .bind(kind.as_str())
            .bind(position(kind))
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// Sets the organization's `next_at` to its earliest due date.
pub(super) async fn queue(tx: &mut Tx, organization_id: &OrganizationId) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO schedules (organization_id, next_at) SELECT $1, (SELECT MIN(due_at) FROM due \
         WHERE organization_id = $1) WHERE 1 = 1 ON CONFLICT (organization_id) DO UPDATE \
         SET next_at = excluded.next_at",
    )
    .bind(organization_id.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl From<Row> for Due {
    fn from(row: Row) -> Self {
        Self {
            at: row.due_at.0,
            kind: row.kind.0,
            subject: row.subject,
        }
    }
}
