//! Payment runs: orders of an admin to pay all open invoices, with the stored responses. Written in the
//! transaction of their effect (SPEC R19).

use chrono::{DateTime, Utc};

use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::row::{damaged, json, to_json};
use crate::store::idempotency::{Answer, Key};
use crate::store::records::Actor;

/// An order to pay all open invoices.
#[derive(Debug, Clone)]
pub struct Run {
    pub id: String,
    /// The idempotency key of the request, with its owner.
    pub key: Key,
    pub request_hash: String,
    /// The id under which the server's log has the request.
    pub request_id: String,
    /// Who ordered it.
    pub actor: Actor,
    /// The invoices it pays, oldest first.
    pub numbers: Vec<String>,
    /// The final response, once there is one.
    pub answer: Option<Answer>,
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

/// The run that used a key; `None` when the key is new.
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

/// Stores a run before anything is charged.
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

/// Stores the final response, once.
///
/// # Errors
/// A run that already has its response.
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
            begun_at: crate::store::database::row::instant(&self.begun_at)?,
        })
    }
}
