//! What exists only where the backend runs with `--sandbox`: the movable clock and the gateway's
//! script.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Moves the clock forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockMove {
    /// The instant it shall show.
    pub now: DateTime<Utc>,
}

/// What the sandbox gateway does with the caller's next charges, one after the other; afterwards
/// the payment method decides again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayScript {
    /// The outcomes.
    pub outcomes: Vec<ScriptedOutcome>,
}

/// One scripted outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptedOutcome {
    /// Captures.
    Success,
    /// Declines.
    Decline,
    /// Captures, but the answer is lost.
    TimeoutAfterCapture,
    /// Neither captures nor answers.
    TimeoutBeforeCapture,
    /// Wants the person to authenticate with the bank.
    Authentication,
}

/// A test card that becomes the payment method; what its charges do, its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardSaved {
    /// The card.
    pub card: TestCard,
}

/// The test cards of the sandbox gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestCard {
    /// Pays.
    Success,
    /// Is declined.
    Decline,
    /// Pays, but its answers are lost.
    Timeout,
    /// Wants the person to authenticate with the bank.
    Authentication,
}
