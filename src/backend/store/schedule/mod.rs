//! The schedule: what is to be done for each organization, and when (SPEC 6, R2).
//!
//! A row says what falls due; [`keep`] derives the rows from what is stored, in the transaction that
//! changes it. What is due already is never taken away by that: only the one who does it does so.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::row::{instant, small, stored, word};
use super::{Engine, Tx};
use crate::clock::instant_text;
use crate::error::Error;

mod keep;
mod parking;

pub use keep::keep;
pub(crate) use parking::unpark;
pub use parking::{Parked, park, parked};

/// What there is to do. At the same instant it is done in this order (A67).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The schedule of an organization from before there was one is worked out.
    Schedule,
    /// The gateway is asked what became of an order's payment.
    OrderCheck,
    /// The gateway is asked what became of an invoice's debit.
    DebitCheck,
    /// A trial that lacks something locks.
    TrialLock,
    /// The trial is over; where nothing is missing, charging begins.
    TrialEnd,
    /// An expired trial is cancelled.
    TrialCancellation,
    /// The days of grace are over, the account locks.
    GraceEnd,
    /// The payment lock is over, the account is cancelled.
    LockEnd,
    /// The pause is over, the account is cancelled.
    PauseEnd,
    /// The month changes.
    MonthChange,
    /// An invoice is debited.
    Collect,
    /// Usage is held against its alerts.
    Alerts,
    /// Events are no longer kept.
    Retention,
    /// The last backup of a cancelled account is gone.
    BackupPurge,
}

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: Kind,
    /// Of what: the number of an invoice, the id of a payment, the first day of a month, or `-`.
    pub subject: String,
}

/// Which part of what is due is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Everything,
    /// What is done at once: it needs no payment gateway and deletes no events, so that a page can
    /// wait for it.
    AtOnce,
}

impl Kind {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::OrderCheck => "order_check",
            Self::DebitCheck => "debit_check",
            Self::TrialLock => "trial_lock",
            Self::TrialEnd => "trial_end",
            Self::TrialCancellation => "trial_cancellation",
            Self::GraceEnd => "grace_end",
            Self::LockEnd => "lock_end",
            Self::PauseEnd => "pause_end",
            Self::MonthChange => "month_change",
            Self::Collect => "collect",
            Self::Alerts => "alerts",
            Self::Retention => "retention",
            Self::BackupPurge => "backup_purge",
        }
    }

    /// Whether it asks the payment gateway.
    #[must_use]
    pub const fn needs_gateway(self) -> bool {
        match self {
            Self::OrderCheck | Self::DebitCheck | Self::Collect => true,
            Self::Schedule
            | Self::TrialLock
            | Self::TrialEnd
            | Self::TrialCancellation
            | Self::GraceEnd
            | Self::LockEnd
            | Self::PauseEnd
            | Self::MonthChange
            | Self::Alerts
            | Self::Retention
            | Self::BackupPurge => false,
        }
    }

    const fn position(self) -> i64 {
        self as i64
    }
}

impl Due {
    /// Something that there is one of in an organization.
    #[must_use]
    pub fn new(at: DateTime<Utc>, kind: Kind) -> Self {
        Self::of(at, kind, "-")
    }

