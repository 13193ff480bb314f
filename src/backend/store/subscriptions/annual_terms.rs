//! Annual terms: their months, and the allowance that these share (SPEC R9).

use billing::OrganizationId;
use billing::invoicing::invoice::InvoiceNumber;
use billing::metering::pool::Pool;
use billing::period::AnnualTerm;
use chrono::NaiveDate;

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Text};
use crate::store::database::row::damaged;

/// A term, and the usage of its closed months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredTerm {
    pub term: AnnualTerm,
    /// The term's allowance and what its closed months have used of it; open months are not included.
    pub pool: Pool,
}

#[derive(sqlx::FromRow)]
struct Row {
    starts_on: Text<NaiveDate>,
    months: Count<u32>,
    billable_limit: Count,
}

/// The term that contains a day; `None` when the organization pays monthly.
pub async fn on(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    on: NaiveDate,
) -> Result<Option<StoredTerm>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT starts_on, months, billable_limit FROM annual_terms \
         WHERE organization_id = $1 AND starts_on <= $2 AND ends_on > $2",
    )
    .bind(organization_id.as_str())
    .bind(Text(on))
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let Text(starts_on) = row.starts_on;
    let term = AnnualTerm::new(starts_on, row.months.0);
    let term = term.map_err(|_| damaged("term", starts_on))?;
    let pool = Pool {
        limit: row.billable_limit.0,
        used: used(tx, organization_id, term).await?,
    };
    Ok(Some(StoredTerm { term, pool }))
}

/// Annual Billable Users of the closed months: a user counts again in every month.
async fn used(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    term: AnnualTerm,
) -> Result<u64, Error> {
    let Count(used) = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(billed_usage), 0) AS BIGINT) FROM month_closings \
         WHERE organization_id = $1 AND period_start >= $2 AND period_start < $3",
    )
    .bind(organization_id.as_str())
    .bind(Text(term.start()))
    .bind(Text(term.end()))
    .fetch_one(tx.connection())
    .await?;
    Ok(used)
}

/// Inserts a new term.
///
/// # Errors
/// A term that has begun already.
pub async fn begin(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    term: AnnualTerm,
    limit: u64,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO annual_terms (organization_id, starts_on, ends_on, months, billable_limit) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(organization_id.as_str())
    .bind(Text(term.start()))
    .bind(Text(term.end()))
    .bind(Count(term.months()))
    .bind(Count(limit))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Records the invoice that charged a term.
pub async fn invoiced(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    starts_on: NaiveDate,
    number: &InvoiceNumber,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE annual_terms SET invoice_number = $3 WHERE organization_id = $1 AND starts_on = $2",
    )
    .bind(organization_id.as_str())
    .bind(Text(starts_on))
    .bind(number.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Sets the limit that an upgrade has paid for.
pub async fn raise(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    starts_on: NaiveDate,
    limit: u64,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE annual_terms SET billable_limit = $3 WHERE organization_id = $1 AND starts_on = $2",
    )
    .bind(organization_id.as_str())
    .bind(Text(starts_on))
    .bind(Count(limit))
    .execute(tx.connection())
    .await?;
    Ok(())
}
