//! Credentials of programs. Only the hash of the token is stored.

use api::usage::credential::Credential;
use billing::OrganizationId;
use chrono::{DateTime, TimeDelta, Utc};

use crate::foundation::error::Error;
use crate::foundation::secret::Token;
use crate::store::Tx;
use crate::store::database::column::Text;

/// `last_used_at` is written again only after this time, so that few requests write.
const FRESH: TimeDelta = TimeDelta::minutes(1);

#[derive(sqlx::FromRow)]
struct Row {
    organization_id: String,
    id: String,
    name: String,
    issued_by: String,
    issued_at: Text<DateTime<Utc>>,
    expires_at: Text<DateTime<Utc>>,
    revoked_at: Option<Text<DateTime<Utc>>>,
    last_used_at: Option<Text<DateTime<Utc>>>,
}

/// Stores a new credential.
pub async fn add(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    credential: &Credential,
    token: &Token,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO credentials (organization_id, id, name, token_hash, issued_by, issued_at, \
         expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(organization_id.as_str())
    .bind(credential.id.as_str())
    .bind(credential.name.as_str())
    .bind(token.hash())
    .bind(credential.issued_by.as_str())
    .bind(Text(credential.issued_at))
    .bind(Text(credential.expires_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The credentials of an organization, newest first.
pub async fn list(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<Credential>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT organization_id, id, name, issued_by, issued_at, expires_at, revoked_at, \
         last_used_at FROM credentials WHERE organization_id = $1 ORDER BY issued_at DESC, id",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(Credential::from).collect())
}

/// The organization and the credential of a token; `None` when it is unknown, revoked or expired.
pub async fn holding(
    tx: &mut Tx,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<Option<(String, Credential)>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT organization_id, id, name, issued_by, issued_at, expires_at, revoked_at, \
         last_used_at FROM credentials WHERE token_hash = $1",
    )
    .bind(token.hash())
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let organization_id = row.organization_id.clone();
    let credential = Credential::from(row);
    let holds = credential.revoked_at.is_none() && now < credential.expires_at;
    Ok(holds.then_some((organization_id, credential)))
}

/// Revokes a credential. Returns `false` when there is none, or it is revoked already.
pub async fn revoke(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let revoked = sqlx::query(
        "UPDATE credentials SET revoked_at = $3 WHERE organization_id = $1 AND id = $2 \
         AND revoked_at IS NULL",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .bind(Text(now))
    .execute(tx.connection())
    .await?;
    Ok(revoked.rows_affected() == 1)
}

/// Whether the recorded use of a credential is old enough to be written again.
pub fn is_stale(credential: &Credential, now: DateTime<Utc>) -> bool {
    credential
        .last_used_at
        .is_none_or(|last| now - last >= FRESH)
}

/// Records that a credential was used.
pub async fn touch(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query("UPDATE credentials SET last_used_at = $3 WHERE organization_id = $1 AND id = $2")
        .bind(organization_id.as_str())
        .bind(id)
        .bind(Text(now))
        .execute(tx.connection())
        .await?;
    Ok(())
}

impl From<Row> for Credential {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            issued_by: row.issued_by,
            issued_at: row.issued_at.0,
            expires_at: row.expires_at.0,
            revoked_at: row.revoked_at.map(|Text(at)| at),
            last_used_at: row.last_used_at.map(|Text(at)| at),
        }
    }
}
