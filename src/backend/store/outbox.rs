//! What is to be told, in the order in which it was posted: written out once, or parked.

use billing::account_state::AccountState;
use chrono::{DateTime, Utc};

use super::row::{count, instant, json, to_json};
use super::{Tx, account_states};
use crate::clock::instant_text;
use crate::error::Error;
use crate::notification::Notification;
use crate::secret;

/// Something that was posted with its cause.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The organization it is about.
    pub organization_id: String,
    /// Its id.
    pub id: String,
    /// Its place among the organization's.
    pub position: u64,
    /// What happened, such as `usage.alert`.
    pub kind: String,
    /// The facts.
    pub body: serde_json::Value,
    /// The account as it stood then; none where an earlier program has posted it.
    pub account: Option<AccountState>,
    /// When it happened.
    pub posted_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    organization_id: String,
    id: String,
    position: i64,
    kind: String,
    body: String,
    account: Option<String>,
    created_at: String,
}

/// Posts a notification in the transaction of its cause, after what the organization has posted
/// before, with the account as the transaction has left it so far: post it when the state is written.
pub async fn publish(
    tx: &mut Tx,
    organization_id: &str,
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
    .bind(organization_id)
    .bind(secret::id("ob")?)
    .bind(kind)
    .bind(to_json(&facts)?)
    .bind(to_json(&account.at(at, &policy))?)
    .bind(instant_text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The first of what nobody has written out yet, behind a place.
pub async fn next(
    tx: &mut Tx,
    (organization_id, position): (&str, u64),
) -> Result<Option<Posted>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT organization_id, id, position, kind, body, account, created_at FROM outbox \
         WHERE sent_at IS NULL AND parked IS NULL \
         AND (organization_id > $1 OR (organization_id = $1 AND position > $2)) \
         ORDER BY organization_id, position LIMIT 1",
    )
    .bind(organization_id)
    .bind(super::row::stored(position)?)
    .fetch_optional(tx.connection())
    .await?;
    row.map(Posted::try_from).transpose()
}

/// Takes a row for writing out; no, where somebody else has been faster.
pub async fn write_out(tx: &mut Tx, posted: &Posted, now: DateTime<Utc>) -> Result<bool, Error> {
    let taken = sqlx::query(
        "UPDATE outbox SET sent_at = $3 WHERE organization_id = $1 AND id = $2 \
         AND sent_at IS NULL AND parked IS NULL",
    )
    .bind(posted.organization_id.as_str())
    .bind(posted.id.as_str())
    .bind(instant_text(now))
    .execute(tx.connection())
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Puts a row aside, with the reason. Nothing is lost: once the reason is gone it can be taken up.
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

impl TryFrom<Row> for Posted {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            position: count(row.position)?,
            body: json(&row.body)?,
            account: row.account.as_deref().map(json).transpose()?,
            posted_at: instant(&row.created_at)?,
            organization_id: row.organization_id,
            id: row.id,
            kind: row.kind,
        })
    }
}
