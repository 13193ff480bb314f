//! The payment gateway as the backend sees it: it charges a token under a key, and says later what
//! became of that key.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use billing::Money;
use billing::collection::Authentication;

mod sandbox;

pub use sandbox::{SandboxGateway, Script};

/// How long an answer is waited for. After that the outcome is unknown.
const PATIENCE: Duration = Duration::from_secs(10);

/// A charge. The same key charges once, however often it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The key: the id of the order.
    pub key: String,
    /// What the gateway knows the payment method by.
    pub token: String,
    /// How much.
    pub amount: Money,
    /// Whether the payer must confirm it with their bank (SPEC R17).
    pub authentication: Authentication,
}

/// What the gateway says of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The money is taken.
    Captured {
        /// The gateway's reference.
        reference: String,
    },
    /// The money is not taken, and will not be.
    Declined {
        /// Why, such as `insufficient_funds`.
        reason: String,
    },
    /// The bank waits for the person.
    Authentication,
    /// The charge never arrived or was given up, and will not be taken any more.
    Never,
}

/// The gateway has not answered: neither success nor failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAnswer;

/// Waits for an answer of the gateway, not for ever.
///
/// # Errors
/// None came in time.
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

/// A payment gateway.
#[async_trait]
pub trait PaymentGateway: fmt::Debug + Send + Sync {
    /// Charges, once per key.
    async fn charge(&self, charge: &Charge) -> Result<Outcome, NoAnswer>;

    /// What became of a charge. One that has not arrived is closed, so that it cannot arrive later:
    /// the answer is then [`Outcome::Never`] for ever.
    async fn outcome(&self, charge: &Charge) -> Result<Outcome, NoAnswer>;

    /// Gives up a charge that waits for the person. Answers what became of it, which may be that
    /// it was captured just before.
    async fn give_up(&self, charge: &Charge) -> Result<Outcome, NoAnswer>;
}
