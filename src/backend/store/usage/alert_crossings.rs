//! Alerts that were sent, so that none is sent twice (SPEC R10).

use std::collections::BTreeSet;

use billing::access::alert::{Crossing, Latches};
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, Utc};

use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::row::{changed_one, count, stored};

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
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT tier, percent FROM alert_crossings WHERE organization_id = $1 \
         AND period_start = $2 AND recorded_at >= $3 AND reset_at IS NULL",
    )
    .bind(organization_id.as_str())
    .bind(period.start().to_string())
    .bind(instant_text(since))
    .fetch_all(tx.connection())
    .await?;
    let crossing = |(tier, percent)| {
        Ok(Crossing {
            tier: count(tier)?,
            percent: count(percent)?,
        })
    };
    Ok(Latches {
        period_start: period.start(),
        recorded: rows
            .into_iter()
            .map(crossing)
            .collect::<Result<BTreeSet<_>, Error>>()?,
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
    .bind(period.start().to_string())
    .bind(stored(crossing.tier)?)
    .bind(stored(crossing.percent)?)
    .bind(stored(usage)?)
    .bind(instant_text(at))
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
    .bind(period.start().to_string())
    .bind(stored(crossing.tier)?)
    .bind(stored(crossing.percent)?)
    .bind(instant_text(at))
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
    .bind(period.start().to_string())
    .bind(stored(percent)?)
    .bind(instant_text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}
