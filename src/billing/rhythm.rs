//! How an account is charged: not yet, every month, or a term at once; and what an order costs there.
//!
//! [`price`] is [`quote`](crate::quote()) for any account. Which invoice comes next is the month
//! change's to say, so that the preview announces what the close issues.

use alloc::vec::Vec;
use core::fmt;

use chrono::NaiveDate;

use crate::accrued_overage::{Measure, accrued_overage};
use crate::annual::{AnnualAccount, AnnualTerms, Pool, annual_order};
use crate::change::{PlanChange, Refusal};
use crate::money::Money;
use crate::month_close::turn::Turn;
use crate::month_close::{Cycle, Frequency};
use crate::period::BillingPeriod;
use crate::quote::{
    Derivations, MonthFigures, NextInvoice, OverageEstimate, PricedAccount, Quote, quote,
};
use crate::rest_of_month::first_invoice;
use crate::subscription::BillingFrequency;

mod behind_pause;
mod curing;
#[cfg(test)]
mod tests;

pub use behind_pause::waits_behind_pause;
pub use curing::{CuringTier, curing_tiers};

/// How an account is charged, and how it will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// How it is charged now.
    pub phase: Phase,
    /// How it is charged from the next turn on: the next 1st, or the end of a term.
    pub coming: Frequency,
    /// The terms on which a year can be had; none where it is not offered (SPEC 2.3).
    pub offered: Option<AnnualTerms>,
}

/// How an account is charged now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not before that day, if all stays as it is (SPEC R8).
    Trial {
        /// The day of the first invoice.
        charged_from: NaiveDate,
    },
    /// By the month or by the year.
    Charged(Cycle),
}

/// A priced order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// What it costs.
    pub quote: Quote,
    /// How the account is charged behind it.
    pub rhythm: Rhythm,
}

/// Why an order has no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unpriced {
    /// The tier or the add-ons.
    Refused(Refusal),
    /// The organization is not offered to pay by the year.
    NotOffered,
    /// A year begins behind the trial's first invoice.
    InTrial,
}

impl From<Refusal> for Unpriced {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl fmt::Display for Unpriced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NotOffered => f.write_str(
                "paying by the year is not offered to this organization (rule R9); sales can offer it",
            ),
            Self::InTrial => f.write_str(
                "a year can be chosen once the trial has ended and the first invoice is there (rule R9)",
            ),
        }
    }
}

impl core::error::Error for Unpriced {}

impl Rhythm {
    /// Charged every month, all of it, and no year offered.
    pub const fn monthly(period: BillingPeriod) -> Self {
        Self {
            phase: Phase::Charged(Cycle::Monthly {
                counted_from: period.start(),
            }),
            coming: Frequency::Monthly,
            offered: None,
        }
    }

    /// How often the account is charged now.
    pub const fn frequency(&self) -> BillingFrequency {
        match self.phase {
            Phase::Trial { .. } | Phase::Charged(Cycle::Monthly { .. }) => {
                BillingFrequency::Monthly
            }
            Phase::Charged(Cycle::Annual { .. }) => BillingFrequency::Annual,
        }
    }

    /// How often it is charged from the next turn on.
    pub const fn coming_frequency(&self) -> BillingFrequency {
        match self.coming {
            Frequency::Monthly => BillingFrequency::Monthly,
            Frequency::Annual(_) => BillingFrequency::Annual,
        }
    }

    /// The allowance of the term that is paid for, without the month of today.
    pub const fn pool(&self) -> Option<Pool> {
        match self.phase {
            Phase::Charged(Cycle::Annual { pool, .. }) => Some(pool),
            Phase::Trial { .. } | Phase::Charged(Cycle::Monthly { .. }) => None,
        }
    }

    /// The rhythm as it would go on if no other frequency waited.
    pub const fn as_it_is(&self) -> Self {
        let coming = match self.phase {
            Phase::Charged(Cycle::Annual { terms, .. }) => Frequency::Annual(terms),
            Phase::Charged(Cycle::Monthly { .. }) | Phase::Trial { .. } => Frequency::Monthly,
        };
        Self { coming, ..*self }
    }

    /// Against what the month's usage is held; nothing in trial.
    const fn measure(&self) -> Option<Measure> {
        match self.phase {
            Phase::Trial { .. } => None,
            Phase::Charged(cycle) => Some(cycle.measure()),
        }
    }

