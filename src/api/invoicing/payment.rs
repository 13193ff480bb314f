//! Paying outstanding invoices: those that fell due and were not paid (SPEC R12, 4.7).

use billing::Money;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An order to pay everything that is due now, with the default payment method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayOutstanding {
    /// The sum that the person saw. Another sum is refused, and nothing is charged.
    pub total: Money,
}

/// The result of an order to pay so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    /// The state of the order.
    pub state: PaymentsState,
    /// When the payment fails unless the payer confirms it; `None` when no confirmation is needed.
    pub expires: Option<DateTime<Utc>>,
    /// The invoices that the order has paid, oldest first.
    pub paid: Vec<PaidInvoice>,
    /// What is still to be paid of the ordered sum.
    pub left: Money,
}

/// The state of an order to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentsState {
    /// Everything is paid.
    Paid,
    /// The gateway has not returned an outcome. Send the order again with the same key.
    Processing,
    /// The bank waits for the payer's confirmation. Send the order again with the same key.
    Authentication,
}

/// An invoice that was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaidInvoice {
    /// The invoice number.
    pub invoice: InvoiceNumber,
    /// The amount that was paid.
    pub amount: Money,
}
