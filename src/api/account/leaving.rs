//! Pausing and cancelling: a preview, the order, and the request for reactivation (SPEC R13, R14).

use billing::account::reason::Reason;
use billing::invoicing::invoice::InvoiceNumber;
use billing::{Money, Statement};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::problem::Code;

/// What a pause or a cancellation would cost and delete now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    /// Offset of the organization's time zone, in minutes east of UTC.
    pub offset_minutes: i32,
    /// The invoice that either order issues: overage accrued so far. Without lines no invoice is issued.
    pub settles: Statement,
    /// When a pause that begins now ends and the account is cancelled.
    pub pause_ends_at: DateTime<Utc>,
    /// When the last backup of an account that is cancelled now is deleted.
    pub backups_until: DateTime<Utc>,
    /// How much data a cancellation deletes.
    pub counts: Counts,
    /// Why a pause is refused; `None` when it is allowed.
    pub pause_refused: Option<Refusal>,
    /// Why a cancellation is refused; `None` when it is allowed.
    pub cancel_refused: Option<Refusal>,
}

/// How many records a cancellation deletes, and how many invoices stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// The number of projects.
    pub projects: u64,
    /// The number of people.
    pub users: u64,
    /// The number of days with usage, plus the number of single events.
    pub events: u64,
    /// The number of invoices, which are kept because the law requires it.
    pub invoices: u64,
}

/// Why an order is refused, and what lifts that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The stable code of the reason.
    pub code: Code,
    /// The reason as a sentence.
    pub detail: String,
}

/// The order to pause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// The total of [`Leaving::settles`] that the person saw; another total is refused.
    pub agreed: Money,
}

/// The order to cancel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// Why the person cancels.
    pub reason: Reason,
    /// The word that the person typed to confirm.
    pub confirmation: String,
    /// The total of [`Leaving::settles`] that the person saw; another total is refused.
    pub agreed: Money,
}

/// A pause or a cancellation that was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Left {
    /// When it took effect.
    pub at: DateTime<Utc>,
    /// The number of the invoice that settles it; `None` when nothing was due.
    pub invoice: Option<InvoiceNumber>,
}

/// A request to reactivate a paused plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requested {
    /// The e-mail address of the person who asked.
    pub by: String,
    /// When it was asked for.
    pub at: DateTime<Utc>,
}