    /// The day on which happens what is scheduled.
    ///
    /// **Rule.** The next 1st; within a term, its end.
    /// **Source.** SPEC R6, R7, R9; A85, A94.
    pub fn turns_on(&self, period: BillingPeriod) -> NaiveDate {
        match self.phase {
            Phase::Charged(Cycle::Annual { term, .. }) => term.end(),
            Phase::Trial { .. } | Phase::Charged(Cycle::Monthly { .. }) => period.end(),
        }
    }

    /// The rhythm behind an order of another frequency.
    ///
    /// **Rule.** A year begins on the next 1st where it is offered, months begin at the term's end;
    /// what is charged meanwhile stays as it is. Choosing what comes anyway changes nothing.
    /// **Source.** SPEC R9 (P: a term starts on a 1st), 2.3, 4.2; A94, A150.
    /// **Silent on** a trial: its first invoice is for the rest of a month, so the choice is made
    /// behind it, see A151.
    ///
    /// # Errors
    /// Fails when annual billing is not offered, or the account is still in trial.
    pub fn after(&self, frequency: Option<BillingFrequency>) -> Result<Self, Unpriced> {
        let coming = match (frequency, self.phase) {
            (None, _) => self.coming,
            (Some(BillingFrequency::Monthly), _) => Frequency::Monthly,
            (Some(BillingFrequency::Annual), Phase::Trial { .. }) => return Err(Unpriced::InTrial),
            (Some(BillingFrequency::Annual), Phase::Charged(cycle)) => match (self.coming, cycle) {
                (Frequency::Annual(_), _) => self.coming,
                (Frequency::Monthly, Cycle::Annual { terms, .. }) => Frequency::Annual(terms),
                (Frequency::Monthly, Cycle::Monthly { .. }) => {
                    Frequency::Annual(self.offered.ok_or(Unpriced::NotOffered)?)
                }
            },
        };
        Ok(Self { coming, ..*self })
    }
}

/// Prices an order on an account, however it is charged.
///
/// **Rule.** By the month as [`quote`](crate::quote()) does; within a term by [`annual_order`], its
/// month's overage out of the pool; in trial nothing now, and next comes the first invoice.
/// **Source.** SPEC R5 to R9, R15.
///
/// # Worked example
///
/// 20,000 users by the month; the year instead from 1 July: nothing now, then $2,100.00.
///
/// ```
/// # use billing::{PricedAccount, BillingFrequency, BillingPeriod, Derivations, PlanChange, PriceBook};
/// # use billing::{Status, Subscription, annual::AnnualTerms, price_book::ESSENTIALS};
/// # use billing::{rhythm::{Rhythm, price}, subscription::Scheduled, usage::Metered};
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let subscription = Subscription {
/// #     status: Status::Active,
/// #     tier: 20_000,
/// #     add_ons: Default::default(),
/// #     scheduled: Scheduled::default(),
/// # };
/// # let account = PricedAccount {
/// #     list: book.list("USD").unwrap(),
/// #     subscription: &subscription,
/// #     metered: Metered::default(),
/// #     add_on_use: billing::AddOnUse::NONE,
/// #     places: None,
/// #     day: "2025-06-20".parse().unwrap(),
/// # };
/// let offered = Some(AnnualTerms::default());
/// let june = BillingPeriod::of(account.day).unwrap();
/// let monthly = Rhythm { offered, ..Rhythm::monthly(june) };
/// let yearly = PlanChange {
///     frequency: Some(BillingFrequency::Annual),
///     ..PlanChange::default()
/// };
/// let priced = price(&account, &monthly, &yearly, Derivations::Omitted).unwrap();
/// assert!(priced.quote.due_now.total.is_zero());
/// assert_eq!(priced.quote.next_invoice.date.to_string(), "2025-07-01");
/// assert_eq!(priced.quote.next_invoice.statement.total.to_string(), "2100.00");
/// ```
///
/// # Errors
/// Fails when the account's state does not allow the order, or an amount overflows.
pub fn price(
    account: &PricedAccount<'_>,
    rhythm: &Rhythm,
    change: &PlanChange,
    derivations: Derivations,
) -> Result<Priced, Unpriced> {
    let after = rhythm.after(change.frequency)?;
    let order = Order {
        account,
        measure: rhythm.measure(),
        change,
        derivations,
    };
    let priced = match after.phase {
        Phase::Trial { charged_from } => order.in_trial(charged_from).map(|quote| (quote, after)),
        Phase::Charged(Cycle::Monthly { .. }) => {
            order.by_the_month(&after).map(|quote| (quote, after))
        }
        Phase::Charged(Cycle::Annual { .. }) => order.within_a_term(after),
    };
    let (quote, rhythm) = priced?;
    Ok(Priced { quote, rhythm })
}

/// The overage of a month as its account is charged, before tax; nothing in trial.
///
/// **Rule.** Against the tier, or out of a term's pool; for the part of a month begun late.
/// **Source.** SPEC R3, R4, R8, R9.
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn overage(account: &PricedAccount<'_>, rhythm: &Rhythm) -> Result<OverageEstimate, Refusal> {
    let period = BillingPeriod::of(account.day).ok_or(Refusal::InvalidDate)?;
    let lines = match rhythm.measure() {
        Some(measure) => accrued_overage(account, period, measure, Derivations::Omitted)?,
        None => Vec::new(),
    };
    OverageEstimate::of(account.list, lines)
}

/// An order that is being priced.
struct Order<'a> {
    account: &'a PricedAccount<'a>,
    /// Against what this month's usage is held as things are.
    measure: Option<Measure>,
    change: &'a PlanChange,
    derivations: Derivations,
}

