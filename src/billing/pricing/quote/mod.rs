//! The price function: what an order costs now, and what the next invoice becomes.
//!
//! The preview in the browser, the charge in the backend and `prorata preview` all call it.

use alloc::vec::Vec;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalog::price_book::PriceList;
use crate::metering::add_on_use::AddOnUse;
use crate::metering::usage::{self, Metered, UsageFigures};
use crate::money::{Money, OutOfRange};
use crate::pricing::change::{PlanChange, Refusal};
pub use crate::pricing::statement::{Derivations, Statement};
use crate::pricing::statement::{Line, Sum, sum};
use crate::pricing::subscription::Subscription;
use crate::pricing::tax::TaxPlaces;

mod due_now;
mod next_invoice;
mod order;
pub(crate) mod overage;
pub(crate) mod priced_plan;
#[cfg(test)]
mod properties_tests;

pub use next_invoice::{NextInvoice, next_invoice};
pub use order::{Order, Totals};
pub use overage::{overage_lines, overage_on_tier};
use priced_plan::PricedPlan;

/// All inputs of a price.
#[derive(Debug, Clone, Copy)]
pub struct PricedAccount<'a> {
    /// The price list of the organization's currency.
    pub list: &'a PriceList,
    /// The tier and add-ons in force, and what is scheduled.
    pub subscription: &'a Subscription,
    /// The usage counted so far this month.
    pub metered: Metered,
    /// The use of add-ons so far this month.
    pub add_on_use: &'a AddOnUse,
    /// The places of supply for the tax; `None` when no tax is charged.
    pub places: Option<TaxPlaces>,
    /// The billing day of the order.
    pub day: NaiveDate,
}

/// The price of an order, together with the figures that hold without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The usage figures before the order.
    pub usage: UsageFigures,
    /// This month's overage estimate before the order.
    pub overage: OverageEstimate,
    /// The month's figures in the layout of the published table, before the order and before tax.
    pub month: MonthFigures,
    /// The charge that is due at once.
    pub due_now: Statement,
    /// The invoice of the next 1st, if nothing else changes.
    pub next_invoice: NextInvoice,
    /// The subscription after the order.
    pub after: Subscription,
}

/// An overage estimate: its lines and their sum, before tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverageEstimate {
    /// The overage lines.
    pub lines: Vec<Line>,
    /// The sum of the lines, before tax.
    pub total: Money,
}

/// The monthly cost in the layout of SPEC 2.5, before tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthFigures {
    /// The price of the tier.
    pub base: Money,
    /// The price of the add-ons.
    pub add_ons: Money,
    /// The overage of the month.
    pub overage: Money,
    /// Base plus add-ons plus overage.
    pub billable: Money,
}

/// Prices an order on an account. An empty order is allowed.
///
/// **Source.** SPEC R3, R5 to R8, R15, R16; contract.md.
///
/// # Worked example
///
/// 22,000 users on the 20,000 tier with one add-on: the month costs 296.40. Moving to 40,000 on
/// 20 June costs 91.67 now, and the next invoice is 520.00.
///
/// ```
/// # use billing::{PricedAccount, AddOnId, Derivations, PlanChange, PriceBook, Status, Subscription, quote};
/// # use billing::{catalog::price_book::ESSENTIALS, pricing::subscription::Scheduled};
/// # use billing::metering::usage::Metered;
/// let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let subscription = Subscription {
///     status: Status::Active,
///     tier: 20_000,
///     add_ons: [AddOnId::new("cloud-export")].into(),
///     scheduled: Scheduled::default(),
/// };
/// let account = PricedAccount {
///     list: book.list(billing::CurrencyCode::USD).unwrap(),
///     subscription: &subscription,
///     metered: Metered { mau: 22_000, data_points: 0 },
///     add_on_use: billing::AddOnUse::NONE,
///     places: None,
///     day: "2025-06-20".parse().unwrap(),
/// };
/// let quote = quote(&account, &PlanChange::to_tier(40_000), Derivations::Omitted).unwrap();
/// assert_eq!(quote.month.billable.to_string(), "296.40");
/// assert_eq!(quote.due_now.total.to_string(), "91.67");
/// assert_eq!(quote.next_invoice.statement.total.to_string(), "520.00");
/// ```
///
/// # Errors
/// Fails when the account's state does not allow the order, or an amount overflows.
pub fn quote(
    account: &PricedAccount<'_>,
    change: &PlanChange,
    derivations: Derivations,
) -> Result<Quote, Refusal> {
    Order::of(account, change)?.quote(derivations)
}

impl PricedAccount<'_> {
    /// The month's figures on the current tier.
    pub fn usage(&self) -> UsageFigures {
        usage::figures(
            self.metered,
            self.subscription.tier,
            self.list.data_points_per_mau,
        )
    }
}

impl OverageEstimate {
    pub(crate) fn of(list: &PriceList, mut lines: Vec<Line>) -> Result<Self, Refusal> {
        lines.retain(|line| !line.amount.is_zero());
        let total = sum(list.currency, &lines)?;
        Ok(Self { lines, total })
    }
}

impl MonthFigures {
    fn of(list: &PriceList, plan: &PricedPlan<'_>, overage: Money) -> Result<Self, Refusal> {
        let base = plan.tier.monthly.settle(list.currency)?;
        let mut add_ons = Sum::new(list.currency);
        plan.add_add_on_lines(&mut add_ons)?;
        Ok(Self {
            base,
            add_ons: add_ons.total,
            overage,
            billable: base.plus(add_ons.total)?.plus(overage)?,
        })
    }

    /// The figures of a month whose tier and add-ons are already paid.
    pub(crate) const fn prepaid(overage: Money) -> Self {
        Self {
            base: Money::zero(overage.currency()),
            add_ons: Money::zero(overage.currency()),
            overage,
            billable: overage,
        }
    }

    /// The same figures with another overage.
    pub(crate) fn with_overage(self, overage: Money) -> Result<Self, OutOfRange> {
        Ok(Self {
            overage,
            billable: self.base.plus(self.add_ons)?.plus(overage)?,
            ..self
        })
    }
}
