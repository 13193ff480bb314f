//! Idempotency keys and stored responses, written in the transaction of their effect (SPEC R19).

use api::Code;
use billing::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Json, Text};
use crate::store::database::row::damaged;

/// A key and its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub organization_id: OrganizationId,
    /// The key is unique per person: two people can use the same text.
    pub user_id: UserId,
    /// The text that the browser generated.
    pub text: String,
}

/// A stored response, repeated byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// The reply to an order or to a payment by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredReply<P> {
    /// It is settled; a repeated request gets this response again.
    Settled(Answer),
    /// The payment is not settled; this is what is known so far.
    Pending(P),
}

/// What is known about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Used {
    Never,
    /// Its request has begun, and has no final response yet.
    Begun,
    Answered(Answer),
}

/// What a key was used for.
///
/// # Errors
/// [`Code::KeyReused`] when it was used for another request, which the hash tells.
pub async fn find(tx: &mut Tx, key: &Key, request_hash: &str) -> Result<Used, Error> {
    let row: Option<(String, Option<Count<u16>>, Option<String>)> = sqlx::query_as(
        "SELECT request_hash, status, answer FROM idempotency_keys \
         WHERE organization_id = $1 AND user_id = $2 AND idempotency_key = $3",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .fetch_optional(tx.connection())
    .await?;
    match row {
        None => Ok(Used::Never),
        Some((hash, _, _)) if hash != request_hash => Err(Error::refused(
            Code::KeyReused,
            "This key was used for another order; nothing was charged for this one",
        )),
        Some((_, Some(Count(status)), Some(body))) => Ok(Used::Answered(Answer { status, body })),
        Some(_) => Ok(Used::Begun),
    }
}

/// Reserves a key for a request, before what it orders is stored.
///
/// # Errors
/// [`Error::Conflict`] when it is taken.
pub async fn take(
    tx: &mut Tx,
    key: &Key,
    request_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO idempotency_keys (organization_id, user_id, idempotency_key, request_hash, \
         created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .bind(request_hash)
    .bind(Text(now))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Stores the final response, once, in the transaction of the effect.
///
/// # Errors
/// A key that is not reserved, or that already has its response.
pub async fn answer(
    tx: &mut Tx,
    key: &Key,
    status: u16,
    body: &impl Serialize,
) -> Result<Answer, Error> {
    let body = Json(body).text().map_err(Error::unexpected)?;
    let stored = sqlx::query(
        "UPDATE idempotency_keys SET status = $4, answer = $5 WHERE organization_id = $1 \
         AND user_id = $2 AND idempotency_key = $3 AND answer IS NULL",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .bind(Count(status))
    .bind(body.as_str())
    .execute(tx.connection())
    .await?;
    if stored.rows_affected() == 1 {
        Ok(Answer { status, body })
    } else {
        Err(damaged("idempotency key", &key.text))
    }
}
