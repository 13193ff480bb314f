//! Facts about changes of the plan (SPEC R5 to R7).

use billing::invoicing::invoice::InvoiceNumber;
use billing::{BillingFrequency, Money};
use chrono::NaiveDate;
use serde::Serialize;

use crate::mail::facts::NotificationFacts;
use crate::mail::figures::Shown;
use crate::notification::PlanOrder;

#[derive(Debug, Serialize)]
pub(super) struct Ordered<'a> {
    order: Order<'a>,
}

/// An order, what changes by it, and what it costs.
#[derive(Debug, Serialize)]
struct Order<'a> {
    by: &'a str,
    /// The MAU limit of the new tier, if it changes.
    tier: Option<Shown<u64>>,
    /// The names of the add-ons that are added.
    added: Vec<&'a str>,
    /// The names of the add-ons that are removed.
    removed: Vec<&'a str>,
    /// The new billing frequency, if it changes.
    frequency: Option<BillingFrequency>,
    /// The first day on which it holds.
    effective_on: Option<Shown<NaiveDate>>,
    /// The invoice, if something was charged.
    invoice: Option<&'a InvoiceNumber>,
    /// What was charged.
    amount: Option<Shown<Money>>,
}

impl<'a> Ordered<'a> {
    pub(super) fn of(notice: &'a NotificationFacts, order: &'a PlanOrder) -> Self {
        let added = order.add.iter().map(|id| notice.add_on_name(id));
        let removed = order.remove.iter().map(|id| notice.add_on_name(id));
        let order = Order {
            by: &order.by,
            tier: order.tier.map(Shown),
            added: added.collect(),
            removed: removed.collect(),
            frequency: order.frequency,
            effective_on: order.effective_on.map(Shown),
            invoice: order.invoice.as_ref(),
            amount: order.amount.map(Shown),
        };
        Self { order }
    }
}
