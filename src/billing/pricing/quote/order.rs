//! An order with its prices looked up: quoted in full once, or in totals ten thousand times.

use super::due_now::DueNow;
use super::next_invoice::MonthChange;
use super::overage;
use super::priced_plan::PricedPlan;
use super::{Derivations, MonthFigures, OverageEstimate, PricedAccount, Quote};
use crate::metering::usage::Metered;
use crate::money::Money;
use crate::period::BillingPeriod;
use crate::pricing::change::{PlanChange, Refusal};
use crate::pricing::proration::DaysLeft;
use crate::pricing::statement::{Lines, Statement, Sum, Sums};
use crate::pricing::subscription::Subscription;

/// An order that the account's state allows.
///
/// A price curve or a slider checks its order once and then calls [`Order::totals`] for each point,
/// which allocates nothing and parses nothing.
#[derive(Debug)]
pub struct Order<'a> {
    account: PricedAccount<'a>,
    period: BillingPeriod,
    before: PricedPlan<'a>,
    after: PricedPlan<'a>,
    coming: PricedPlan<'a>,
    /// The price of the coming month in advance.
    recurring: Money,
    due_now: DueNow<'a>,
    subscription: Subscription,
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
    /// Checks an order and looks up its prices.
    ///
    /// # Errors
    /// Fails when the account's state does not allow the order.
    pub fn of(account: &PricedAccount<'a>, change: &PlanChange) -> Result<Self, Refusal> {
        let list = account.list;
        let period = BillingPeriod::of(account.day).ok_or(Refusal::InvalidDate)?;
        let subscription = account.subscription.after(change, list)?;
        let before = PricedPlan::of(list, account.subscription)?;
        let after = PricedPlan::of(list, &subscription)?;
        let coming = PricedPlan::of(list, &subscription.after_month_change())?;
        Ok(Self {
            account: *account,
            period,
            recurring: coming.month(list)?,
            due_now: DueNow::of(&before, &after, DaysLeft::of(period, account.day)),
            before,
            after,
            coming,
            subscription,
        })
    }

    /// The quote, line by line.
    pub fn quote(self, derivations: Derivations) -> Result<Quote, Refusal> {
        let list = self.account.list;
        let usage = self.before.figures(list, self.account.metered);
        let used = self.account.add_on_use;
        let mut overage = Lines::new(list.currency, derivations);
        overage::add_lines(&self.before, (usage, used), &mut overage)?;
        let overage = OverageEstimate::of(list, overage.lines)?;
        let mut due_now = Lines::new(list.currency, derivations);
        self.due_now.add_lines(&mut due_now)?;
        Ok(Quote {
            usage,
            month: MonthFigures::of(list, &self.before, overage.total)?,
            overage,
            due_now: Statement::of(due_now.lines, list, self.account.places, derivations)?,
            next_invoice: MonthChange {
                closing: &self.account,
                plan: &self.after,
                coming: &self.coming,
            }
            .invoice(self.period, derivations)?,
            after: self.subscription,
        })
    }

    /// The same amounts for another usage, as totals only.
    ///
    /// ```
    /// # use billing::{PricedAccount, Derivations, PlanChange, PriceBook, Status, Subscription, quote};
    /// # use billing::catalog::price_book::ESSENTIALS;
    /// # use billing::{pricing::{quote::Order, subscription::Scheduled}, metering::usage::Metered};
    /// # let book = PriceBook::parse(ESSENTIALS).unwrap();
    /// # let subscription = Subscription {
    /// #     status: Status::Active,
    /// #     tier: 20_000,
    /// #     add_ons: Default::default(),
    /// #     scheduled: Scheduled::default(),
    /// # };
    /// # let account = PricedAccount {
    /// #     list: book.list(billing::CurrencyCode::USD).unwrap(),
    /// #     subscription: &subscription,
    /// #     metered: Metered::default(),
    /// #     add_on_use: billing::AddOnUse::NONE,
    /// #     places: None,
    /// #     day: "2025-06-20".parse().unwrap(),
    /// # };
    /// let order = Order::of(&account, &PlanChange::to_tier(40_000)).unwrap();
    /// let totals = order.totals(Metered { mau: 45_000, data_points: 0 }).unwrap();
    /// assert_eq!(totals.overage.to_string(), "300.00");
    /// assert_eq!(totals.due_now.total.to_string(), "91.67");
    /// assert_eq!(totals.next_invoice.total.to_string(), "560.00");
    /// ```
    ///
    /// # Errors
    /// Fails when an amount overflows, or the list's tax needs places and there are none.
    pub fn totals(&self, metered: Metered) -> Result<Totals, Refusal> {
        let list = self.account.list;
        let foot = |sum| Sums::of(sum, list, self.account.places);
        let [mut overage, mut due_now] = [Sum::new(list.currency); 2];
        let usage = self.before.figures(list, metered);
        let used = self.account.add_on_use;
        overage::add_lines(&self.before, (usage, used), &mut overage)?;
        self.due_now.add_lines(&mut due_now)?;
        let mut next_invoice = Sum {
            total: self.recurring,
        };
        let usage = usage.on_tier(self.after.tier.limit);
        overage::add_lines(&self.after, (usage, used), &mut next_invoice)?;
        Ok(Totals {
            overage: overage.total,
            due_now: foot(due_now)?,
            next_invoice: foot(next_invoice)?,
        })
    }
}
