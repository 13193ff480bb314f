//! A year that is paid for, decided from the contract's types alone: its allowance, and what it costs.

use api::subscription::Subscription;
use billing::annual::price_of_months;
use billing::usage::{Projection, exceeds, reaches};
use billing::{Exact, PriceList};
use chrono::NaiveDate;

use super::state::{Ahead, Mark, MarkKind, Summary};

/// The allowance of a year, with the month of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Year {
    /// Total Billable Users Limit.
    pub limit: u64,
    /// Annual Billable Users of the closed months.
    pub before: u64,
    /// The same with this month so far.
    pub used: u64,
    /// Remaining Billable Users; below zero once the allowance is overdrawn.
    pub remaining: i128,
    /// Whether so much is used that the dashboard locks.
    pub locked: bool,
    /// The percentage of the allowance above which it does.
    pub lock_percent: u64,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The day behind the last.
    pub ends_on: NaiveDate,
    /// Which month of the year it is, and how many it has.
    pub month: [u32; 2],
}

/// What a year's allowance has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// So many users are left.
    Left(u64),
    /// So many are beyond it.
    Beyond(u64),
}

/// The marks of a year's allowance below the lock, in percent.
const MARKS: [u64; 2] = [80, 100];

impl Year {
    /// The year of a subscription, with so many users of this month; none where months are charged.
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

    /// What is left of the allowance, or how far it is passed.
    pub fn rest(&self) -> Rest {
        let apart = u64::try_from(self.remaining.unsigned_abs()).unwrap_or(u64::MAX);
        if self.remaining < 0 {
            Rest::Beyond(apart)
        } else {
            Rest::Left(apart)
        }
    }

    /// The month's summary as one of the year: what the meter draws.
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

/// The price of the tier for the year that is paid for; none where months are charged.
pub(super) fn base(list: &PriceList, subscription: &Subscription) -> Option<String> {
    let monthly = list.tier(subscription.tier)?.monthly;
    let price = price(list, subscription, monthly)?.settle(list.currency);
    price.ok().map(|price| price.to_string())
}

/// The price of a year, of what costs so much a month; none where months are charged.
pub(super) fn price(
    list: &PriceList,
    subscription: &Subscription,
    monthly: Exact,
) -> Option<Exact> {
    let months = subscription.annual?.months;
    price_of_months(monthly, months, &list.annual).ok()
}
