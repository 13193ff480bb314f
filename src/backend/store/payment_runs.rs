//! Orders to pay what is open, with the answers they got: stored in the transaction of the effect
//! (SPEC R19).

use chrono::{DateTime, Utc};

use super::Tx;
use super::idempotency::{Answer, Key};
use super::records::Actor;
use super::row::{damaged, json, to_json};
use crate::clock::instant_text;
use crate::error::Error;

/// An order to pay what is open.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// The key it came with, and whose it is.
    pub key: Key,
    /// The fingerprint of the request.
    pub request_hash: String,
    /// What leads to the request in the log.
    pub request_id: String,
    /// Who asked for it.
    pub actor: Actor,
    /// The invoices it pays, oldest first.
    pub numbers: Vec<String>,
    /// The final answer, once there is one.
    pub answer: Option<Answer>,
    /// When.
    pub begun_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    request_hash: String,
    request_id: String,
    asked_by: String,
    address: String,
    numbers: String,
    status: Option<i64>,
    answer: Option<String>,
    begun_at: String,
}

/// What a key was used for; none when it is new.
pub async fn find(tx: &mut Tx, key: &Key) -> Result<Option<Run>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, request_hash, request_id, asked_by, address, numbers, status, answer, begun_at \
         FROM payment_runs WHERE organization_id = $1 AND user_id = $2 AND idempotency_key = $3",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| row.of(key)).transpose()
}

/// Writes it down before anything is charged.
///
/// # Errors
/// [`Error::Conflict`] when its key is taken.
pub async fn add(tx: &mut Tx, run: &Run) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO payment_runs (organization_id, id, user_id, idempotency_key, request_hash, \
         request_id, asked_by, address, numbers, begun_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(run.key.organization_id.as_str())
    .bind(run.id.as_str())
    .bind(run.key.user_id.as_str())
    .bind(run.key.text.as_str())
    .bind(run.request_hash.as_str())
    .bind(run.request_id.as_str())
    .bind(run.actor.name.as_str())
    .bind(run.actor.address.as_str())
    .bind(to_json(&run.numbers)?)
    .bind(instant_text(run.begun_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Stores the final answer, once.
///
/// # Errors
/// One that has its answer.
pub async fn answer(tx: &mut Tx, run: &Run, answer: &Answer) -> Result<(), Error> {
    let stored = sqlx::query(
        "UPDATE payment_runs SET status = $3, answer = $4 WHERE organization_id = $1 AND id = $2 \
         AND answer IS NULL",
    )
    .bind(run.key.organization_id.as_str())
    .bind(run.id.as_str())
    .bind(i64::from(answer.status))
    .bind(answer.body.as_str())
    .execute(tx.connection())
    .await?;
    if stored.rows_affected() == 1 {
        Ok(())
    } else {
        Err(damaged("order to pay", &run.id))
    }
}

impl Row {
    fn of(self, key: &Key) -> Result<Run, Error> {
        Ok(Run {
            id: self.id,
            key: key.clone(),
            request_hash: self.request_hash,
            request_id: self.request_id,
            actor: Actor {
                name: self.asked_by,
                address: self.address,
            },
            numbers: json(&self.numbers)?,
            answer: Answer::stored(self.status, self.answer)?,
            begun_at: super::row::instant(&self.begun_at)?,
        })
    }
}
