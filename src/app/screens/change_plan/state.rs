//! What Change Plan shows, decided from the contract's types alone.

use std::cmp::Ordering;

use api::plan::quote::Quote;
use api::plan::subscription::{ScheduledKind, Subscription};
use billing::metering::pool::term_limit;
use billing::metering::usage::{Metered, exceeds};
use billing::pricing::annual::price_of_months;
use billing::pricing::overage::overage_on_tier;
use billing::{BillingFrequency, Money, PlanChange, PriceList, PricedAccount};
use chrono::NaiveDate;

use crate::routing::route::Choice;

/// The users that all estimates of the screen are made with (SPEC 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageBasis {
    /// The usage of the month so far.
    SoFar,
    /// The projected usage at the end of the month.
    Projected,
    /// A number that the person entered.
    Entered,
}

/// The usage of the month so far.
pub fn usage_so_far(list: &PriceList, subscription: &Subscription) -> u64 {
    let state = subscription.state();
    subscription.account(&state, list).usage().usage
}

/// The basis of a number of users; `projected` is the projection, if there is one.
pub fn usage_basis(expected: u64, so_far: u64, projected: Option<u64>) -> UsageBasis {
    if expected == so_far {
        UsageBasis::SoFar
    } else if Some(expected) == projected {
        UsageBasis::Projected
    } else {
        UsageBasis::Entered
    }
}

/// The subscription as if the month had `expected` users: what is due now stays the same, the estimates
/// change. Unchanged when `expected` is the usage so far.
pub fn expecting(subscription: &Subscription, so_far: u64, expected: u64) -> Subscription {
    let mut then = subscription.clone();
    if expected != so_far {
        then.metered = Metered {
            mau: expected,
            data_points: 0,
        };
    }
    then
}

/// What a choice of a tier would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: it is the tier in force.
    Current,
    /// A higher tier at once, charged for the rest of the month.
    Upgrade,
    /// A lower tier from the next 1st.
    Downgrade,
    /// A lower tier that is scheduled already.
    AlreadyScheduled,
    /// Another tier in trial: at once and free of charge.
    InTrial,
    /// The tier that applies anyway, with another billing frequency from the next renewal.
    OtherFrequency,
}

/// What a choice of this tier would do.
pub fn kind(subscription: &Subscription, tier: u64) -> Kind {
    match tier.cmp(&subscription.tier) {
        Ordering::Equal => Kind::Current,
        _ if subscription.trial.is_some() => Kind::InTrial,
        Ordering::Greater => Kind::Upgrade,
        Ordering::Less if scheduled_tier(subscription) == Some(tier) => Kind::AlreadyScheduled,
        Ordering::Less => Kind::Downgrade,
    }
}

/// What a choice of this tier together with another frequency would do.
pub fn kind_with(
    subscription: &Subscription,
    tier: u64,
    frequency: Option<BillingFrequency>,
) -> Kind {
    match (kind(subscription, tier), frequency) {
        (Kind::Current | Kind::AlreadyScheduled, Some(_)) => Kind::OtherFrequency,
        (kind, _) => kind,
    }
}

/// The order for a choice, without what applies anyway.
pub fn change(
    subscription: &Subscription,
    tier: u64,
    frequency: Option<BillingFrequency>,
) -> PlanChange {
    let is_other = !matches!(
        kind(subscription, tier),
        Kind::Current | Kind::AlreadyScheduled
    );
    PlanChange {
        tier: is_other.then_some(tier),
        frequency,
        ..PlanChange::default()
    }
}

/// Whether the person can choose between annual and monthly billing.
pub const fn offers_a_year(subscription: &Subscription) -> bool {
    subscription.trial.is_none() && (subscription.annual_offered || subscription.annual.is_some())
}

/// How often the account is charged from the next renewal on, without a new choice.
pub fn coming(subscription: &Subscription) -> BillingFrequency {
    subscription.state().next_frequency(&subscription.cycle())
}

/// The lower tier that is scheduled.
pub fn scheduled_tier(subscription: &Subscription) -> Option<u64> {
    subscription
        .scheduled
        .iter()
        .find_map(|change| match change.kind {
            ScheduledKind::Downgrade(tier) => Some(tier),
            ScheduledKind::Removal(_) | ScheduledKind::Frequency(_) => None,
        })
}

/// The day on which this tier takes effect, if it is the scheduled one.
pub fn scheduled_on(subscription: &Subscription, tier: u64) -> Option<NaiveDate> {
    let kind = ScheduledKind::Downgrade(tier);
    let mut scheduled = subscription.scheduled.iter();
    scheduled
        .find(|change| change.kind == kind)
        .map(|change| change.effective)
}

/// The choice of the address, if the price list has the tier, or if it is Enterprise; with another
/// frequency only if there is a choice of one.
pub fn choice(
    list: &PriceList,
    subscription: &Subscription,
    wanted: Option<Choice>,
) -> Option<Choice> {
    let wanted = wanted?;
    let Some(limit) = wanted.tier() else {
        return Some(Choice::Enterprise);
    };
    let limit = list.tier(limit)?.limit;
    let other = wanted
        .frequency()
        .filter(|frequency| *frequency != coming(subscription) && offers_a_year(subscription));
    Some(other.map_or(Choice::Tier(limit), |frequency| {
        Choice::Billed(limit, frequency)
    }))
}