impl Order<'_> {
    /// Free at once. What comes next is the rest of the month in which the trial ends.
    fn in_trial(&self, charged_from: NaiveDate) -> Result<Quote, Refusal> {
        let quote = self.as_monthly()?;
        let charged = PricedAccount {
            subscription: &quote.after,
            day: charged_from,
            ..*self.account
        };
        let first = first_invoice(&charged, self.derivations)?.statement;
        Ok(Quote {
            next_invoice: NextInvoice::of(charged_from, first)?,
            ..quote
        })
    }

    fn by_the_month(&self, after: &Rhythm) -> Result<Quote, Refusal> {
        let quote = self.as_monthly()?;
        let period = self.period()?;
        match after.phase {
            Phase::Charged(cycle)
                if !cycle.measure().is_whole(period) || after.coming != Frequency::Monthly =>
            {
                self.with_turn(quote, cycle, after)
            }
            Phase::Charged(_) | Phase::Trial { .. } => Ok(quote),
        }
    }

    /// The higher tier and the new add-ons for the months left; the allowance grows.
    fn within_a_term(&self, after: Rhythm) -> Result<(Quote, Rhythm), Refusal> {
        let Phase::Charged(Cycle::Annual { terms, term, pool }) = after.phase else {
            return self.by_the_month(&after).map(|quote| (quote, after));
        };
        let PricedAccount {
            list,
            subscription,
            places,
            day,
            ..
        } = *self.account;
        let paid = AnnualAccount {
            list,
            subscription,
            terms: &terms,
            term,
            pool,
            places,
            day,
        };
        let quote = self.as_monthly()?;
        let order = annual_order(&paid, &quote.after, self.derivations)?;
        let limit = order.limit;
        let quote = Quote {
            due_now: order.due_now,
            month: MonthFigures::prepaid(Money::zero(list.currency)),
            ..quote
        };
        let pool = Pool { limit, ..pool };
        let cycle = Cycle::Annual { terms, term, pool };
        let behind = Rhythm {
            phase: Phase::Charged(cycle),
            ..after
        };
        self.with_turn(quote, cycle, &behind)
            .map(|quote| (quote, behind))
    }

    /// The same with this month's overage and the next invoice as the month change will have them.
    fn with_turn(&self, quote: Quote, cycle: Cycle, after: &Rhythm) -> Result<Quote, Refusal> {
        let period = self.period()?;
        let closing = PricedAccount {
            subscription: &quote.after,
            ..*self.account
        };
        let turn = Turn {
            account: &closing,
            period,
            cycle,
            coming: after.coming,
        };
        let next_invoice = NextInvoice::of(period.end(), turn.change(self.derivations)?.statement)?;
        let measure = self.measure.unwrap_or(cycle.measure());
        let lines = accrued_overage(self.account, period, measure, self.derivations)?;
        let overage = OverageEstimate::of(self.account.list, lines)?;
        Ok(Quote {
            month: quote.month.with_overage(overage.total)?,
            overage,
            next_invoice,
            ..quote
        })
    }

    fn as_monthly(&self) -> Result<Quote, Refusal> {
        quote(self.account, self.change, self.derivations)
    }

    fn period(&self) -> Result<BillingPeriod, Refusal> {
        BillingPeriod::of(self.account.day).ok_or(Refusal::InvalidDate)
    }
}
