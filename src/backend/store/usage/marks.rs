//! Counts the changes of an organization's figures, so that a caller can check whether they are still
//! the ones it has read.

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::Count;
use billing::OrganizationId;

/// The current count; 0 before the first change.
pub async fn version(tx: &mut Tx, organization_id: &OrganizationId) -> Result<u64, Error> {
    let version: Option<Count> =
        sqlx::query_scalar("SELECT version FROM usage_marks WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_optional(tx.connection())
            .await?;
    Ok(version.map_or(0, u64::from))
}

/// Counts one change.
pub async fn advance(tx: &mut Tx, organization_id: &OrganizationId) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO usage_marks (organization_id, version) VALUES ($1, 1) \
         ON CONFLICT (organization_id) DO UPDATE SET version = usage_marks.version + 1",
    )
    .bind(organization_id.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}
