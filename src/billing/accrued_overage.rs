//! Overage of a month that is not an ordinary whole one: it began late, or a pool covers it (SPEC R4, R9,
//! R13, R14).

use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::annual::Pool;
use crate::change::Refusal;
use crate::money::{Exact, OutOfRange};
use crate::period::{BillingPeriod, Span};
use crate::quote::overage::{Basis, Over, WHOLE_MONTH_FORMULAS};
use crate::quote::priced_plan::PricedPlan;
use crate::quote::{PricedAccount, overage_lines};
use crate::statement::{Derivations, Input, Line, Lines, Statement};
use crate::usage::UsageFigures;

mod lines;
#[cfg(test)]
mod tests;

/// The allowance that the usage of a month is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The tier's limit, for usage since this day of the month.
    Since(NaiveDate),
    /// The rest of an annual term's pool (SPEC R9).
    Pooled(Pool),
}

impl Measure {
    /// Whether the month is an ordinary one: all its days count, against the tier's limit.
    pub fn is_whole(&self, period: BillingPeriod) -> bool {
        match self {
            Self::Since(day) => *day <= period.start(),
            Self::Pooled(_) => false,
        }
    }
}

/// The days of a calendar month that count, and the number of days it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthPart {
    days: u64,
    days_in_month: u64,
}

impl MonthPart {
    /// The part of the month that a span covers. `None` if it extends into the next month.
    ///
    /// ```
    /// # use billing::{accrued_overage::MonthPart, period::Span};
    /// let part = |start: &str, end: &str| {
    ///     MonthPart::of(Span::new(start.parse().unwrap(), end.parse().unwrap()).unwrap())
    /// };
    /// assert!(part("2025-06-16", "2025-07-01").is_some());
    /// assert!(part("2025-06-16", "2025-07-02").is_none());
    /// ```
    pub fn of(span: Span) -> Option<Self> {
        let month = BillingPeriod::of(span.start())?;
        (span.end() <= month.end()).then(|| Self {
            days: span.days(),
            days_in_month: month.days(),
        })
    }
}

/// The overage of a part of a month, unrounded.
///
/// **Rule.** The fee of a whole month, times the days of the part, over the days of the calendar
/// month. The limit is not prorated; only usage since the part began counts. The surcharges of R3 are
/// percentages of the result.
/// **Source.** SPEC R4, A4 (S3: "pro-rated from the start of the billing period for the month").
///
/// # Worked example
///
/// A trial that ended on 16 June, 2,000 users above the limit since: 24 × 15 / 30 = 12.00, and for
/// an add-on at 10 % another 1.20.
///
/// ```
/// # use billing::{Exact, PriceBook, overage::{add_on_overage, mau_overage}, period::Span};
/// # use billing::{accrued_overage::{MonthPart, partial_overage}, price_book::ESSENTIALS};
/// # use rust_decimal::dec;
/// let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let list = book.list("USD").unwrap();
/// let rate = list.overage.on(list.tier(20_000).unwrap()).unwrap();
/// let june = Span::new("2025-06-16".parse().unwrap(), "2025-07-01".parse().unwrap()).unwrap();
/// let part = MonthPart::of(june).unwrap();
/// let fee = partial_overage(mau_overage(2_000, &rate).unwrap(), part).unwrap();
/// assert_eq!(fee, Exact::whole(12));
/// assert_eq!(add_on_overage(fee, Exact::whole(10)), Ok(Exact::new(dec!(1.2))));
/// ```
pub fn partial_overage(mau_overage: Exact, part: MonthPart) -> Result<Exact, OutOfRange> {
    mau_overage.times(part.days)?.over(part.days_in_month)
}

/// The overage that a month has accrued so far, as lines before tax. Nothing in trial.
///
/// **Rule.** An ordinary month is rated whole. A month that began late is rated for its part, up to
/// the month's end. Under an annual plan, usage beyond the pool is rated whole.
/// **Source.** SPEC R3, R4, R9.
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn accrued_overage(
    account: &PricedAccount<'_>,
    period: BillingPeriod,
    measure: Measure,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    match measure {
        Measure::Since(_) if measure.is_whole(period) => overage_lines(account, derivations),
        Measure::Since(day) => match period.rest(day).and_then(MonthPart::of) {
            Some(part) => lines::of_part(account, part, derivations),
            None => Ok(Vec::new()),
        },
        Measure::Pooled(pool) => lines::of_pool(account, pool, derivations),
    }
}

/// The invoice with which a pause or a cancellation settles the running month.
///
/// **Rule.** The overage accrued so far, at the factor the month would have had without the pause
/// or cancellation, and tax. Nothing else is charged, and nothing is refunded. In an annual term the
/// overage is the month's usage beyond the pool.
/// **Source.** SPEC R13, R14, R9.
/// **Silent on** a first month that began late: its factor stays that of R4, see A81.
///
/// # Worked examples
///
/// 22,000 users and one add-on on 10 June: 24.00 + 2.40, not a third of it. The same month of a
/// year: nothing while the pool covers it; with 7,000 left in it, 15,000 are beyond: 180.00 + 18.00.
///
/// ```
/// # use billing::{PricedAccount, AddOnId, Derivations, PriceBook, Status, Subscription};
/// # use billing::{price_book::ESSENTIALS, subscription::Scheduled, usage::Metered};
/// # use billing::accrued_overage::{Measure, final_statement};
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let subscription = Subscription {
/// #     status: Status::Active,
/// #     tier: 20_000,
/// #     add_ons: [AddOnId::new("cloud-export")].into(),
/// #     scheduled: Scheduled::default(),
/// # };
/// let account = PricedAccount {
///     list: book.list("USD").unwrap(),
///     subscription: &subscription,
///     metered: Metered { mau: 22_000, data_points: 0 },
///     add_on_use: billing::AddOnUse::NONE,
///     places: None,
///     day: "2025-06-10".parse().unwrap(),
/// };
/// let since = Measure::Since("2025-06-01".parse().unwrap());
/// let invoice = final_statement(&account, since, Derivations::Omitted).unwrap();
/// assert_eq!(invoice.total.to_string(), "26.40");
/// # use billing::annual::Pool;
/// let of_a_year = |used| {
///     let pool = Measure::Pooled(Pool { limit: 240_000, used });
///     final_statement(&account, pool, Derivations::Omitted).unwrap().total.to_string()
/// };
/// assert_eq!(of_a_year(218_000), "0.00");
/// assert_eq!(of_a_year(233_000), "198.00");
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn final_statement(
    account: &PricedAccount<'_>,
    measure: Measure,
    derivations: Derivations,
) -> Result<Statement, Refusal> {
    let period = BillingPeriod::of(account.day).ok_or(Refusal::InvalidDate)?;
    let lines = accrued_overage(account, period, measure, derivations)?;
    Statement::of(lines, account.list, account.places, derivations)
}
