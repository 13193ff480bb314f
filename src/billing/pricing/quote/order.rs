//! An order with its prices looked up: quoted in full once, or in totals ten thousand times.

use alloc::vec::Vec;

use super::due_now::DueNow;
use super::next_invoice::InAdvance;
use super::{MonthFigures, PricedAccount, Quote};
use crate::metering::pool::Pool;
use crate::metering::usage::Metered;
use crate::money::Money;
use crate::pricing::annual::{AnnualAccount, AnnualOrder, annual_order};
use crate::pricing::billing_cycle::BillingCycle;
use crate::pricing::change::{PlanChange, Refusal};
use crate::pricing::overage::{MonthOverage, OverageEstimate};
use crate::pricing::priced_account::PricedPlan;
use crate::pricing::proration::DaysLeft;
use crate::pricing::statement::{Derivations, Lines, Statement, Sum, Sums};
use crate::pricing::subscription::Subscription;

/// An order that the account's state allows, with the prices that do not depend on usage.
///
/// A price curve or a slider checks its order once and then calls [`Order::totals`] for each point,
/// which allocates nothing and parses nothing.
#[derive(Debug)]
pub struct Order<'a> {
    account: PricedAccount<'a>,
    derivations: Derivations,
    before: PricedPlan<'a>,
    after: PricedPlan<'a>,
    subscription: Subscription,
    cycle: BillingCycle,
    due_now: Statement,
    in_advance: InAdvance,
}

/// The amounts of a quote, without their lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// This month's overage estimate before the order, before tax.
    pub overage: Money,
    /// The charge that is due at once.
    pub due_now: Sums,
    /// The invoice of the next 1st, if nothing else changes.
    pub next_invoice: Sums,
}

impl<'a> Order<'a> {
    /// Checks an order, looks up its prices, and computes what is due now and what comes in advance.
    ///
    /// # Errors
    /// Fails when the account's state does not allow the order.
    pub fn of(
        account: &PricedAccount<'a>,
        change: &PlanChange,
        derivations: Derivations,
    ) -> Result<Self, Refusal> {
        let list = account.list;
        let subscription = account.after(change)?;
        let before = PricedPlan::of(list, account.subscription)?;
        let after = PricedPlan::of(list, &subscription)?;
        let nothing = || Statement::of(Vec::new(), list, account.places, derivations);
        let (due_now, cycle) = match account.cycle {
            BillingCycle::Trial { .. } => (nothing()?, account.cycle),
            BillingCycle::Monthly { .. } => {
                let mut lines = Lines::new(list.currency, derivations);
                let rest = DaysLeft::of(account.period()?, account.day);
                DueNow::of(&before, &after, rest).add_lines(&mut lines)?;
                let due_now = Statement::of(lines.lines, list, account.places, derivations)?;
                (due_now, account.cycle)
            }
            BillingCycle::Annual { term, pool } => {
                let paid = AnnualAccount {
                    list,
                    subscription: account.subscription,
                    term,
                    pool,
                    places: account.places,
                    day: account.day,
                };
                let AnnualOrder { due_now, limit } =
                    annual_order(&paid, &subscription, derivations)?;
                let pool = Pool { limit, ..pool };
                (due_now, BillingCycle::Annual { term, pool })
            }
        };
        let closing = account.with(&subscription, cycle);
        Ok(Self {
            in_advance: InAdvance::of(&closing, derivations)?,
            account: *account,
            derivations,
            before,
            after,
            subscription,
            cycle,
            due_now,
        })
    }

    /// The quote, line by line.
    pub fn quote(self) -> Result<Quote, Refusal> {
        let PricedAccount { list, metered, .. } = self.account;
        let lines = || Lines::new(list.currency, self.derivations);
        let usage = self.before.figures(list, metered);
        let mut overage = lines();
        MonthOverage::of(&self.account, &self.before)?.add_lines(usage, &mut overage)?;
        let overage = OverageEstimate::of(list, overage.lines)?;
        let closing = self.account.with(&self.subscription, self.cycle);
        let mut in_arrears = lines();
        let usage_after = usage.on_tier(self.after.tier.limit);
        MonthOverage::of(&closing, &self.after)?.add_lines(usage_after, &mut in_arrears)?;
        let next_invoice = self
            .in_advance
            .invoice(&closing, in_arrears.lines, self.derivations)?;
        Ok(Quote {
            usage,
            month: MonthFigures::of(&self.account, &self.before, overage.total)?,
            overage,
            due_now: self.due_now,
            next_invoice,
            after: self.subscription,
            cycle_after: self.cycle,
        })
    }

    /// The same amounts for another usage, as totals only.
    ///
    /// ```
    /// # use billing::{BillingCycle, BillingPeriod, Derivations, PlanChange, PriceBook, PricedAccount};
    /// # use billing::{Subscription, catalog::price_book::ESSENTIALS};
    /// # use billing::{pricing::{quote::Order, subscription::Scheduled}, metering::usage::Metered};
    /// # let book = PriceBook::parse(ESSENTIALS).unwrap();
    /// # let subscription = Subscription {
    /// #     tier: 20_000,
    /// #     add_ons: Default::default(),
    /// #     scheduled: Scheduled::default(),
    /// # };
    /// # let day = "2025-06-20".parse().unwrap();
    /// # let account = PricedAccount {
    /// #     list: book.list(billing::CurrencyCode::USD).unwrap(),
    /// #     subscription: &subscription,
    /// #     cycle: BillingCycle::monthly(BillingPeriod::of(day).unwrap()),
    /// #     annual_offered: false,
    /// #     metered: Metered::default(),
    /// #     add_on_use: billing::AddOnUse::NONE,
    /// #     places: None,
    /// #     day,
    /// # };
    /// let change = PlanChange::to_tier(40_000);
    /// let order = Order::of(&account, &change, Derivations::Omitted).unwrap();
    /// let totals = order.totals(Metered { mau: 45_000, data_points: 0 }).unwrap();
    /// assert_eq!(totals.overage.to_string(), "300.00");
    /// assert_eq!(totals.due_now.total.to_string(), "91.67");
    /// assert_eq!(totals.next_invoice.total.to_string(), "560.00");
    /// ```
    ///
    /// # Errors
    /// Fails when an amount overflows, or the list's tax needs places and there are none.
    pub fn totals(&self, metered: Metered) -> Result<Totals, Refusal> {
        let PricedAccount { list, places, .. } = self.account;
        let usage = self.before.figures(list, metered);
        let mut overage = Sum::new(list.currency);
        MonthOverage::of(&self.account, &self.before)?.add_lines(usage, &mut overage)?;
        let closing = self.account.with(&self.subscription, self.cycle);
        let mut next_invoice = Sum {
            total: self.in_advance.total,
        };
        let usage = usage.on_tier(self.after.tier.limit);
        MonthOverage::of(&closing, &self.after)?.add_lines(usage, &mut next_invoice)?;
        Ok(Totals {
            overage: overage.total,
            due_now: self.due_now.sums()?,
            next_invoice: Sums::of(next_invoice, list, places)?,
        })
    }
}
