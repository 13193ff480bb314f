//! The payment gateway as the backend uses it. A charge carries a token and a key; the outcome of a key
//! can be asked for later.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use billing::Money;
use billing::invoicing::collection::Authentication;

mod failure;
mod sandbox;

pub use failure::failure_text;
pub use sandbox::{SandboxGateway, Script};

/// How long the backend waits for an answer. After that the outcome is unknown.
const PATIENCE: Duration = Duration::from_secs(10);

/// A charge. The gateway charges once per key, however often the charge is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The idempotency key: the id of the order or of the debit.
    pub key: String,
    /// The gateway's token of the payment method.
    pub token: String,
    pub amount: Money,
    /// Whether the payer must confirm the charge with their bank (SPEC R17).
    pub authentication: Authentication,
}

/// What the gateway says about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The money was captured.
    Captured {
        /// The gateway's reference.
        reference: String,
    },
    /// The charge was declined and will not be captured.
    Declined {
        /// The reason, such as `insufficient_funds`.
        reason: String,
    },
    /// The bank waits for the payer's confirmation.
    Authentication,
    /// The charge never arrived or was given up; it will never be captured.
    Never,
}

/// The gateway did not answer, so the outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAnswer;

/// Waits for an answer of the gateway for a limited time.
///
/// # Errors
/// Fails when no answer arrives in time.
pub async fn in_time(
    answer: impl Future<Output = Result<Outcome, NoAnswer>>,
) -> Result<Outcome, NoAnswer> {
    tokio::time::timeout(PATIENCE, answer)
        .await
        .unwrap_or(Err(NoAnswer))
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the payment gateway has not answered")
    }
}

impl std::error::Error for NoAnswer {}

#[async_trait]
pub trait PaymentGateway: fmt::Debug + Send + Sync {
    /// Sends a charge. The same key charges once.
    async fn charge(&self, charge: &Charge) -> Result<Outcome, NoAnswer>;

    /// Asks for the outcome of a charge. A charge that has not arrived is closed at the gateway, so
    /// that it cannot arrive later: the answer stays [`Outcome::Never`] from then on.
    async fn outcome(&self, charge: &Charge) -> Result<Outcome, NoAnswer>;

    /// Gives up a charge that waits for the payer's confirmation. Returns its outcome, which may be a
    /// capture that happened just before.
    async fn give_up(&self, charge: &Charge) -> Result<Outcome, NoAnswer>;
}
