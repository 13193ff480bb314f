//! Facts that several notices share, or that are too many for a line.

use billing::{AddOnId, BillingFrequency, Money};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An amount of money, as it is stored and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The amount.
    pub amount: String,
    /// Its currency.
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

/// An order about the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanOrder {
    /// The order; none where something is withdrawn.
    pub plan_change: Option<String>,
    /// The tier, by its MAU limit, where it changes.
    pub tier: Option<u64>,
    /// Add-ons that come.
    pub add: Vec<AddOnId>,
    /// Add-ons that go.
    pub remove: Vec<AddOnId>,
    /// How often the organization is charged, where that changes.
    pub frequency: Option<BillingFrequency>,
    /// From when on it holds.
    pub effective_on: Option<NaiveDate>,
    /// The invoice, where something was charged.
    pub invoice: Option<String>,
    /// What was charged.
    pub amount: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// Who ordered it.
    pub by: String,
}

/// A ticket as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketOpened {
    /// Its number.
    pub ticket: u64,
    /// Who wrote it.
    pub by: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The fields of the form, each with its name.
    pub figures: Vec<(String, String)>,
    /// Who is told beside the support team.
    pub to: Vec<String>,
}

/// A ticket that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketClosed {
    /// Its number.
    pub ticket: u64,
    /// Its subject.
    pub subject: String,
    /// Who is told.
    pub to: Vec<String>,
}