/// A tier with the cost of the expected users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierCard {
    /// The MAU limit.
    pub limit: u64,
    /// The price of a month, before tax.
    pub monthly: Money,
    /// The price of each further 100 MAU, before tax.
    pub extra: Money,
    /// The overage of the expected users; `None` when the tier holds them.
    pub overage: Option<Money>,
    /// The annual price, and the Total Billable Users Limit.
    pub yearly: (Money, u64),
    /// Whether the tier is in force.
    pub is_current: bool,
    /// The bar of the expected users.
    pub fill: Fill,
}

/// A bar, in percent of its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// The part within the limit.
    pub used: u64,
    /// The part above the limit.
    pub over: u64,
}

/// The tiers, lowest first, with the cost of the expected users.
pub fn tier_cards(list: &PriceList, subscription: &Subscription, expected: u64) -> Vec<TierCard> {
    let state = subscription.state();
    let account = PricedAccount {
        metered: Metered {
            mau: expected,
            data_points: 0,
        },
        ..subscription.account(&state, list)
    };
    let card = |tier: &billing::catalog::price_book::Tier| {
        let extra = list.overage.on(tier);
        let extra = extra.and_then(|rate| rate.charged.settle(list.currency));
        let overage = overage_on_tier(&account, tier.limit).ok()?.total;
        Some(TierCard {
            limit: tier.limit,
            monthly: tier.monthly.settle(list.currency).ok()?,
            extra: extra.ok()?,
            overage: (expected > tier.limit && !overage.is_zero()).then_some(overage),
            yearly: yearly(list, tier)?,
            is_current: tier.limit == subscription.tier,
            fill: fill(expected, tier.limit),
        })
    };
    list.tiers.iter().filter_map(card).collect()
}

fn yearly(list: &PriceList, tier: &billing::catalog::price_book::Tier) -> Option<(Money, u64)> {
    let terms = &list.annual;
    let price = price_of_months(tier.monthly, terms.months, terms).ok()?;
    let limit = term_limit(tier.limit, terms.months).ok()?;
    Some((price.settle(list.currency).ok()?, limit))
}

/// How many MAU [`TierCard::extra`] is the price of.
pub const fn extra_unit(list: &PriceList) -> u64 {
    list.overage.unit_size
}

fn fill(expected: u64, limit: u64) -> Fill {
    let percent = |part: u64, whole: u64| {
        u64::try_from(u128::from(part) * 100 / u128::from(whole.max(1))).unwrap_or(100)
    };
    if expected <= limit {
        return Fill {
            used: percent(expected, limit),
            over: 0,
        };
    }
    let used = percent(limit, expected).max(2);
    Fill {
        used,
        over: 100 - used,
    }
}

/// What a person should know before a downgrade (SPEC R6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The users of this month, on the basis of the screen.
    pub usage: u64,
    /// Their overage on the lower tier.
    pub overage: Money,
    /// Whether they exceed the percentage at which the dashboard locks.
    pub locks: bool,
}

/// The warning before a downgrade; `None` in an annual term, or when the lower tier holds this month's users.
pub fn warning(list: &PriceList, subscription: &Subscription, tier: u64) -> Option<Warning> {
    let state = subscription.state();
    let account = subscription.account(&state, list);
    let usage = account.usage().usage;
    let overage: Money = overage_on_tier(&account, tier).ok()?.total;
    let counts = subscription.annual.is_none() && usage > tier;
    counts.then(|| Warning {
        usage,
        overage,
        locks: exceeds(usage, tier, list.lock_percent),
    })
}

/// This month's overage that an upgrade avoids; `None` unless it avoids all of it.
pub const fn overage_avoided(quote: &Quote) -> Option<Money> {
    let (before, after) = (
        quote.next_invoice_before.overage,
        quote.next_invoice.overage,
    );
    if after.is_zero() && !before.is_zero() {
        Some(before)
    } else {
        None
    }
}

/// Why a text is not a number of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountError {
    /// The text is empty.
    Empty,
    /// The number has a fraction.
    Fraction,
    /// The text has something other than groups of digits.
    NotANumber,
    /// The number is above the maximum.
    TooMany,
}

/// The highest number of expected users.
const COUNT_MAX: u64 = 1_000_000_000;

/// Reads a number of users as people type and paste it: "26,900", "1,00,000", "26 900", "26.900".
///
/// # Errors
/// Every text that could also mean another number, such as "26.9" or "1 000,50".
pub fn parse_count(text: &str) -> Result<u64, CountError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(CountError::Empty);
    }
    let separator =
        |letter: char| matches!(letter, ',' | '.' | '\'' | '’' | '_') || letter.is_whitespace();
    let groups: Vec<&str> = text.split(separator).collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !groups.iter().all(|group| digits(group)) {
        return Err(CountError::NotANumber);
    }
    if let [first, middle @ .., last] = groups.as_slice() {
        let grouped = last.len() == 3
            && first.len() <= 3
            && middle.iter().all(|group| matches!(group.len(), 2 | 3));
        if !grouped {
            return Err(CountError::Fraction);
        }
    }
    match groups.concat().parse::<u64>() {
        Ok(count) if count <= COUNT_MAX => Ok(count),
        Ok(_) | Err(_) => Err(CountError::TooMany),
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
