//! Records of accounts that have ended (SPEC R14, R18).

use billing::OrganizationId;
use billing::account::lifecycle::Cause;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Text, Word};

/// The record of an account that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tombstone {
    pub ended_at: DateTime<Utc>,
    pub cause: Cause,
    /// When the last backup with its data is gone.
    pub backups_until: DateTime<Utc>,
    /// When the data kept until then was deleted.
    pub purged_at: Option<DateTime<Utc>>,
}

/// The tombstone of an organization; `None` while its account has not ended.
pub async fn find(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Option<Tombstone>, Error> {
    let row: Option<(Text<_>, Word<_>, Text<_>, Option<Text<_>>)> = sqlx::query_as(
        "SELECT ended_at, cause, backups_until, purged_at FROM tombstones WHERE organization_id = $1",
    )
    .bind(organization_id.as_str())
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(
        |(Text(ended_at), Word(cause), Text(backups_until), purged_at)| Tombstone {
            ended_at,
            cause,
            backups_until,
            purged_at: purged_at.map(|Text(at)| at),
        },
    ))
}

/// Inserts a tombstone.
///
/// # Errors
/// An account that has a tombstone already.
pub async fn set(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    stone: &Tombstone,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO tombstones (organization_id, ended_at, cause, backups_until) \
         VALUES ($1, $2, $3, $4)",
    )
    .bind(organization_id.as_str())
    .bind(Text(stone.ended_at))
    .bind(Word(stone.cause))
    .bind(Text(stone.backups_until))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Records that the data kept until the last backup was gone is deleted.
pub async fn purged(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query("UPDATE tombstones SET purged_at = $2 WHERE organization_id = $1")
        .bind(organization_id.as_str())
        .bind(Text(at))
        .execute(tx.connection())
        .await?;
    Ok(())
}
