//! Pausing and cancelling: what they lead to, the order, and asking for the way back (SPEC R13, R14).

use billing::reason::Reason;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::problem::Code;
use crate::statement::Statement;

/// What a pause or a cancellation would lead to now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    /// The organization's zone, in minutes east of UTC.
    pub offset_minutes: i32,
    /// The currency.
    pub currency: String,
    /// The invoice that either is settled with: overage accrued so far. Without lines there is none.
    pub settles: Statement,
    /// When a pause that begins now ends with the account.
    pub pause_ends_at: DateTime<Utc>,
    /// When the last backup of an account that is cancelled now is gone.
    pub backups_until: DateTime<Utc>,
    /// What a cancellation deletes.
    pub counts: Counts,
    /// Why a pause is refused; none where it is not.
    pub pause_refused: Option<Refusal>,
    /// Why a cancellation is refused; none where it is not.
    pub cancel_refused: Option<Refusal>,
}

/// How much there is of what a cancellation deletes, and of the invoices, which stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Projects.
    pub projects: u64,
    /// People.
    pub users: u64,
    /// Days of usage, and events where they came in one by one.
    pub events: u64,
    /// Invoices, which the law keeps.
    pub invoices: u64,
}

/// Why something is refused, and what lifts that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The stable name.
    pub code: Code,
    /// The sentence.
    pub detail: String,
}

/// The order to pause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// The total of [`Leaving::settles`] that the person saw.
    pub agreed: String,
}

/// The order to cancel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// Why.
    pub reason: Reason,
    /// What was typed to confirm it.
    pub confirmation: String,
    /// The total of [`Leaving::settles`] that the person saw.
    pub agreed: String,
}

/// A pause or a cancellation that was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Left {
    /// When.
    pub at: DateTime<Utc>,
    /// The invoice that settles it, where one was due.
    pub invoice: Option<String>,
}

/// A reactivation that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requested {
    /// Who asked.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}
