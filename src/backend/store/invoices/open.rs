//! Invoices that are not paid.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::Tx;
use super::super::row::{day, instant};
use crate::error::Error;

/// An invoice that is not paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Its number.
    pub number: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// Its total in minor units.
    pub total_minor: i64,
}

/// The invoices of an organization that are not paid, the oldest first.
///
/// # Errors
/// A store that does not answer.
pub async fn open(tx: &mut Tx, organization_id: &str) -> Result<Vec<Open>, Error> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT i.number, i.issued_at, i.invoice_date, i.total_minor FROM invoices i \
         WHERE i.organization_id = $1 AND NOT EXISTS (SELECT 1 FROM payments p \
         WHERE p.organization_id = i.organization_id AND p.number = i.number) \
         ORDER BY i.issued_at, i.number",
    )
    .bind(organization_id)
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|(number, issued_at, issued_on, total_minor)| {
            Ok(Open {
                number,
                issued_at: instant(&issued_at)?,
                issued_on: day(&issued_on)?,
                total_minor,
            })
        })
        .collect()
}
