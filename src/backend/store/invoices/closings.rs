//! Closed months, each with the usage it was closed with (SPEC R15).

use api::Code;
use billing::invoicing::invoice::InvoiceNumber;
use billing::invoicing::month_close::FrozenUsage;
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use crate::foundation::error::Error;
use crate::store::database::column::{Count, Text};
use crate::store::database::row::damaged;
use crate::store::{Tx, subscriptions};

/// A month to close.
#[derive(Debug)]
pub struct Closing<'a> {
    pub period: BillingPeriod,
    /// The usage and the tier at the close.
    pub frozen: FrozenUsage,
    /// The invoice, if one was due.
    pub invoice_number: Option<&'a InvoiceNumber>,
    pub closed_at: DateTime<Utc>,
}

/// The first month that is not closed.
pub async fn first_open(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<BillingPeriod, Error> {
    let last: Option<Text<_>> = sqlx::query_scalar(
        "SELECT MAX(period_start) FROM month_closings WHERE organization_id = $1",
    )
    .bind(organization_id.as_str())
    .fetch_one(tx.connection())
    .await?;
    let first = match last {
        Some(Text(last)) => period_of(last)?.end(),
        None => subscriptions::started_on(tx, organization_id).await?,
    };
    period_of(first)
}

/// Refuses a day in a closed month: nothing can be invoiced on it. It happens when the clock that
/// named the day is slow (SPEC R2).
///
/// # Errors
/// [`Code::MonthClosed`] when the day's month is closed.
pub async fn refuse_closed(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    day: NaiveDate,
) -> Result<(), Error> {
    let open = first_open(tx, organization_id).await?;
    if day >= open.start() {
        return Ok(());
    }
    let month = day.format("%Y-%m");
    Err(Error::refused(
        Code::MonthClosed,
        format!("The month {month} is closed already; load the page again. Nothing was charged"),
    ))
}

/// Accepts an order's day only if it lies in the first open month.
///
/// An earlier month that is still open is being closed by another transaction. An order that is
/// accepted before that one commits would be charged twice.
///
/// # Errors
/// [`Code::MonthClosed`] when the day's month is closed, [`Error::Conflict`] when an earlier one is open.
pub async fn admit_day(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    day: NaiveDate,
) -> Result<(), Error> {
    refuse_closed(tx, organization_id, day).await?;
    if first_open(tx, organization_id).await?.contains(day) {
        Ok(())
    } else {
        Err(Error::Conflict)
    }
}

/// Records that a month is closed and updates the due dates. From now on its usage cannot change.
///
/// # Errors
/// [`Error::Conflict`] when it is closed already.
pub async fn add(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    closing: &Closing<'_>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO month_closings (organization_id, period_start, closed_at, tier, mau, \
         data_points, billed_usage, invoice_number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(organization_id.as_str())
    .bind(Text(closing.period.start()))
    .bind(Text(closing.closed_at))
    .bind(Count(closing.frozen.tier))
    .bind(Count(closing.frozen.metered.mau))
    .bind(Count(closing.frozen.metered.data_points))
    .bind(Count(closing.frozen.usage))
    .bind(closing.invoice_number.map(InvoiceNumber::as_str))
    .execute(tx.connection())
    .await?;
    Ok(())
}

fn period_of(day: NaiveDate) -> Result<BillingPeriod, Error> {
    BillingPeriod::of(day).ok_or_else(|| damaged("day", day))
}
