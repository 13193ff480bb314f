//! The price function: what an order costs now, and what the next invoice becomes.
//!
//! The preview in the browser, the charge in the backend and `prorata preview` all call it.

use serde::{Deserialize, Serialize};

use crate::metering::usage::UsageFigures;
use crate::money::Money;
use crate::pricing::billing_cycle::BillingCycle;
use crate::pricing::change::{PlanChange, Refusal};
use crate::pricing::overage::OverageEstimate;
use crate::pricing::priced_account::{PricedAccount, PricedPlan};
use crate::pricing::statement::{Derivations, Statement, Sum};
use crate::pricing::subscription::Subscription;

#[cfg(test)]
mod cycle_tests;
#[cfg(test)]
mod drawn_accounts_tests;
mod due_now;
mod next_invoice;
mod order;
#[cfg(test)]
mod properties_tests;

pub use next_invoice::NextInvoice;
pub use order::{Order, Totals};

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
    /// The next invoice, if nothing else changes: that of the next 1st, or of the end of the trial.
    pub next_invoice: NextInvoice,
    /// The subscription after the order.
    pub after: Subscription,
    /// How the account is charged after the order.
    pub cycle_after: BillingCycle,
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
/// **Rule.** What is due now follows the billing cycle: nothing in trial, the days left of the month, or
/// the months left of a term. The next invoice is what the month change will issue, or the end of the
/// trial.
/// **Source.** SPEC R3, R5 to R9, R15, R16; contract.md.
///
/// # Worked examples
///
/// 22,000 users on the 20,000 tier with one add-on: the month costs 296.40. Moving to 40,000 on
/// 20 June costs 91.67 now, and the next invoice is 520.00.
///
/// ```
/// # use billing::{AddOnId, BillingCycle, BillingFrequency, BillingPeriod, Derivations, PlanChange};
/// # use billing::{PriceBook, PricedAccount, Subscription, quote};
/// # use billing::{catalog::price_book::ESSENTIALS, pricing::subscription::Scheduled};
/// # use billing::metering::usage::Metered;
/// let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let day = "2025-06-20".parse().unwrap();
/// let subscription = Subscription {
///     tier: 20_000,
///     add_ons: [AddOnId::new("cloud-export")].into(),
///     scheduled: Scheduled::default(),
/// };
/// let account = PricedAccount {
///     list: book.list(billing::CurrencyCode::USD).unwrap(),
///     subscription: &subscription,
///     cycle: BillingCycle::monthly(BillingPeriod::of(day).unwrap()),
///     annual_offered: true,
///     metered: Metered { mau: 22_000, data_points: 0 },
///     add_on_use: billing::AddOnUse::NONE,
///     places: None,
///     day,
/// };
/// let priced = quote(&account, &PlanChange::to_tier(40_000), Derivations::Omitted).unwrap();
/// assert_eq!(priced.month.billable.to_string(), "296.40");
/// assert_eq!(priced.due_now.total.to_string(), "91.67");
/// assert_eq!(priced.next_invoice.statement.total.to_string(), "520.00");
/// ```
///
/// Annual billing from 1 July: nothing now, then 2,268.00 and the overage of June.
///
/// ```
/// # use billing::{AddOnId, BillingCycle, BillingFrequency, BillingPeriod, Derivations, PlanChange};
/// # use billing::{PriceBook, PricedAccount, Subscription, quote};
/// # use billing::{catalog::price_book::ESSENTIALS, pricing::subscription::Scheduled};
/// # use billing::metering::usage::Metered;
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let day = "2025-06-20".parse().unwrap();
/// # let subscription = Subscription {
/// #     tier: 20_000,
/// #     add_ons: [AddOnId::new("cloud-export")].into(),
/// #     scheduled: Scheduled::default(),
/// # };
/// # let account = PricedAccount {
/// #     list: book.list(billing::CurrencyCode::USD).unwrap(),
/// #     subscription: &subscription,
/// #     cycle: BillingCycle::monthly(BillingPeriod::of(day).unwrap()),
/// #     annual_offered: true,
/// #     metered: Metered { mau: 22_000, data_points: 0 },
/// #     add_on_use: billing::AddOnUse::NONE,
/// #     places: None,
/// #     day,
/// # };
/// let annual = PlanChange {
///     frequency: Some(BillingFrequency::Annual),
///     ..PlanChange::default()
/// };
/// let priced = quote(&account, &annual, Derivations::Omitted).unwrap();
/// assert!(priced.due_now.total.is_zero());
/// assert_eq!(priced.next_invoice.statement.total.to_string(), "2294.40");
/// ```
///
/// # Errors
/// Fails when the account's state does not allow the order, or an amount overflows.
pub fn quote(
    account: &PricedAccount<'_>,
    change: &PlanChange,
    derivations: Derivations,
) -> Result<Quote, Refusal> {
    Order::of(account, change, derivations)?.quote()
}

impl MonthFigures {
    /// Within a term the tier and the add-ons are already paid.
    fn of(
        account: &PricedAccount<'_>,
        plan: &PricedPlan<'_>,
        overage: Money,
    ) -> Result<Self, Refusal> {
        let currency = account.list.currency;
        let [base, add_ons] = match account.cycle {
            BillingCycle::Annual { .. } => [Money::zero(currency); 2],
            BillingCycle::Trial { .. } | BillingCycle::Monthly { .. } => {
                let mut add_ons = Sum::new(currency);
                plan.add_add_on_lines(&mut add_ons)?;
                [plan.tier.monthly.settle(currency)?, add_ons.total]
            }
        };
        Ok(Self {
            base,
            add_ons,
            overage,
            billable: base.plus(add_ons)?.plus(overage)?,
        })
    }
}
