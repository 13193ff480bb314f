//! Facts that several notifications share, or that have many fields.

use api::support::ticket::{Category, Priority, Topic};
use billing::invoicing::invoice::InvoiceNumber;
use billing::{AddOnId, BillingFrequency, Money, PlanChangeId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An order to change the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanOrder {
    /// The id of the order; `None` when a scheduled change is withdrawn.
    pub plan_change: Option<PlanChangeId>,
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
    pub invoice: Option<InvoiceNumber>,
    /// What was charged.
    pub amount: Option<Money>,
    pub by: String,
}

/// A ticket as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketOpened {
    pub ticket: u64,
    pub by: String,
    pub subject: String,
    pub text: String,
    pub topic: Topic,
    pub category: Category,
    pub priority: Priority,
    /// The file names of its attachments.
    pub attachments: Vec<String>,
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
