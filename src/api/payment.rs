//! Paying what is open: invoices that fell due and were not paid (SPEC R12, 4.7).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An order to pay everything that is to be paid now, with the default payment method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayOutstanding {
    /// The sum that the person saw. Another one is refused, and nothing is charged.
    pub total: String,
}

/// What has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    /// Where it stands.
    pub state: PaymentsState,
    /// Until when the bank waits for the person, where it does.
    pub expires: Option<DateTime<Utc>>,
    /// The currency.
    pub currency: String,
    /// The invoices that are paid by it, oldest first.
    pub paid: Vec<PaidInvoice>,
    /// What is still to be paid of what was ordered.
    pub left: String,
}

/// Where an order to pay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentsState {
    /// Everything is paid.
    Paid,
    /// The gateway has not answered. Ask again with the same key.
    Processing,
    /// The bank waits for the person. Ask again with the same key.
    Authentication,
}

/// An invoice that was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaidInvoice {
    /// Its number.
    pub invoice: String,
    /// How much.
    pub amount: String,
}
