//! Payment runs: orders of an admin to pay all open invoices (SPEC R12, R19).

use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Json, Text};
use crate::store::idempotency::Key;
use crate::store::records::Actor;

/// An order to pay all open invoices.
#[derive(Debug, Clone)]
pub struct PaymentRun {
    pub id: String,
    /// The idempotency key of the request, with its owner.
    pub key: Key,
    /// The id under which the server's log has the request.
    pub request_id: String,
    /// Who ordered it.
    pub actor: Actor,
    /// The invoices it pays, oldest first.
    pub numbers: Vec<InvoiceNumber>,
    pub begun_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    request_id: String,
    asked_by: String,
    address: String,
    numbers: Json<Vec<InvoiceNumber>>,
    begun_at: Text<DateTime<Utc>>,
}

/// The run that used a key.
pub async fn of_key(tx: &mut Tx, key: &Key) -> Result<Option<PaymentRun>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, request_id, asked_by, address, numbers, begun_at \
         FROM payment_runs WHERE organization_id = $1 AND user_id = $2 AND idempotency_key = $3",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| row.of(key)))
}

/// Stores a run whose key is stored, before anything is charged.
pub async fn add(tx: &mut Tx, run: &PaymentRun) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO payment_runs (organization_id, id, user_id, idempotency_key, asked_by, \
         address, request_id, numbers, begun_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(run.key.organization_id.as_str())
    .bind(run.id.as_str())
    .bind(run.key.user_id.as_str())
    .bind(run.key.text.as_str())
    .bind(run.actor.name.as_str())
    .bind(run.actor.address.as_str())
    .bind(run.request_id.as_str())
    .bind(Json(&run.numbers))
    .bind(Text(run.begun_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl Row {
    fn of(self, key: &Key) -> PaymentRun {
        PaymentRun {
            id: self.id,
            key: key.clone(),
            request_id: self.request_id,
            actor: Actor {
                name: self.asked_by,
                address: self.address,
            },
            numbers: self.numbers.0,
            begun_at: self.begun_at.0,
        }
    }
}
