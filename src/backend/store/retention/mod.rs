//! Deletion of the oldest events: which day is deleted next, and the deletion in small batches (SPEC
//! R18, A164). Usage figures, closed months and invoices are not deleted.

use billing::account::retention::Plan;
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use super::Tx;
use super::database::column::{StoredText, Text};
use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;

pub mod erasure;
pub mod tombstones;

/// The plan of every account: no price book has prices for another one (SPEC 2.1).
pub const PLAN: Plan = Plan::Essentials;

/// How many rows of a table one transaction deletes at most.
pub const BATCH: u16 = 1_000;

/// Deletes events, and the ids of applied updates of profiles, by their instant.
const BY_INSTANT: [&str; 2] = [
    "DELETE FROM events WHERE organization_id = $1 AND (project_id, id) IN (SELECT project_id, id \
     FROM events WHERE organization_id = $1 AND at < $2 ORDER BY at LIMIT $3)",
    "DELETE FROM profile_updates WHERE organization_id = $1 AND (project_id, id) IN (SELECT \
     project_id, id FROM profile_updates WHERE organization_id = $1 AND at < $2 ORDER BY at LIMIT $3)",
];

/// Deletes the identities seen in a month, once none of its events is left.
const BY_MONTH: &str = "DELETE FROM monthly_users WHERE organization_id = $1 \
     AND (project_id, period_start, identity) IN (SELECT u.project_id, u.period_start, u.identity \
     FROM projects p JOIN monthly_users u ON u.organization_id = p.organization_id \
     AND u.project_id = p.id AND u.period_start < $2 WHERE p.organization_id = $1 LIMIT $3)";

/// How much was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// Nothing that is due is left.
    Everything,
    /// One batch; more may be left.
    ABatch,
}

/// The day of the oldest event; `None` when there is none.
pub async fn oldest_event(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    zone: i32,
) -> Result<Option<NaiveDate>, Error> {
    let oldest: Option<Text<_>> =
        sqlx::query_scalar("SELECT MIN(at) FROM events WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_one(tx.connection())
            .await?;
    Ok(oldest.map(|Text(at)| billing_day(at, zone)))
}

/// The day whose rows are deleted next, over all tables; `None` when there are no rows.
pub async fn next_to_leave(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    zone: i32,
) -> Result<Option<NaiveDate>, Error> {
    let (oldest, first_month): (Option<Text<_>>, Option<Text<_>>) = sqlx::query_as(
        "SELECT (SELECT MIN(at) FROM (SELECT MIN(at) AS at FROM events WHERE organization_id = $1 \
         UNION ALL SELECT MIN(at) FROM profile_updates WHERE organization_id = $1 \
         UNION ALL SELECT MIN(last_seen_at) FROM schema_seen WHERE organization_id = $1 \
         AND event <> '') oldest), \
         (SELECT MIN(first) FROM (SELECT (SELECT MIN(u.period_start) FROM monthly_users u \
         WHERE u.organization_id = p.organization_id AND u.project_id = p.id) AS first \
         FROM projects p WHERE p.organization_id = $1) months)",
    )
    .bind(organization_id.as_str())
    .fetch_one(tx.connection())
    .await?;
    // The identities seen in a month are deleted together with the month's last day.
    let last_day = first_month
        .and_then(|Text(first)| BillingPeriod::of(first))
        .and_then(|month| month.end().pred_opt());
    let oldest = oldest.map(|Text(at)| billing_day(at, zone));
    Ok(oldest.into_iter().chain(last_day).min())
}

/// Deletes one batch of the rows that are older than `since`, the start of the day `oldest_kept`.
pub async fn delete_before(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    oldest_kept: NaiveDate,
    since: DateTime<Utc>,
) -> Result<Deleted, Error> {
    let month = BillingPeriod::of(oldest_kept).ok_or(billing::OutOfRange)?;
    for statement in BY_INSTANT {
        if delete_batch(tx, organization_id, statement, since).await? == Deleted::ABatch {
            return Ok(Deleted::ABatch);
        }
    }
    if delete_batch(tx, organization_id, BY_MONTH, month.start()).await? == Deleted::ABatch {
        return Ok(Deleted::ABatch);
    }
    // An event name is deleted with its last event. Properties of profiles stay as long as their
    // profiles.
    sqlx::query(
        "DELETE FROM schema_seen WHERE organization_id = $1 AND event <> '' AND last_seen_at < $2",
    )
    .bind(organization_id.as_str())
    .bind(Text(since))
    .execute(tx.connection())
    .await?;
    Ok(Deleted::Everything)
}

async fn delete_batch(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    statement: &'static str,
    before: impl StoredText,
) -> Result<Deleted, Error> {
    let deleted = sqlx::query(statement)
        .bind(organization_id.as_str())
        .bind(Text(before))
        .bind(i64::from(BATCH))
        .execute(tx.connection())
        .await?;
    if deleted.rows_affected() == u64::from(BATCH) {
        Ok(Deleted::ABatch)
    } else {
        Ok(Deleted::Everything)
    }
}
