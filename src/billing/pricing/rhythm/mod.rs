//! Billing cycles: in trial, monthly or annual; and the price of an order in each.
//!
//! [`price`] is [`quote`](crate::quote()) for any account. The next invoice comes from the month change,
//! so the preview shows what the close issues.

use alloc::vec::Vec;
use core::fmt;

use chrono::NaiveDate;

use crate::catalog::price_book::AnnualTerms;
use crate::money::Money;
use crate::period::BillingPeriod;
use crate::pricing::accrued_overage::{Measure, accrued_overage};
use crate::pricing::annual::{AnnualAccount, Pool, annual_order};
use crate::pricing::change::{PlanChange, Refusal};
use crate::pricing::quote::{
    Derivations, MonthFigures, NextInvoice, OverageEstimate, PricedAccount, Quote, quote,
};
use crate::pricing::rest_of_month::first_invoice;
use crate::pricing::subscription::BillingFrequency;

mod after_pause;
mod cycle;
#[cfg(test)]
mod tests;
pub(crate) mod turn;

use turn::Turn;

pub use after_pause::waits_after_pause;
pub use cycle::{Cycle, Frequency};

/// How an account is charged now, and from the next turn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// How the account is charged now.
    pub phase: Phase,
    /// The frequency from the next turn on: the next 1st, or the end of a term.
    pub coming: Frequency,
    /// The terms of annual billing; `None` when it is not offered (SPEC 2.3).
    pub offered: Option<AnnualTerms>,
}

/// How an account is charged now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not charged before `charged_from`, if the account does not change (SPEC R8).
    Trial {
        /// The day of the first invoice.
        charged_from: NaiveDate,
    },
    /// Charged monthly or annually.
    Charged(Cycle),
}

/// A priced order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// The price of the order.
    pub quote: Quote,
    /// How the account is charged after the order.
    pub rhythm: Rhythm,
}

/// Why an order has no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unpriced {
    /// The price list or the subscription does not allow the tier or the add-ons.
    Refused(Refusal),
    /// Annual billing is not offered to the organization.
    NotOffered,
    /// A year can begin only after the trial's first invoice.
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
                "paying by the year is not offered to this organization; sales can offer it",
            ),
            Self::InTrial => f.write_str(
                "a year can be chosen once the trial has ended and the first invoice is there",
            ),
        }
    }
}

impl core::error::Error for Unpriced {}

impl Rhythm {
    /// Monthly billing of a whole month, with no annual billing offered.
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

    /// How often the account is charged from the next turn on.
    pub const fn coming_frequency(&self) -> BillingFrequency {
        match self.coming {
            Frequency::Monthly => BillingFrequency::Monthly,
            Frequency::Annual(_) => BillingFrequency::Annual,
        }
    }

    /// The allowance of the term that is paid for, before the current month is counted.
    pub const fn pool(&self) -> Option<Pool> {
        match self.phase {
            Phase::Charged(Cycle::Annual { pool, .. }) => Some(pool),
            Phase::Trial { .. } | Phase::Charged(Cycle::Monthly { .. }) => None,
        }
    }

    /// The same account without a scheduled change of frequency.
    pub const fn as_it_is(&self) -> Self {
        let coming = match self.phase {
            Phase::Charged(Cycle::Annual { terms, .. }) => Frequency::Annual(terms),
            Phase::Charged(Cycle::Monthly { .. }) | Phase::Trial { .. } => Frequency::Monthly,
        };
        Self { coming, ..*self }
    }

    /// The allowance that the month's usage is compared with; `None` in trial.
    const fn measure(&self) -> Option<Measure> {
        match self.phase {
            Phase::Trial { .. } => None,
            Phase::Charged(cycle) => Some(cycle.measure()),
        }
    }

    /// The day on which scheduled changes take effect.
    ///
    /// **Rule.** The next 1st; within a term, the end of the term.
    /// **Source.** SPEC R6, R7, R9; A85, A94.
    pub fn turns_on(&self, period: BillingPeriod) -> NaiveDate {
        match self.phase {
            Phase::Charged(Cycle::Annual { term, .. }) => term.end(),
            Phase::Trial { .. } | Phase::Charged(Cycle::Monthly { .. }) => period.end(),
        }
    }

    /// The account after an order of another billing frequency.
    ///
    /// **Rule.** A year begins on the next 1st if it is offered; monthly billing begins at the term's end.
    /// Until then charges do not change. Choosing the frequency that is already scheduled changes nothing.
    /// **Source.** SPEC R9 (P: a term starts on a 1st), 2.3, 4.2; A94, A150.
    /// **Silent on** a trial: its first invoice is for the rest of a month, so a year can be chosen only
    /// after it, see A151.
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

/// Prices an order on any account.
///
/// **Rule.** Monthly as [`quote`](crate::quote()) does. Within a term by [`annual_order`], with the
/// month's overage measured against the pool. In trial nothing is due now, and the first invoice is next.
/// **Source.** SPEC R5 to R9, R15.
///
/// # Worked example
///
/// 20,000 users, monthly; an order of annual billing from 1 July: nothing now, then $2,100.00.
///
/// ```
/// # use billing::{PricedAccount, BillingFrequency, BillingPeriod, Derivations, PlanChange, PriceBook};
/// # use billing::{Status, Subscription, catalog::price_book::{AnnualTerms, ESSENTIALS}};
/// # use billing::pricing::{rhythm::{Rhythm, price}, subscription::Scheduled};
/// # use billing::metering::usage::Metered;
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

/// The overage of a month according to the account's billing cycle, before tax; nothing in trial.
///
/// **Rule.** Against the tier, or against a term's pool; for the part of a month that began late.
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

/// An order while it is priced.
struct Order<'a> {
    account: &'a PricedAccount<'a>,
    /// The allowance that this month's usage is compared with before the order.
    measure: Option<Measure>,
    change: &'a PlanChange,
    derivations: Derivations,
}

impl Order<'_> {
    /// Nothing is due now. The next invoice is for the rest of the month in which the trial ends.
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

    /// Charges the higher tier and the new add-ons for the months left, and raises the allowance.
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

    /// The same quote with this month's overage and the next invoice as the month change computes them.
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
