//! The price of a term, and of an order within a term (SPEC R9).

use alloc::vec::Vec;

use super::AnnualAccount;
use super::lines::term_lines;
use crate::catalog::price_book::AddOn;
use crate::period::Span;
use crate::pricing::change::Refusal;
use crate::pricing::statement::{Derivations, Statement};
use crate::pricing::subscription::Subscription;

/// The result of an order within a term, once it is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnualOrder {
    /// The charge that is due at once.
    pub due_now: Statement,
    /// The Total Billable Users Limit after the order.
    pub limit: u64,
}

/// The invoice of a whole term: tier and add-ons, and tax.
///
/// **Rule.** Twelve times the monthly price, less the discount. The same for add-ons.
/// **Source.** SPEC 2.3, R9.
///
/// # Worked example
///
/// 20,000 users: 2,100.00; with an add-on of $20 another 20 × 12 × 0.7 = 168.00.
///
/// ```
/// # use billing::{AddOnId, Derivations, PriceBook, Subscription};
/// # use billing::{catalog::price_book::ESSENTIALS, pricing::subscription::Scheduled};
/// # use billing::{metering::pool::Pool, period::AnnualTerm};
/// # use billing::pricing::annual::{AnnualAccount, term_statement};
/// let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let subscription = Subscription {
///     tier: 20_000,
///     add_ons: [AddOnId::new("cloud-export")].into(),
///     scheduled: Scheduled::default(),
/// };
/// let start = "2025-01-01".parse().unwrap();
/// let account = AnnualAccount {
///     list: book.list(billing::CurrencyCode::USD).unwrap(),
///     subscription: &subscription,
///     term: AnnualTerm::new(start, 12).unwrap(),
///     pool: Pool { limit: 240_000, used: 0 },
///     places: None,
///     day: start,
/// };
/// let invoice = term_statement(&account, Derivations::Omitted).unwrap();
/// assert_eq!(invoice.total.to_string(), "2268.00");
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn term_statement(
    account: &AnnualAccount<'_>,
    derivations: Derivations,
) -> Result<Statement, Refusal> {
    let lines = term_lines(account, derivations)?;
    Statement::of(lines, account.list, account.places, derivations)
}

/// The charge for an order that changes the subscription to `after`, and the limit after it.
///
/// **Rule.** In the first month a higher tier costs its annual price less the one already paid, and
/// the limit is computed anew for the days left. Later it costs its own price for the months left, the
/// current one included, and its allowance is added to the old one. An add-on costs its price for the
/// months left; one whose price rises with the tier costs the difference.
/// **Source.** SPEC R9 (D-ANN), A41.
/// **Silent on** add-ons in mid-term: see A85. A lower tier waits for the end of the term.
///
/// # Worked example
///
/// 5,000 to 20,000 on 11 April of a term from January, in rupees: 20,000 × 9 × 0.7 = 126,000, and
/// 240,000 billable users instead of 60,000.
///
/// ```
/// # use billing::{Derivations, PriceBook, Subscription};
/// # use billing::{catalog::price_book::ESSENTIALS_2025, pricing::subscription::Scheduled};
/// # use billing::pricing::tax::{StateCode, TaxPlaces};
/// # use billing::{metering::pool::Pool, period::AnnualTerm};
/// # use billing::pricing::annual::{AnnualAccount, annual_order};
/// let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
/// let list = book.list(billing::CurrencyCode::INR).unwrap();
/// let subscription = Subscription {
///     tier: 5_000,
///     add_ons: Default::default(),
///     scheduled: Scheduled::default(),
/// };
/// let supplier = StateCode::MAHARASHTRA;
/// let account = AnnualAccount {
///     list,
///     subscription: &subscription,
///     term: AnnualTerm::new("2025-01-01".parse().unwrap(), 12).unwrap(),
///     pool: Pool { limit: 60_000, used: 70_000 },
///     places: Some(TaxPlaces { supplier, customer: supplier }),
///     day: "2025-04-11".parse().unwrap(),
/// };
/// let after = Subscription { tier: 20_000, ..subscription.clone() };
/// let order = annual_order(&account, &after, Derivations::Omitted).unwrap();
/// assert_eq!(order.due_now.subtotal.to_string(), "126000.00");
/// assert_eq!(order.limit, 240_000);
/// assert_eq!(Pool { limit: order.limit, ..account.pool }.remaining(), 170_000);
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn annual_order(
    account: &AnnualAccount<'_>,
    after: &Subscription,
    derivations: Derivations,
) -> Result<AnnualOrder, Refusal> {
    if !Span::from(account.term).contains(account.day) {
        return Err(Refusal::InvalidDate);
    }
    let before = account.subscription;
    let list = account.list;
    let (old, new) = (list.known_tier(before.tier)?, list.known_tier(after.tier)?);
    let (mut lines, mut limit) = (Vec::new(), account.pool.limit);
    if old.limit < new.limit {
        lines.push(account.tier_line(old, new, derivations)?);
        limit = account.limit_on(new)?;
    }
    let add_ons = account.add_ons(after)?;
    let is_new = |add_on: &&AddOn| !before.add_ons.contains(&add_on.id);
    for add_on in add_ons.iter().copied().filter(|add_on| !is_new(add_on)) {
        let (old_price, new_price) = (add_on.price.on(old)?, add_on.price.on(new)?);
        lines.push(account.repricing_line(add_on, old_price, new_price, derivations)?);
    }
    for add_on in add_ons.iter().copied().filter(is_new) {
        let price = add_on.price.on(new)?;
        lines.push(account.new_add_on_line(add_on, price, derivations)?);
    }
    let due_now = Statement::of(lines, account.list, account.places, derivations)?;
    Ok(AnnualOrder { due_now, limit })
}
