//! How often an organization's figures have changed: what was checked against them can tell whether
//! they are still the same.

use super::Tx;
use super::row::count;
use crate::error::Error;

/// The present number; 0 before the first change.
pub async fn version(tx: &mut Tx, organization_id: &str) -> Result<u64, Error> {
    let version: Option<i64> =
        sqlx::query_scalar("SELECT version FROM usage_marks WHERE organization_id = $1")
            .bind(organization_id)
            .fetch_optional(tx.connection())
            .await?;
    count(version.unwrap_or(0))
}

/// Notes a change.
///
/// # Errors
/// An organization that is not stored.
pub async fn advance(tx: &mut Tx, organization_id: &str) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO usage_marks (organization_id, version) VALUES ($1, 1) \
         ON CONFLICT (organization_id) DO UPDATE SET version = usage_marks.version + 1",
    )
    .bind(organization_id)
    .execute(tx.connection())
    .await?;
    Ok(())
}
