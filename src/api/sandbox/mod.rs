//! What exists only in a backend with `--sandbox`: the movable clock, the script of the gateway and
//! the [`mailbox`].

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub mod mailbox;

/// Moves the clock forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockMove {
    /// The instant that the clock is set to.
    pub now: DateTime<Utc>,
}

/// The outcomes of the caller's next charges in the sandbox gateway, one after the other; after them
/// the payment method decides again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayScript {
    /// The outcomes, in the order of the charges.
    pub outcomes: Vec<ScriptedOutcome>,
}

/// One scripted outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptedOutcome {
    /// The gateway captures the charge.
    Success,
    /// The gateway declines the charge.
    Decline,
    /// The gateway captures the charge, but its response is lost.
    TimeoutAfterCapture,
    /// The gateway neither captures the charge nor responds.
    TimeoutBeforeCapture,
    /// The bank asks the payer to confirm the charge.
    Authentication,
}

/// The request to save a test card; the name of the card says what its charges do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardSaved {
    /// The card that becomes the payment method.
    pub card: TestCard,
}

/// The test cards of the sandbox gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestCard {
    /// Every charge succeeds.
    Success,
    /// Every charge is declined.
    Decline,
    /// Every charge succeeds, but the gateway's responses are lost.
    Timeout,
    /// Every charge needs the payer's confirmation at the bank.
    Authentication,
}
