//! An annual term: its pool and its price, decided from the contract's types alone.

use api::subscription::Subscription;
use billing::annual::price_of_months;
use billing::usage::{Projection, exceeds, reaches};
use billing::{Exact, PriceList};
use chrono::NaiveDate;

use super::state::{Ahead, Mark, MarkKind, Summary};

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
pub enum Rest {
    /// The users that are left.
    Left(u64),
    /// The users beyond the pool.
    Beyond(u64),
}

/// The marks of a pool below the lock, in percent.
const MARKS: [u64; 2] = [80, 100];

impl Year {
    /// The term with these users in the current month; `None` when the account is charged monthly.
    pub fn of(list: &PriceList, subscription: &Subscription, usage: u64) -> Option<Self> {
        let annual = subscription.annual?;
        let term = annual.term()?;
        let pool = annual.pool.after(usage);
        Some(Self {
            limit: pool.limit,
            before: annual.pool.used,
            used: pool.used,
            remaining: pool.remaining(),
            locked: pool.is_locked(&list.annual),
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
    pub fn rest(&self) -> Rest {
        let apart = u64::try_from(self.remaining.unsigned_abs()).unwrap_or(u64::MAX);
        if self.remaining < 0 {
            Rest::Beyond(apart)
        } else {
            Rest::Left(apart)
        }
    }

    /// The summary of the month with the figures of the term, for the meter.
    pub fn summary(&self, month: &Summary) -> Summary {
        let lock = self.lock_percent;
        let mark = |percent, kind| Mark {
            percent,
            crossed: reaches(self.used, self.limit, percent),
            kind,
        };
        let kinds = [MarkKind::Alert, MarkKind::Limit];
        let marks = MARKS.into_iter().zip(kinds);
        let marks = marks.map(|(percent, kind)| mark(percent, kind));
        let percent = u128::from(self.used) * 100 / u128::from(self.limit.max(1));
        let so_many = |users: u64| users.saturating_add(self.before);
        Summary {
            usage: self.used,
            limit: self.limit,
            percent: u64::try_from(percent).unwrap_or(u64::MAX),
            over: match self.rest() {
                Rest::Left(_) => 0,
                Rest::Beyond(over) => over,
            },
            locked: exceeds(self.used, self.limit, lock),
            scale: lock,
            marks: marks.chain([mark(lock, MarkKind::Lock)]).collect(),
            ahead: month.ahead.as_ref().map(|ahead| Ahead {
                users: Projection {
                    low: so_many(ahead.users.low),
                    expected: so_many(ahead.users.expected),
                    high: so_many(ahead.users.high),
                },
                overage: ahead.overage.clone(),
            }),
            ..month.clone()
        }
    }
}

/// The price of the tier for the term; `None` when the account is charged monthly.
pub(super) fn base(list: &PriceList, subscription: &Subscription) -> Option<String> {
    let monthly = list.tier(subscription.tier)?.monthly;
    let price = price(list, subscription, monthly)?.settle(list.currency);
    price.ok().map(|price| price.to_string())
}

/// The price for the term of a monthly price; `None` when the account is charged monthly.
pub(super) fn price(
    list: &PriceList,
    subscription: &Subscription,
    monthly: Exact,
) -> Option<Exact> {
    let months = subscription.annual?.months;
    price_of_months(monthly, months, &list.annual).ok()
}
