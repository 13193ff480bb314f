//! The usage of a month against the limit, decided from the contract's types alone.

use api::plan::subscription::Subscription;
use api::usage::Usage;
use billing::metering::usage::{CountedDay, Projection, exceeds, reaches};
use billing::{PriceList, PricedAccount};
use chrono::NaiveDate;

use super::ahead::{Ahead, ahead, enterprise};
use crate::screens::my_plan::year::{Remaining, Year};

/// The marks of a pool below the lock, in percent.
const MARKS: [u64; 2] = [80, 100];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The usage that alerts, overage and locks are computed from.
    pub usage: u64,
    /// The limit of the tier.
    pub limit: u64,
    /// Usage in percent of the limit, rounded down.
    pub percent: u64,
    /// Users above the limit.
    pub over: u64,
    /// Whether usage exceeds the percentage at which the dashboard locks.
    pub locked: bool,
    /// Data points, converted to users.
    pub processed: u64,
    /// How many data points the tier includes.
    pub included_points: u64,
    /// The percentage of the limit at the end of the meter.
    pub scale: u64,
    /// The marks up to the end of the meter.
    pub marks: Vec<Mark>,
    /// The projection of the month's end; `None` until enough days show growth.
    pub ahead: Option<Ahead>,
    /// How many counted days show growth.
    pub growth_days: u64,
    /// Monthly billable users (MBU): the usage, but at least the tier limit.
    pub mbu: u64,
    /// The limit of the largest tier, if usage is above what tiers are for.
    pub enterprise: Option<u64>,
    /// The day of the month.
    pub day: u64,
    /// The number of days in the month.
    pub days: u64,
    /// Usage at the end of each day that counts.
    pub counted: Vec<CountedDay>,
    /// The month to date at the end of each day before counting began.
    pub before: Vec<CountedDay>,
    /// The first day that counts, if it is not the 1st.
    pub counted_from: Option<NaiveDate>,
    /// The annual term of the month; `None` when the account is charged monthly.
    pub year: Option<Year>,
}

/// A mark on the meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The percentage of the limit.
    pub percent: u64,
    /// Whether usage has reached it.
    pub crossed: bool,
    pub kind: MarkKind,
}

/// The kinds of mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// Admins receive a mail.
    Alert,
    Limit,
    /// Above this mark the dashboard locks.
    Lock,
}

impl Summary {
    /// The usage summary of a month.
    pub fn of(list: &PriceList, subscription: &Subscription, usage: &Usage) -> Self {
        let state = subscription.state();
        let account = PricedAccount {
            metered: usage.metered,
            ..subscription.account(&state, list)
        };
        let figures = account.usage();
        let limit = subscription.tier;
        let percent = percent_of(figures.usage, limit);
        let scale = if percent > list.lock_percent {
            list.alert_percents
                .iter()
                .copied()
                .fold(list.lock_percent, u64::max)
        } else {
            list.lock_percent
        };
        let counted = usage.course(list.data_points_per_mau);
        let (ahead, growth_days) = ahead(&account, &counted, usage.period_end);
        let days = days_between(usage.period_start, usage.period_end);
        Self {
            usage: figures.usage,
            limit,
            percent,
            over: figures.overage_mau,
            locked: exceeds(figures.usage, limit, list.lock_percent),
            processed: figures.processed_mau,
            included_points: limit.saturating_mul(list.data_points_per_mau),
            scale,
            marks: marks(list, figures.usage, limit, scale),
            ahead,
            growth_days,
            mbu: usage.mbu,
            enterprise: enterprise(list, limit, figures.usage),
            year: Year::of(list, subscription, figures.usage),
            day: days_between(usage.period_start, usage.billing_day) + 1,
            days,
            counted,
            before: usage.course_before(list.data_points_per_mau),
            counted_from: Some(usage.counted_from).filter(|from| *from > usage.period_start),
        }
    }

    /// The summary of a month with the figures of its annual term, for the meter.
    pub fn of_term(year: &Year, month: &Self) -> Self {
        let lock = year.lock_percent;
        let mark = |percent, kind| Mark {
            percent,
            crossed: reaches(year.used, year.limit, percent),
            kind,
        };
        let kinds = [MarkKind::Alert, MarkKind::Limit];
        let marks = MARKS.into_iter().zip(kinds);
        let marks = marks.map(|(percent, kind)| mark(percent, kind));
        let percent = u128::from(year.used) * 100 / u128::from(year.limit.max(1));
        let so_many = |users: u64| users.saturating_add(year.before);
        Self {
            usage: year.used,
            limit: year.limit,
            percent: u64::try_from(percent).unwrap_or(u64::MAX),
            over: match year.remaining() {
                Remaining::Left(_) => 0,
                Remaining::Beyond(over) => over,
            },
            locked: exceeds(year.used, year.limit, lock),
            scale: lock,
            marks: marks.chain([mark(lock, MarkKind::Lock)]).collect(),
            ahead: month.ahead.as_ref().map(|ahead| Ahead {
                users: Projection {
                    low: so_many(ahead.users.low),
                    expected: so_many(ahead.users.expected),
                    high: so_many(ahead.users.high),
                },
                overage: ahead.overage,
            }),
            ..month.clone()
        }
    }

    /// The position of a number of users on the meter, in hundredths of a percent of its width.
    pub fn place(&self, users: u64) -> u64 {
        let end = u128::from(self.limit.max(1)) * u128::from(self.scale);
        let place = u128::from(users) * 1_000_000 / end.max(1);
        u64::try_from(place).map_or(10_000, |place| place.min(10_000))
    }
}

fn percent_of(users: u64, limit: u64) -> u64 {
    u64::try_from(u128::from(users) * 100 / u128::from(limit.max(1))).unwrap_or(u64::MAX)
}

fn marks(list: &PriceList, usage: u64, limit: u64, scale: u64) -> Vec<Mark> {
    let mut percents = list.alert_percents.clone();
    for percent in [100, list.lock_percent] {
        if !percents.contains(&percent) {
            let place = percents.iter().position(|other| *other > percent);
            percents.insert(place.unwrap_or(percents.len()), percent);
        }
    }
    percents.retain(|percent| *percent <= scale);
    let mark = |percent| Mark {
        percent,
        crossed: reaches(usage, limit, percent),
        kind: match percent {
            100 => MarkKind::Limit,
            lock if lock == list.lock_percent => MarkKind::Lock,
            _ => MarkKind::Alert,
        },
    };
    percents.into_iter().map(mark).collect()
}

fn days_between(start: NaiveDate, end: NaiveDate) -> u64 {
    u64::try_from((end - start).num_days()).unwrap_or(0)
}
