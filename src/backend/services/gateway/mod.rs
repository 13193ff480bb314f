//! The payment gateway as the backend uses it. A charge carries a token and a key; the outcome of a key
//! can be asked for later.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use billing::invoicing::collection::{Authentication, GatewayAnswer};
use billing::{Money, PaymentAttemptId};

mod failure;
mod sandbox;

pub use failure::failure_text;
pub use sandbox::SandboxGateway;

/// How long the backend waits for an answer. After that the outcome is unknown.
const PATIENCE: Duration = Duration::from_secs(10);

/// A charge. The gateway charges once per key, however often the charge is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The idempotency key.
    pub key: PaymentAttemptId,
    /// The gateway's token of the payment method.
    pub token: String,
    pub amount: Money,
    /// Whether the payer must confirm the charge with their bank (SPEC R17).
    pub authentication: Authentication,
}

/// The gateway did not answer, so the outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payment gateway has not answered")]
pub struct NoAnswer;

/// Waits for an answer of the gateway for a limited time; `None` when none arrives.
pub async fn in_time(
    answer: impl Future<Output = Result<GatewayAnswer, NoAnswer>>,
) -> Option<GatewayAnswer> {
    tokio::time::timeout(PATIENCE, answer).await.ok()?.ok()
}

#[async_trait]
pub trait PaymentGateway: fmt::Debug + Send + Sync {
    /// Sends a charge. The same key charges once.
    async fn charge(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer>;

    /// Asks for the outcome of a charge. A charge that has not arrived is closed at the gateway, so
    /// that it cannot arrive later: the answer stays [`GatewayAnswer::Never`] from then on.
    async fn outcome(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer>;

    /// Gives up a charge that waits for the payer's confirmation. Returns its outcome, which may be a
    /// capture that happened just before.
    async fn give_up(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer>;
}
