//! Facts that several notifications share, or that have many fields.

use billing::{AddOnId, BillingFrequency, Money};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An amount of money, as it is stored and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// A decimal string.
    pub amount: String,
    /// The currency code.
    pub currency: String,
}

impl From<Money> for Sum {
    fn from(money: Money) -> Self {
        Self {
            amount: money.to_string(),
            currency: money.currency().code().to_owned(),
        }
    }
}

/// An order to change the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanOrder {
    /// The id of the order; `None` when a scheduled change is withdrawn.
    pub plan_change: Option<String>,
    /// The MAU limit of the new tier, if it changes.
    pub tier: Option<u64>,
    /// Add-ons that are added.
    pub add: Vec<AddOnId>,
    /// Add-ons that are removed.
    pub remove: Vec<AddOnId>,
    /// The new billing frequency, if it changes.
    pub frequency: Option<BillingFrequency>,
    /// The first day on which it holds.
    pub effective_on: Option<NaiveDate>,
    /// The number of the invoice, if something was charged.
    pub invoice: Option<String>,
    /// What was charged, as a decimal string.
    pub amount: Option<String>,
    /// The currency code.
    pub currency: Option<String>,
    pub by: String,
}

/// A ticket as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketOpened {
    pub ticket: u64,
    pub by: String,
    pub subject: String,
    pub text: String,
    /// The fields of the form, each with its name.
    pub figures: Vec<(String, String)>,
    /// The addresses that get the mail besides the support team.
    pub to: Vec<String>,
}

/// A ticket that the support team has closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketClosed {
    pub ticket: u64,
    pub subject: String,
    /// The addresses that get the mail.
    pub to: Vec<String>,
}
