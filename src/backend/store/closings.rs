//! Months that are closed, with the usage they were closed with (SPEC R15).

use billing::BillingPeriod;
use billing::month_close::FrozenUsage;
use chrono::{DateTime, NaiveDate, Utc};

use super::row::{damaged, day, stored};
use super::{Tx, schedule, subscriptions};
use crate::clock::instant_text;
use crate::error::Error;

/// A closed month.
#[derive(Debug)]
pub struct Closing<'a> {
    /// The month.
    pub period: BillingPeriod,
    /// The usage and the tier it closed with.
    pub frozen: FrozenUsage,
    /// The invoice, where one was due.
    pub invoice_number: Option<&'a str>,
    /// When.
    pub closed_at: DateTime<Utc>,
}

/// The first month that is not closed yet.
///
/// # Errors
/// An organization without a subscription.
pub async fn first_open(tx: &mut Tx, organization_id: &str) -> Result<BillingPeriod, Error> {
    let last: Option<String> = sqlx::query_scalar(
        "SELECT MAX(period_start) FROM month_closings WHERE organization_id = $1",
    )
    .bind(organization_id)
    .fetch_one(tx.connection())
    .await?;
    let first = match last {
        Some(last) => period_of(day(&last)?)?.end(),
        None => subscriptions::started_on(tx, organization_id).await?,
    };
    period_of(first)
}

/// Notes that a month is closed, and what falls due next: from now on its usage cannot be changed.
///
/// # Errors
/// [`Error::Conflict`] when it is closed already.
pub async fn add(tx: &mut Tx, organization_id: &str, closing: &Closing<'_>) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO month_closings (organization_id, period_start, closed_at, tier, mau, \
         data_points, billed_usage, invoice_number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(organization_id)
    .bind(closing.period.start().to_string())
    .bind(instant_text(closing.closed_at))
    .bind(stored(closing.frozen.tier)?)
    .bind(stored(closing.frozen.metered.mau)?)
    .bind(stored(closing.frozen.metered.data_points)?)
    .bind(stored(closing.frozen.usage)?)
    .bind(closing.invoice_number)
    .execute(tx.connection())
    .await?;
    schedule::keep(tx, organization_id, closing.closed_at).await
}

fn period_of(day: NaiveDate) -> Result<BillingPeriod, Error> {
    BillingPeriod::of(day).ok_or_else(|| damaged("day", day))
}
