//! The charges of the sandbox gateway: one per idempotency key; the first call decides.

use billing::{CurrencyCode, PaymentAttemptId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Text, Word};

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
    charge_key: Text<PaymentAttemptId>,
    token: String,
    amount_minor: i64,
    currency: Text<CurrencyCode>,
    outcome: Word<Outcome>,
    reference: String,
    decided_at: Text<DateTime<Utc>>,
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
    .bind(Word(charge.outcome))
    .bind(charge.reference.as_str())
    .bind(Text(charge.decided_at))
    .execute(tx.connection())
    .await?;
    let row: Row = sqlx::query_as(
        "SELECT charge_key, token, amount_minor, currency, outcome, reference, decided_at \
         FROM sandbox_charges WHERE charge_key = $1",
    )
    .bind(charge.key.as_str())
    .fetch_one(tx.connection())
    .await?;
    Ok(row.into())
}

/// Sets the outcome of a charge that waits for authentication.
pub async fn decide(tx: &mut Tx, key: &PaymentAttemptId, outcome: Outcome) -> Result<(), Error> {
    sqlx::query(
        "UPDATE sandbox_charges SET outcome = $2 WHERE charge_key = $1 AND outcome = 'authentication'",
    )
    .bind(key.as_str())
    .bind(Word(outcome))
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl From<Row> for SandboxCharge {
    fn from(row: Row) -> Self {
        Self {
            key: row.charge_key.0,
            token: row.token,
            amount_minor: row.amount_minor,
            currency: row.currency.0,
            outcome: row.outcome.0,
            reference: row.reference,
            decided_at: row.decided_at.0,
        }
    }
}
