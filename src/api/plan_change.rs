//! The order that is charged, and how it went (SPEC R19).

use std::collections::BTreeMap;

use billing::AddOnId;
use billing::reason::Reason;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// An order, with what the person saw. It is charged only if all of it still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// What to change.
    pub change: billing::PlanChange,
    /// The version of the rules that priced it.
    pub engine_version: String,
    /// The version of the price book.
    pub price_book_version: u32,
    /// The version of the subscription.
    pub subscription_version: u64,
    /// The billing day.
    pub billing_day: NaiveDate,
    /// The fingerprint of the quote.
    pub input_hash: String,
    /// The total that was agreed to, as a decimal string.
    pub total: String,
    /// Why each add-on goes; asked of every removal, and no part of the price.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<AddOnId, Reason>,
}

/// How an order went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanChange {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: State,
    /// What was ordered.
    pub change: billing::PlanChange,
    /// The currency.
    pub currency: String,
    /// What was charged, or would have been.
    pub total: String,
    /// When it was ordered.
    pub ordered_at: DateTime<Utc>,
    /// The day for which it was priced.
    pub billing_day: NaiveDate,
    /// When it takes effect: the billing day, or the next 1st.
    pub effective: NaiveDate,
    /// The invoice, once the charge has succeeded.
    pub invoice: Option<String>,
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "name", deny_unknown_fields)]
pub enum State {
    /// The gateway has been asked.
    Started,
    /// The gateway has not said how it went; it is being asked again.
    Unknown,
    /// The bank waits for the person until then (SPEC R17, R19).
    Authentication {
        /// After this instant the payment fails.
        expires: DateTime<Utc>,
    },
    /// Paid where something was due, and in force.
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
