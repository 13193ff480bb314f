//! Billing details: the party that invoices are made out to.

use api::invoicing::invoice::Party;
use billing::OrganizationId;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Json, Text};

/// Whether the organization has entered its billing details.
pub async fn are_on_file(tx: &mut Tx, organization_id: &OrganizationId) -> Result<bool, Error> {
    let rows: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM billing_details WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_one(tx.connection())
            .await?;
    Ok(rows == 1)
}

/// Saves the party that later invoices are made out to; issued invoices do not change (SPEC 4.6).
pub async fn save(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    billed_to: &Party,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO billing_details (organization_id, billed_to, saved_at, saved_by) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (organization_id) DO UPDATE \
         SET billed_to = excluded.billed_to, saved_at = excluded.saved_at, \
         saved_by = excluded.saved_by",
    )
    .bind(organization_id.as_str())
    .bind(Json(billed_to))
    .bind(Text(now))
    .bind(by)
    .execute(tx.connection())
    .await?;
    Ok(())
}
