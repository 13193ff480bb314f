//! The invoice that settles the running month of an account that pauses or ends (SPEC R13, R14).

use crate::pricing::change::Refusal;
use crate::pricing::overage::overage_lines;
use crate::pricing::priced_account::PricedAccount;
use crate::pricing::statement::{Derivations, Statement};

#[cfg(test)]
mod tests;

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
/// # use billing::{AddOnId, BillingCycle, Derivations, PriceBook, PricedAccount, Subscription};
/// # use billing::{catalog::price_book::ESSENTIALS, pricing::subscription::Scheduled};
/// # use billing::{metering::{pool::Pool, usage::Metered}, period::AnnualTerm};
/// # use billing::pricing::final_invoice::final_statement;
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let subscription = Subscription {
/// #     tier: 20_000,
/// #     add_ons: [AddOnId::new("cloud-export")].into(),
/// #     scheduled: Scheduled::default(),
/// # };
/// let total = |cycle| {
///     let account = PricedAccount {
///         list: book.list(billing::CurrencyCode::USD).unwrap(),
///         subscription: &subscription,
///         cycle,
///         annual_offered: false,
///         metered: Metered { mau: 22_000, data_points: 0 },
///         add_on_use: billing::AddOnUse::NONE,
///         places: None,
///         day: "2025-06-10".parse().unwrap(),
///     };
///     final_statement(&account, Derivations::Omitted).unwrap().total.to_string()
/// };
/// let counted_from = "2025-06-01".parse().unwrap();
/// assert_eq!(total(BillingCycle::Monthly { counted_from }), "26.40");
/// let of_a_year = |used| {
///     let term = AnnualTerm::new("2025-01-01".parse().unwrap(), 12).unwrap();
///     total(BillingCycle::Annual { term, pool: Pool { limit: 240_000, used } })
/// };
/// assert_eq!(of_a_year(218_000), "0.00");
/// assert_eq!(of_a_year(233_000), "198.00");
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn final_statement(
    account: &PricedAccount<'_>,
    derivations: Derivations,
) -> Result<Statement, Refusal> {
    let lines = overage_lines(account, derivations)?;
    Statement::of(lines, account.list, account.places, derivations)
}
