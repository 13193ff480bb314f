//! Alerts that were sent, so that none is sent twice (SPEC R10).

use billing::access::alert::{Crossing, Latches};
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Text};
use crate::store::database::row::changed_one;

/// The crossings recorded in a month that have not been reset.
pub async fn latches(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    period: BillingPeriod,
) -> Result<Latches, Error> {
    latches_since(tx, organization_id, period, DateTime::UNIX_EPOCH).await
}

/// Like [`latches`], for crossings recorded at or after an instant.
pub async fn latches_since(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    period: BillingPeriod,
    since: DateTime<Utc>,
) -> Result<Latches, Error> {
    let rows: Vec<(Count, Count)> = sqlx::query_as(
        "SELECT tier, percent FROM alert_crossings WHERE organization_id = $1 \
         AND period_start = $2 AND recorded_at >= $3 AND reset_at IS NULL",
    )
    .bind(organization_id.as_str())
    .bind(Text(period.start()))
    .bind(Text(since))
    .fetch_all(tx.connection())
    .await?;
    let crossing = |(Count(tier), Count(percent))| Crossing { tier, percent };
    Ok(Latches {
        period_start: period.start(),
        recorded: rows.into_iter().map(crossing).collect(),
    })
}

/// Records that the month's usage has reached a threshold; a crossing that was reset is recorded
/// again.
///
/// # Errors
/// [`Error::Conflict`] when it is recorded already.
pub async fn record(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    period: BillingPeriod,
    crossing: Crossing,
    usage: u64,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let recorded = sqlx::query(
        "INSERT INTO alert_crossings (organization_id, period_start, tier, percent, \
         usage_reached, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (organization_id, period_start, tier, percent) DO UPDATE SET \
         usage_reached = excluded.usage_reached, recorded_at = excluded.recorded_at, \
         reset_at = NULL WHERE alert_crossings.reset_at IS NOT NULL",
    )
    .bind(organization_id.as_str())
    .bind(Text(period.start()))
    .bind(Count(crossing.tier))
    .bind(Count(crossing.percent))
    .bind(Count(usage))
    .bind(Text(at))
    .execute(tx.connection())
    .await?;
    changed_one(&recorded)
}

/// Resets one crossing, because the figures that caused it were corrected.
pub async fn take_back(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    period: BillingPeriod,
    crossing: Crossing,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE alert_crossings SET reset_at = $5 WHERE organization_id = $1 \
         AND period_start = $2 AND tier = $3 AND percent = $4 AND reset_at IS NULL",
    )
    .bind(organization_id.as_str())
    .bind(Text(period.start()))
    .bind(Count(crossing.tier))
    .bind(Count(crossing.percent))
    .bind(Text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Resets a month's crossings of a threshold, so that their alerts are sent again. The rows are kept.
pub async fn reset(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    period: BillingPeriod,
    percent: u64,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE alert_crossings SET reset_at = $4 WHERE organization_id = $1 \
         AND period_start = $2 AND percent = $3 AND reset_at IS NULL",
    )
    .bind(organization_id.as_str())
    .bind(Text(period.start()))
    .bind(Count(percent))
    .bind(Text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}