    /// Something about a subject.
    #[must_use]
    pub fn of(at: DateTime<Utc>, kind: Kind, subject: impl Into<String>) -> Self {
        Self {
            at,
            kind,
            subject: subject.into(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    subject: String,
    due_at: String,
}

/// Takes an organization for this transaction, if something is due for it and nobody else is at it.
///
/// # Errors
/// A store that does not answer.
pub async fn take(tx: &mut Tx, organization_id: &str, now: DateTime<Utc>) -> Result<bool, Error> {
    // SQLite has one writer, so whoever writes has it.
    let query = match tx.engine() {
        Engine::Postgres => {
            "SELECT 1 FROM schedules WHERE organization_id = $1 AND next_at <= $2 \
             FOR UPDATE SKIP LOCKED"
        }
        Engine::Sqlite => "SELECT 1 FROM schedules WHERE organization_id = $1 AND next_at <= $2",
    };
    let taken: Option<i32> = sqlx::query_scalar(query)
        .bind(organization_id)
        .bind(instant_text(now))
        .fetch_optional(tx.connection())
        .await?;
    Ok(taken.is_some())
}

/// What is due first, up to an instant.
///
/// # Errors
/// A store that does not answer.
pub async fn first(
    tx: &mut Tx,
    organization_id: &str,
    (until, scope): (DateTime<Utc>, Scope),
) -> Result<Option<Due>, Error> {
    let query = match scope {
        Scope::Everything => {
            "SELECT kind, subject, due_at FROM due WHERE organization_id = $1 AND due_at <= $2 \
             ORDER BY due_at, position, subject LIMIT 1"
        }
        Scope::AtOnce => {
            "SELECT kind, subject, due_at FROM due WHERE organization_id = $1 AND due_at <= $2 \
             AND kind NOT IN ('order_check', 'debit_check', 'collect', 'retention') \
             ORDER BY due_at, position, subject LIMIT 1"
        }
    };
    let row: Option<Row> = sqlx::query_as(query)
        .bind(organization_id)
        .bind(instant_text(until))
        .fetch_optional(tx.connection())
        .await?;
    row.map(Due::try_from).transpose()
}

/// The organizations for which something is due and that are not parked, in order, behind a place
/// in that order. Answers a page: as many as were asked for, or fewer at the end.
///
/// # Errors
/// A store that does not answer.
pub async fn page(
    tx: &mut Tx,
    now: DateTime<Utc>,
    behind: Option<&(DateTime<Utc>, String)>,
    length: u32,
) -> Result<Vec<(DateTime<Utc>, String)>, Error> {
    let (after, id) = behind.map_or((String::new(), ""), |(at, id)| {
        (instant_text(*at), id.as_str())
    });
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT next_at, organization_id FROM schedules WHERE next_at <= $1 \
         AND (next_at > $2 OR (next_at = $2 AND organization_id > $3)) \
         AND (retry_at IS NULL OR retry_at <= $1) ORDER BY next_at, organization_id LIMIT $4",
    )
    .bind(instant_text(now))
    .bind(after)
    .bind(id)
    .bind(i64::from(length))
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|(at, id)| Ok((instant(&at)?, id)))
        .collect()
}

/// Notes that something is to be done. What is noted already keeps its instant.
///
/// # Errors
/// An organization without a schedule.
pub async fn add(tx: &mut Tx, organization_id: &str, due: &Due) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO due (organization_id, kind, subject, due_at, position) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, kind, subject) DO NOTHING",
    )
    .bind(organization_id)
    .bind(due.kind.as_str())
    .bind(due.subject.as_str())
    .bind(instant_text(due.at))
    .bind(due.kind.position())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes that something is done, or need not be done any more.
///
/// # Errors
/// A store that does not answer.
pub async fn remove(tx: &mut Tx, organization_id: &str, due: &Due) -> Result<(), Error> {
    sqlx::query("DELETE FROM due WHERE organization_id = $1 AND kind = $2 AND subject = $3")
        .bind(organization_id)
        .bind(due.kind.as_str())
        .bind(due.subject.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Everything that is to be done for an organization, in order.
///
/// # Errors
/// A store that does not answer.
pub async fn all(tx: &mut Tx, organization_id: &str) -> Result<Vec<Due>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT kind, subject, due_at FROM due WHERE organization_id = $1 \
         ORDER BY due_at, position, subject",
    )
    .bind(organization_id)
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Due::try_from).collect()
}

/// Brings an organization's place in the queue behind its rows.
async fn queue(tx: &mut Tx, organization_id: &str) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO schedules (organization_id, next_at) SELECT $1, (SELECT MIN(due_at) FROM due \
         WHERE organization_id = $1) WHERE 1 = 1 ON CONFLICT (organization_id) DO UPDATE \
         SET next_at = excluded.next_at",
    )
    .bind(organization_id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl TryFrom<Row> for Due {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            at: instant(&row.due_at)?,
            kind: word(&row.kind)?,
            subject: row.subject,
        })
    }
}
