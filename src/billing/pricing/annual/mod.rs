//! Annual billing: twelve months paid at once, with one allowance for all (SPEC R9, 2.3, section 3).

use chrono::NaiveDate;

use crate::catalog::price_book::{AnnualTerms, PriceList};
use crate::metering::pool::Pool;
use crate::money::{Exact, OutOfRange};
use crate::period::AnnualTerm;
use crate::pricing::subscription::Subscription;
use crate::pricing::tax::TaxPlaces;

mod charge;
mod lines;
#[cfg(test)]
mod tests;

pub use charge::{AnnualOrder, annual_order, term_statement};
pub(crate) use lines::term_lines;

/// An account within an annual term.
#[derive(Debug, Clone, Copy)]
pub struct AnnualAccount<'a> {
    /// The price list of the organization's currency.
    pub list: &'a PriceList,
    /// The tier and add-ons in force, and what is scheduled.
    pub subscription: &'a Subscription,
    /// The term that is paid for.
    pub term: AnnualTerm,
    /// The allowance of the term, and its use so far.
    pub pool: Pool,
    /// The places of supply for the tax; `None` when no tax is charged.
    pub places: Option<TaxPlaces>,
    /// The billing day of the order.
    pub day: NaiveDate,
}

/// The price of `months` months of an annual term, unrounded.
///
/// **Rule.** The monthly price, times the months, less the discount.
/// **Source.** SPEC 2.3, R9.
///
/// # Worked examples
///
/// A year: 20,000 users $2,100 and ₹168,000, 5,000 users $630 and ₹50,400. Nine months at ₹20,000:
/// ₹126,000 (A41).
///
/// ```
/// # use billing::{Exact, catalog::price_book::AnnualTerms, pricing::annual::price_of_months};
/// let price = |monthly, months| {
///     price_of_months(Exact::whole(monthly), months, &AnnualTerms::default()).unwrap()
/// };
/// assert_eq!((price(250, 12), price(20_000, 12)), (Exact::whole(2_100), Exact::whole(168_000)));
/// assert_eq!((price(75, 12), price(6_000, 12)), (Exact::whole(630), Exact::whole(50_400)));
/// assert_eq!(price(20_000, 9), Exact::whole(126_000));
/// ```
pub fn price_of_months(
    monthly: Exact,
    months: u32,
    terms: &AnnualTerms,
) -> Result<Exact, OutOfRange> {
    let kept_percent = Exact::whole(100).minus(terms.discount_percent)?;
    monthly
        .times(u64::from(months))?
        .times(kept_percent)?
        .over(100)
}
