//! Idempotency keys and stored responses, written in the transaction of their effect (SPEC R19).

use billing::OrganizationId;
use chrono::{DateTime, Utc};

use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::row::damaged;

/// A key and its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub organization_id: OrganizationId,
    /// The key is unique per person: two people can use the same text.
    pub user_id: String,
    /// The text that the browser generated.
    pub text: String,
}

/// A stored response, repeated byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Answer {
    /// Reads the two columns of a response; `None` until both are written.
    pub(crate) fn stored(status: Option<i64>, body: Option<String>) -> Result<Option<Self>, Error> {
        let status =
            status.map(|status| u16::try_from(status).map_err(|_| damaged("status", status)));
        let stored = status.transpose()?.zip(body);
        Ok(stored.map(|(status, body)| Self { status, body }))
    }
}

/// The reply to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredReply<P> {
    /// The order is settled; a repeated request gets this response again.
    Settled(Answer),
    /// The payment is not settled; this is what is known so far.
    Pending(P),
}

/// What a key was used for.
#[derive(Debug, Clone)]
pub struct Used {
    pub request_hash: String,
    /// The id of the order.
    pub plan_change_id: String,
    /// The final response, once there is one.
    pub answer: Option<Answer>,
}

/// What a key was used for; `None` when it is new.
pub async fn find(tx: &mut Tx, key: &Key) -> Result<Option<Used>, Error> {
    let row: Option<(String, String, Option<i64>, Option<String>)> = sqlx::query_as(
        "SELECT request_hash, plan_change_id, status, answer FROM idempotency_keys \
         WHERE organization_id = $1 AND user_id = $2 AND idempotency_key = $3",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .fetch_optional(tx.connection())
    .await?;
    let used = |(request_hash, plan_change_id, status, body)| {
        Ok(Used {
            request_hash,
            plan_change_id,
            answer: Answer::stored(status, body)?,
        })
    };
    row.map(used).transpose()
}

/// Reserves a key for an order.
///
/// # Errors
/// [`Error::Conflict`] when it is taken.
pub async fn take(
    tx: &mut Tx,
    key: &Key,
    (request_hash, plan_change_id): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO idempotency_keys (organization_id, user_id, idempotency_key, request_hash, \
         plan_change_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .bind(request_hash)
    .bind(plan_change_id)
    .bind(instant_text(now))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Stores the final response, once.
///
/// # Errors
/// A key that is not reserved, or that already has its response.
pub async fn answer(tx: &mut Tx, key: &Key, answer: &Answer) -> Result<(), Error> {
    let stored = sqlx::query(
        "UPDATE idempotency_keys SET status = $4, answer = $5 WHERE organization_id = $1 \
         AND user_id = $2 AND idempotency_key = $3 AND answer IS NULL",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .bind(i64::from(answer.status))
    .bind(answer.body.as_str())
    .execute(tx.connection())
    .await?;
    if stored.rows_affected() == 1 {
        Ok(())
    } else {
        Err(damaged("idempotency key", &key.text))
    }
}
