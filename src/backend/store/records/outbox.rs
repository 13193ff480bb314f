//! Posted notifications, in the order of posting: written out as mails once, or parked.

use billing::OrganizationId;
use billing::account::account_state::AccountState;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::notification::Notification;
use crate::store::database::column::{Count, Json, Text};
use crate::store::{Tx, account_states};

/// A notification as it was posted.
#[derive(Debug, Clone)]
pub struct Posted {
    pub organization_id: OrganizationId,
    pub id: String,
    /// Its position in the organization's sequence.
    pub position: u64,
    /// The kind, such as `usage.alert`.
    pub kind: String,
    /// The facts of the notification.
    pub body: serde_json::Value,
    /// The account when it was posted.
    pub account: AccountState,
    pub posted_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    organization_id: Text<OrganizationId>,
    id: String,
    position: Count,
    kind: String,
    body: Json<serde_json::Value>,
    account: Json<AccountState>,
    created_at: Text<DateTime<Utc>>,
}

/// Posts a notification in the transaction of its cause, after the organization's earlier ones. It
/// keeps a copy of the account as the transaction has left it, so write the new state before.
pub async fn publish(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    notification: &Notification,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let (kind, facts) = notification.stored()?;
    let policy = tx.policy();
    let account = account_states::find(tx, organization_id).await?;
    sqlx::query(
        "INSERT INTO outbox (organization_id, position, id, kind, body, account, created_at) \
         SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5, $6 FROM outbox \
         WHERE organization_id = $1",
    )
    .bind(organization_id.as_str())
    .bind(secret::id("ob")?)
    .bind(kind)
    .bind(Json(&facts))
    .bind(Json(account.at(at, &policy)))
    .bind(Text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The first notification after a position that is neither written out nor parked.
pub async fn next(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    position: u64,
) -> Result<Option<Posted>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT organization_id, id, position, kind, body, account, created_at FROM outbox \
         WHERE sent_at IS NULL AND parked IS NULL \
         AND (organization_id > $1 OR (organization_id = $1 AND position > $2)) \
         ORDER BY organization_id, position LIMIT 1",
    )
    .bind(organization_id.as_str())
    .bind(Count(position))
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(Posted::from))
}

/// Marks a notification as written out. Returns `false` when another process has done so.
pub async fn write_out(tx: &mut Tx, posted: &Posted, now: DateTime<Utc>) -> Result<bool, Error> {
    let taken = sqlx::query(
        "UPDATE outbox SET sent_at = $3 WHERE organization_id = $1 AND id = $2 \
         AND sent_at IS NULL AND parked IS NULL",
    )
    .bind(posted.organization_id.as_str())
    .bind(posted.id.as_str())
    .bind(Text(now))
    .execute(tx.connection())
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Parks a notification with the reason. Its row stays, so that it can be processed later.
pub async fn park(tx: &mut Tx, posted: &Posted, why: &str) -> Result<(), Error> {
    sqlx::query(
        "UPDATE outbox SET parked = $3 WHERE organization_id = $1 AND id = $2 AND sent_at IS NULL",
    )
    .bind(posted.organization_id.as_str())
    .bind(posted.id.as_str())
    .bind(why)
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl From<Row> for Posted {
    fn from(row: Row) -> Self {
        Self {
            organization_id: row.organization_id.0,
            id: row.id,
            position: row.position.0,
            kind: row.kind,
            body: row.body.0,
            account: row.account.0,
            posted_at: row.created_at.0,
        }
    }
}
