//! Keys of orders and the answers they got: stored in the transaction of the effect (SPEC R19).

use chrono::{DateTime, Utc};

use super::Tx;
use super::row::damaged;
use crate::clock::instant_text;
use crate::error::Error;

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The organization.
    pub organization_id: String,
    /// The person; two people's keys never meet.
    pub user_id: String,
    /// The text the browser made.
    pub text: String,
}

/// An answer as it was given, to the byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The two columns of an answer; none of both until there is one.
    pub(super) fn stored(status: Option<i64>, body: Option<String>) -> Result<Option<Self>, Error> {
        let status =
            status.map(|status| u16::try_from(status).map_err(|_| damaged("status", status)));
        let stored = status.transpose()?.zip(body);
        Ok(stored.map(|(status, body)| Self { status, body }))
    }
}

/// How an order stands when its caller is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredReply<P> {
    /// It is settled; this is the answer for ever.
    Settled(Answer),
    /// A payment has not ended; this is what is known so far.
    Pending(P),
}

/// What a key was used for.
#[derive(Debug, Clone)]
pub struct Used {
    /// The fingerprint of the request.
    pub request_hash: String,
    /// The order it began.
    pub plan_change_id: String,
    /// The final answer, once there is one.
    pub answer: Option<Answer>,
}

/// What a key was used for; none when it is new.
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

/// Takes a key for an order.
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

/// Stores the final answer, once.
///
/// # Errors
/// A key that is not taken, or has its answer.
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
