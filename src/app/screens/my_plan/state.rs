//! What My Plan shows, decided from the contract's types alone.

use api::quote::{NextInvoice, NoQuote, list_of};
use api::statement::Line;
use api::subscription::{ScheduledKind, Subscription};
use api::usage::Usage;
use billing::change::Refusal;
use billing::rhythm::{Rhythm, price};
use billing::subscription::Scheduled;
use billing::usage::{CountedDay, exceeds, reaches};
use billing::{
    AddOnId, BillingFrequency, Derivations, Money, PlanChange, PriceBook, PriceList, PricedAccount,
};
use chrono::NaiveDate;

use super::ahead::{ahead, enterprise};
use super::year::{self, Year};

pub use super::ahead::Ahead;

/// The plan, the price of the month so far, and the next invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The monthly price of the tier; in an annual term, the price of the term.
    pub base: String,
    /// The name and the price of each add-on in force.
    pub add_ons: Vec<(String, String)>,
    /// The lines of the month so far, without scheduled changes.
    pub month: Vec<Line>,
    /// The sum of the lines, before tax.
    pub billable: String,
    /// The invoice of the next 1st, without further orders.
    pub next: NextInvoice,
    /// How the next invoice differs from the month so far.
    pub difference: Difference,
}

/// The difference between the next invoice and this month's figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The difference, without sign.
    pub amount: String,
    /// Which of the two is greater.
    pub direction: Direction,
    /// The reasons for the difference.
    pub reasons: Vec<Reason>,
}

/// How the next invoice compares with the month so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Less,
    Same,
    More,
}

/// Why the next invoice differs from this month's figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A lower tier is scheduled.
    Downgrade {
        /// The current price.
        from: String,
        /// The price from the next 1st.
        to: String,
    },
    /// The removal of an add-on is scheduled.
    Removal(String),
    /// A change of billing frequency is scheduled.
    Frequency(BillingFrequency),
    /// Tax is added.
    Tax(String),
}

impl Plan {
    /// The plan of a subscription.
    ///
    /// # Errors
    /// Another price book than the subscription's, or a subscription that the billing rules refuse.
    pub fn of(book: &PriceBook, subscription: &Subscription) -> Result<Self, NoQuote> {
        let list = list_of(book, subscription)?;
        let rhythm = subscription.rhythm(list);
        let rhythm = rhythm.ok_or(NoQuote::Refused(Refusal::InvalidDate.into()))?;
        let priced = |state: &billing::Subscription, rhythm: &Rhythm| {
            let account = subscription.account(state, list);
            price(
                &account,
                rhythm,
                &PlanChange::default(),
                Derivations::Included,
            )
            .map(|priced| priced.quote)
            .map_err(NoQuote::Refused)
        };
        let coming = subscription.state();
        let as_it_is = billing::Subscription {
            scheduled: Scheduled::default(),
            ..subscription.state()
        };
        let now = priced(&as_it_is, &rhythm.as_it_is())?;
        let coming = priced(&coming, &rhythm)?;
        let next = NextInvoice::from(&coming.next_invoice);
        let difference =
            difference(list, subscription, now.month.billable, &next).map_err(refused)?;
        let month = match rhythm.pool() {
            Some(_) => &now.overage.lines,
            None => &now.next_invoice.statement.lines,
        };
        Ok(Self {
            base: year::base(list, subscription).unwrap_or_else(|| now.month.base.to_string()),
            add_ons: add_on_prices(list, subscription),
            month: month.iter().map(Line::from).collect(),
            billable: now.month.billable.to_string(),
            next,
            difference,
        })
    }
}

fn refused(refusal: Refusal) -> NoQuote {
    NoQuote::Refused(refusal.into())
}

fn add_on_prices(list: &PriceList, subscription: &Subscription) -> Vec<(String, String)> {
    let price = |id: &AddOnId| {
        let add_on = list.add_on(id.as_str())?;
        let monthly = add_on.price.on(list.tier(subscription.tier)?).ok()?;
        let price = year::price(list, subscription, monthly).unwrap_or(monthly);
        let price = price.settle(list.currency).ok()?;
        Some((add_on.name.clone(), price.to_string()))
    };
    subscription.add_ons.iter().filter_map(price).collect()
}

fn difference(
    list: &PriceList,
    subscription: &Subscription,
    month: Money,
    next: &NextInvoice,
) -> Result<Difference, Refusal> {
    let total = Money::parse(&next.statement.total, list.currency)?;
    let apart = Money::new(
        month.minor().abs_diff(total.minor()).cast_signed(),
        list.currency,
    );
    let mut reasons: Vec<Reason> = subscription
        .scheduled
        .iter()
        .filter(|change| change.effective <= next.date)
        .filter_map(|change| reason(list, subscription, &change.kind))
        .collect();
    if !next.statement.taxes.is_empty() {
        let tax = total.minor() - Money::parse(&next.statement.subtotal, list.currency)?.minor();
        reasons.push(Reason::Tax(Money::new(tax, list.currency).to_string()));
    }
    Ok(Difference {
        amount: apart.to_string(),
        direction: match total.minor().cmp(&month.minor()) {
            std::cmp::Ordering::Less => Direction::Less,
            std::cmp::Ordering::Equal => Direction::Same,
            std::cmp::Ordering::Greater => Direction::More,
        },
        reasons,
    })
}

fn reason(list: &PriceList, subscription: &Subscription, kind: &ScheduledKind) -> Option<Reason> {
    let price = |tier: u64| {
        let monthly = list.tier(tier)?.monthly.settle(list.currency).ok()?;
        Some(monthly.to_string())
    };
    match kind {
        ScheduledKind::Downgrade(tier) => Some(Reason::Downgrade {
            from: price(subscription.tier)?,
            to: price(*tier)?,
        }),
        ScheduledKind::Removal(add_on) => {
            Some(Reason::Removal(list.add_on(add_on.as_str())?.name.clone()))
        }
        ScheduledKind::Frequency(frequency) => Some(Reason::Frequency(*frequency)),
    }
}

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
        let (ahead, growth_days) = ahead(&account, subscription, (&counted, usage.period_end));
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

/// The age of the latest figures, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Less than a minute.
    Now,
    /// The number of minutes.
    Minutes(i64),
    /// The number of hours.
    Hours(i64),
    /// The number of days.
    Days(i64),
}

/// The age of the latest figures; `None` before the first.
pub fn age(usage: &Usage) -> Option<Age> {
    let minutes = (usage.now - usage.counted_at?).num_minutes().max(0);
    Some(match minutes {
        0 => Age::Now,
        1..=59 => Age::Minutes(minutes),
        60..=1439 => Age::Hours(minutes / 60),
        _ => Age::Days(minutes / 1440),
    })
}

#[cfg(test)]
#[path = "state_tests.rs"]
pub(super) mod tests;
