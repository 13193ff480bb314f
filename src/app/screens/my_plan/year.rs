//! An annual term: its pool and its price, decided from the contract's types alone.

use api::plan::annual::Annual;
use api::plan::subscription::Subscription;
use billing::pricing::annual::price_of_months;
use billing::{Exact, Money, PriceList};
use chrono::NaiveDate;

/// The pool of an annual term, with the current month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Year {
    /// Total Billable Users Limit.
    pub limit: u64,
    /// Annual Billable Users of the closed months.
    pub before: u64,
    /// Annual Billable Users with this month so far.
    pub used: u64,
    /// Remaining Billable Users; below zero once the pool is used up.
    pub remaining: i128,
    /// Whether usage exceeds the percentage at which the dashboard locks.
    pub locked: bool,
    /// The percentage of the pool above which the dashboard locks.
    pub lock_percent: u64,
    /// The first day of the term.
    pub starts_on: NaiveDate,
    /// The day after the last day of the term.
    pub ends_on: NaiveDate,
    /// The number of the current month in the term, and the length of the term in months.
    pub month: [u32; 2],
}

/// What is left of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remaining {
    /// The users that are left.
    Left(u64),
    /// The users beyond the pool.
    Beyond(u64),
}

impl Year {
    /// The term with these users in the current month; `None` when the account is charged monthly.
    pub fn of(list: &PriceList, subscription: &Subscription, usage: u64) -> Option<Self> {
        let Annual { term, pool } = subscription.annual?;
        let before = pool.used;
        let pool = pool.after(usage);
        Some(Self {
            limit: pool.limit,
            before,
            used: pool.used,
            remaining: pool.remaining(),
            locked: subscription
                .cycle()
                .measure(usage, subscription.tier, list)
                .locks(),
            lock_percent: list.annual.soft_lock_percent,
            starts_on: term.start(),
            ends_on: term.end(),
            month: [
                term.months() + 1 - term.months_left(subscription.billing_day),
                term.months(),
            ],
        })
    }

    /// What is left of the pool, or the users beyond it.
    pub fn remaining(&self) -> Remaining {
        let apart = u64::try_from(self.remaining.unsigned_abs()).unwrap_or(u64::MAX);
        if self.remaining < 0 {
            Remaining::Beyond(apart)
        } else {
            Remaining::Left(apart)
        }
    }
}

/// The price of the tier for the term; `None` when the account is charged monthly.
pub(super) fn base(list: &PriceList, subscription: &Subscription) -> Option<Money> {
    let monthly = list.tier(subscription.tier)?.monthly;
    let price = price(list, subscription, monthly)?.settle(list.currency);
    price.ok()
}

/// The price for the term of a monthly price; `None` when the account is charged monthly.
pub(super) fn price(
    list: &PriceList,
    subscription: &Subscription,
    monthly: Exact,
) -> Option<Exact> {
    let months = subscription.annual?.term.months();
    price_of_months(monthly, months, &list.annual).ok()
}
