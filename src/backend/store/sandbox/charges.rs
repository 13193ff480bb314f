//! The charges of the sandbox gateway: one per idempotency key; the first call decides.

use billing::CurrencyCode;
use chrono::{DateTime, Utc};

use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::row::{currency_code, instant};

/// A charge of the sandbox gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxCharge {
    /// The caller's idempotency key.
    pub key: String,
    /// The token of the payment method.
    pub token: String,
    /// The amount in minor units.
    pub amount_minor: i64,
    pub currency: CurrencyCode,
    /// `captured`, `declined`, `authentication` or `never`.
    pub outcome: String,
    pub reference: String,
    pub decided_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    charge_key: String,
    token: String,
    amount_minor: i64,
    currency: String,
    outcome: String,
    reference: String,
    decided_at: String,
}

/// Stores a charge unless its key has one, and returns the stored one.
pub async fn enter(tx: &mut Tx, charge: &SandboxCharge) -> Result<SandboxCharge, Error> {
    sqlx::query(
        "INSERT INTO sandbox_charges (charge_key, token, amount_minor, currency, outcome, \
         reference, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (charge_key) DO NOTHING",
    )
    .bind(charge.key.as_str())
    .bind(charge.token.as_str())
    .bind(charge.amount_minor)
    .bind(charge.currency.as_str())
    .bind(charge.outcome.as_str())
    .bind(charge.reference.as_str())
    .bind(instant_text(charge.decided_at))
    .execute(tx.connection())
    .await?;
    let row: Row = sqlx::query_as(
        "SELECT charge_key, token, amount_minor, currency, outcome, reference, decided_at \
         FROM sandbox_charges WHERE charge_key = $1",
    )
    .bind(charge.key.as_str())
    .fetch_one(tx.connection())
    .await?;
    row.try_into()
}

/// Sets the outcome of a charge that waits for authentication.
pub async fn decide(tx: &mut Tx, key: &str, outcome: &str) -> Result<(), Error> {
    sqlx::query(
        "UPDATE sandbox_charges SET outcome = $2 WHERE charge_key = $1 AND outcome = 'authentication'",
    )
    .bind(key)
    .bind(outcome)
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl TryFrom<Row> for SandboxCharge {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            decided_at: instant(&row.decided_at)?,
            key: row.charge_key,
            token: row.token,
            amount_minor: row.amount_minor,
            currency: currency_code(&row.currency)?,
            outcome: row.outcome,
            reference: row.reference,
        })
    }
}
