//! Parking: after a job has failed, its organization waits, longer each time, and delays no other one.

use billing::OrganizationId;
use chrono::{DateTime, TimeDelta, Utc};

use super::super::Tx;
use super::super::database::column::{Count, Text};

use crate::foundation::error::Error;

/// The wait after the first failure; it doubles each time.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
/// How often the wait doubles: up to 1,024 minutes, about 17 hours.
const DOUBLINGS: u32 = 10;

/// A parked organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    pub organization_id: OrganizationId,
    /// The job that has failed, and why.
    pub error: String,
    pub retry_at: DateTime<Utc>,
}

/// Parks an organization. Returns the instant at which its jobs are tried again.
pub async fn park(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    error: &str,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Error> {
    let Count(attempts): Count<u32> =
        sqlx::query_scalar("SELECT attempts FROM schedules WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_one(tx.connection())
            .await?;
    let retry_at = now + FIRST_WAIT * 2_i32.pow(attempts.min(DOUBLINGS));
    sqlx::query(
        "UPDATE schedules SET attempts = $2, error = $3, retry_at = $4 WHERE organization_id = $1",
    )
    .bind(organization_id.as_str())
    .bind(Count(u64::from(attempts) + 1))
    .bind(error)
    .bind(Text(retry_at))
    .execute(tx.connection())
    .await?;
    Ok(retry_at)
}

/// Ends the parking, after a job has succeeded.
pub(crate) async fn unpark(tx: &mut Tx, organization_id: &OrganizationId) -> Result<(), Error> {
    sqlx::query(
        "UPDATE schedules SET attempts = 0, error = NULL, retry_at = NULL \
         WHERE organization_id = $1 AND error IS NOT NULL",
    )
    .bind(organization_id.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The parked organizations, in order.
pub async fn parked(tx: &mut Tx) -> Result<Vec<Parked>, Error> {
    let rows: Vec<(Text<_>, String, Text<_>)> = sqlx::query_as(
        "SELECT organization_id, error, retry_at FROM schedules WHERE error IS NOT NULL \
         ORDER BY organization_id",
    )
    .fetch_all(tx.connection())
    .await?;
    let parked = |(Text(organization_id), error, Text(retry_at))| Parked {
        organization_id,
        error,
        retry_at,
    };
    Ok(rows.into_iter().map(parked).collect())
}
