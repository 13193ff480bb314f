//! The charges of the sandbox gateway: one per idempotency key; the first call decides.

use billing::{CurrencyCode, PaymentAttemptId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::row::{currency_code, instant, word, word_of};

/// A charge of the sandbox gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxCharge {
    /// The caller's idempotency key.
    pub key: PaymentAttemptId,
    /// The token of the payment method.
    pub token: String,
    /// The amount in minor units.
    pub amount_minor: i64,
    pub currency: CurrencyCode,
    pub outcome: Outcome,
    pub reference: String,
    pub decided_at: DateTime<Utc>,
}

/// The outcome of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Captured,
    Declined,
    /// It waits for the payer's confirmation.
    Authentication,
    /// It did not arrive, or was given up.
    Never,
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
    .bind(word_of(&charge.outcome)?)
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
pub async fn decide(tx: &mut Tx, key: &PaymentAttemptId, outcome: Outcome) -> Result<(), Error> {
    sqlx::query(
        "UPDATE sandbox_charges SET outcome = $2 WHERE charge_key = $1 AND outcome = 'authentication'",
    )
    .bind(key.as_str())
    .bind(word_of(&outcome)?)
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl TryFrom<Row> for SandboxCharge {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            decided_at: instant(&row.decided_at)?,
            key: row.charge_key.into(),
            token: row.token,
            amount_minor: row.amount_minor,
            currency: currency_code(&row.currency)?,
            outcome: word(&row.outcome)?,
            reference: row.reference,
        })
    }
}
