//! Parking: after a job has failed, its organization waits, longer each time, and delays no other one.

use billing::OrganizationId;
use chrono::{DateTime, TimeDelta, Utc};

use super::super::Tx;
use super::{instant, instant_text, small, stored};
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
    let attempts: i64 =
        sqlx::query_scalar("SELECT attempts FROM schedules WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_one(tx.connection())
            .await?;
    let attempts = small(attempts)?;
    let retry_at = now + FIRST_WAIT * 2_i32.pow(attempts.min(DOUBLINGS));
    sqlx::query(
        "UPDATE schedules SET attempts = $2, error = $3, retry_at = $4 WHERE organization_id = $1",
    )
    .bind(organization_id.as_str())
    .bind(stored(u64::from(attempts) + 1)?)
    .bind(error)
    .bind(instant_text(retry_at))
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
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT organization_id, error, retry_at FROM schedules WHERE error IS NOT NULL \
         ORDER BY organization_id",
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|(organization_id, error, retry_at)| {
            Ok(Parked {
                organization_id: OrganizationId::new(organization_id),
                error,
                retry_at: instant(&retry_at)?,
            })
        })
        .collect()
}
