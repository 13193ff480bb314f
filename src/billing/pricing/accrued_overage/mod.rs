//! Overage of a month that is not an ordinary whole one: it began late, or a pool covers it (SPEC R4, R9,
//! R13, R14).

use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::metering::usage::UsageFigures;
use crate::period::BillingPeriod;
use crate::pricing::annual::Pool;
use crate::pricing::change::Refusal;
use crate::pricing::overage::MonthPart;
use crate::pricing::quote::overage::{Basis, Over, WHOLE_MONTH_FORMULAS};
use crate::pricing::quote::priced_plan::PricedPlan;
use crate::pricing::quote::{PricedAccount, overage_lines};
use crate::pricing::statement::{Derivations, Input, Line, Lines, Statement};

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
/// # use billing::{catalog::price_book::ESSENTIALS, pricing::subscription::Scheduled};
/// # use billing::metering::usage::Metered;
/// # use billing::pricing::accrued_overage::{Measure, final_statement};
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let subscription = Subscription {
/// #     status: Status::Active,
/// #     tier: 20_000,
/// #     add_ons: [AddOnId::new("cloud-export")].into(),
/// #     scheduled: Scheduled::default(),
/// # };
/// let account = PricedAccount {
///     list: book.list(billing::CurrencyCode::USD).unwrap(),
///     subscription: &subscription,
///     metered: Metered { mau: 22_000, data_points: 0 },
///     add_on_use: billing::AddOnUse::NONE,
///     places: None,
///     day: "2025-06-10".parse().unwrap(),
/// };
/// let since = Measure::Since("2025-06-01".parse().unwrap());
/// let invoice = final_statement(&account, since, Derivations::Omitted).unwrap();
/// assert_eq!(invoice.total.to_string(), "26.40");
/// # use billing::pricing::annual::Pool;
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
