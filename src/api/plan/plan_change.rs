//! The order that is charged, and its result (SPEC R19).

use std::collections::BTreeMap;

use billing::account::reason::Reason;
use billing::invoicing::invoice::InvoiceNumber;
use billing::{AddOnId, Money, PlanChangeId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// An order, with the facts that the person saw. It is charged only if all of them still hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The changes to the plan.
    pub change: billing::PlanChange,
    /// The version of the billing rules that priced it.
    pub engine_version: String,
    /// The version of the price book that priced it.
    pub price_book_version: u32,
    /// The version of the subscription that was priced.
    pub subscription_version: u64,
    /// The billing day for which it was priced.
    pub billing_day: NaiveDate,
    /// [`Quote::input_hash`](crate::plan::quote::Quote::input_hash) of the quote.
    pub input_hash: String,
    /// The total that was agreed to.
    pub total: Money,
    /// The reason for each removed add-on. Every removal needs one; it does not affect the price.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<AddOnId, Reason>,
}

/// An order and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanChange {
    /// The opaque id of the order.
    pub id: PlanChangeId,
    /// The state of the order.
    pub state: State,
    /// The changes that were ordered.
    pub change: billing::PlanChange,
    /// The amount that was charged, or would have been.
    pub total: Money,
    /// When it was ordered.
    pub ordered_at: DateTime<Utc>,
    /// The day for which it was priced.
    pub billing_day: NaiveDate,
    /// When it takes effect: the billing day, or the next 1st.
    pub effective: NaiveDate,
    /// The number of the invoice; `None` until the charge has succeeded.
    pub invoice: Option<InvoiceNumber>,
}

/// The state of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "name", deny_unknown_fields)]
pub enum State {
    /// The order is stored, and its charge is being sent to the gateway.
    Started,
    /// The gateway has not returned an outcome; it is being asked again.
    Unknown,
    /// The bank waits for the payer's confirmation (SPEC R17, R19).
    Authentication {
        /// After this instant the payment fails.
        expires: DateTime<Utc>,
    },
    /// Paid if anything was due, and in force.
    Done,
    /// Accepted without charge; waits for the next 1st.
    Scheduled,
    /// The payment was declined; nothing has changed.
    Declined {
        /// The gateway's reason, such as `insufficient_funds`.
        reason: String,
    },
    /// The payment was not finished in time, or never reached the gateway; nothing has changed.
    Expired,
}

impl State {
    /// Whether the outcome is still open.
    pub const fn is_pending(&self) -> bool {
        match self {
            Self::Started | Self::Unknown | Self::Authentication { .. } => true,
            Self::Done | Self::Scheduled | Self::Declined { .. } | Self::Expired => false,
        }
    }
}
