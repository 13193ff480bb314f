//! What My Plan shows, decided from the contract's types alone.

use api::plan::quote::{NoQuote, list_of};
use api::plan::subscription::{ScheduledKind, Subscription};
use api::usage::Usage;
use billing::pricing::change::Refusal;
use billing::pricing::quote::NextInvoice;
use billing::pricing::subscription::Scheduled;
use billing::{
    AddOnId, BillingFrequency, Derivations, Line, Money, PlanChange, PriceBook, PriceList, quote,
};

use super::year;

/// The plan, the price of the month so far, and the next invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The monthly price of the tier; in an annual term, the price of the term.
    pub base: Money,
    /// The name and the price of each add-on in force.
    pub add_ons: Vec<(String, Money)>,
    /// The lines of the month so far, without scheduled changes.
    pub month: Vec<Line>,
    /// The sum of the lines, before tax.
    pub billable: Money,
    /// The invoice of the next 1st, without further orders.
    pub next: NextInvoice,
    /// How the next invoice differs from the month so far.
    pub difference: Difference,
}

/// The difference between the next invoice and this month's figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The difference, without sign.
    pub amount: Money,
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
        from: Money,
        /// The price from the next 1st.
        to: Money,
    },
    /// The removal of an add-on is scheduled.
    Removal(String),
    /// A change of billing frequency is scheduled.
    Frequency(BillingFrequency),
    /// Tax is added.
    Tax(Money),
}

impl Plan {
    /// The plan of a subscription.
    ///
    /// # Errors
    /// Another price book than the subscription's, or a subscription that the billing rules refuse.
    pub fn of(book: &PriceBook, subscription: &Subscription) -> Result<Self, NoQuote> {
        let list = list_of(book, subscription)?;
        let priced = |state: &billing::Subscription| {
            let account = subscription.account(state, list);
            quote(&account, &PlanChange::default(), Derivations::Included).map_err(NoQuote::Refused)
        };
        let coming = subscription.state();
        let as_it_is = billing::Subscription {
            scheduled: Scheduled::default(),
            ..subscription.state()
        };
        let now = priced(&as_it_is)?;
        let coming = priced(&coming)?;
        let next = coming.next_invoice;
        let difference =
            difference(list, subscription, now.month.billable, &next).map_err(refused)?;
        let month = match subscription.annual {
            Some(_) => &now.overage.lines,
            None => &now.next_invoice.statement.lines,
        };
        Ok(Self {
            base: year::base(list, subscription).unwrap_or(now.month.base),
            add_ons: add_on_prices(list, subscription),
            month: month.clone(),
            billable: now.month.billable,
            next,
            difference,
        })
    }
}

fn refused(refusal: Refusal) -> NoQuote {
    NoQuote::Refused(refusal)
}

fn add_on_prices(list: &PriceList, subscription: &Subscription) -> Vec<(String, Money)> {
    let price = |id: &AddOnId| {
        let add_on = list.add_on(id.as_str())?;
        let monthly = add_on.price.on(list.tier(subscription.tier)?).ok()?;
        let price = year::price(list, subscription, monthly).unwrap_or(monthly);
        let price = price.settle(list.currency).ok()?;
        Some((add_on.name.clone(), price))
    };
    subscription.add_ons.iter().filter_map(price).collect()
}

fn difference(
    list: &PriceList,
    subscription: &Subscription,
    month: Money,
    next: &NextInvoice,
) -> Result<Difference, Refusal> {
    let total = next.statement.total;
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
        let tax = total.minor() - next.statement.subtotal.minor();
        reasons.push(Reason::Tax(Money::new(tax, list.currency)));
    }
    Ok(Difference {
        amount: apart,
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
        Some(monthly)
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
