//! The tiers that lift a usage lock, and the price of each (SPEC R11, R9; section 6, rows 20 and 22).

use alloc::vec::Vec;

use crate::money::Money;
use crate::pricing::change::{PlanChange, Refusal};
use crate::pricing::priced_account::PricedAccount;
use crate::pricing::quote::quote;
use crate::pricing::statement::Derivations;

/// A tier that lifts a usage lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CuringTier {
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// The charge for the upgrade now, with tax.
    pub due_now: Money,
}

/// The higher tiers that would lift the lock, the lowest first, each with the price of its order.
///
/// `month_usage` is the usage of the whole month, since the lock of a month is measured by it.
///
/// **Rule.** A tier whose limit the usage fits: the month's against 300 % of the tier, a term's
/// against 120 % of the limit after the upgrade. The price is that of the order.
/// **Source.** SPEC R11, R9, R5; section 6, rows 20 and 22; A8, A10.
///
/// # Worked examples
///
/// 70,000 users on the 5,000 tier on 16 June: 20,000 is not enough (350 %), 40,000 is, for half of
/// 500 − 75. A year of 240,000 billable users has used 650,000 by June: with 40,000 its limit would be
/// 240,000 + 7 × 40,000, which allows 624,000; with 60,000 it allows 792,000, for 750 × 7 × 0.7.
///
/// ```
/// # use billing::{account::usage_lock::curing_tiers, catalog::price_book::ESSENTIALS};
/// # use billing::{BillingCycle, BillingPeriod, PriceBook, PricedAccount, Subscription};
/// # use billing::metering::{pool::Pool, usage::Metered};
/// # use billing::{period::AnnualTerm, pricing::subscription::Scheduled};
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let first = |tier, cycle, mau| {
///     let account = PricedAccount {
///         list: book.list(billing::CurrencyCode::USD).unwrap(),
///         subscription: &Subscription {
///             tier,
///             add_ons: Default::default(),
///             scheduled: Scheduled::default(),
///         },
///         cycle,
///         annual_offered: false,
///         metered: Metered { mau, data_points: 0 },
///         add_on_use: billing::AddOnUse::NONE,
///         places: None,
///         day: "2025-06-16".parse().unwrap(),
///     };
///     let tiers = curing_tiers(&account, mau).unwrap();
///     (tiers[0].tier, tiers[0].due_now.to_string(), tiers.len())
/// };
/// let june = BillingPeriod::of("2025-06-16".parse().unwrap()).unwrap();
/// let monthly = first(5_000, BillingCycle::monthly(june), 70_000);
/// assert_eq!(monthly, (40_000, "212.50".to_owned(), 4));
///
/// let year = BillingCycle::Annual {
///     term: AnnualTerm::new("2025-01-01".parse().unwrap(), 12).unwrap(),
///     pool: Pool { limit: 240_000, used: 150_000 },
/// };
/// let yearly = first(20_000, year, 500_000);
/// assert_eq!(yearly, (60_000, "3675.00".to_owned(), 3));
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn curing_tiers(
    account: &PricedAccount<'_>,
    month_usage: u64,
) -> Result<Vec<CuringTier>, Refusal> {
    let mut curing = Vec::new();
    let limits = account.list.tiers.iter().map(|tier| tier.limit);
    for tier in limits.filter(|limit| *limit > account.subscription.tier) {
        let order = PlanChange::to_tier(tier);
        let quote = quote(account, &order, Derivations::Omitted)?;
        let after = account.with(&quote.after, quote.cycle_after);
        if !after.measure(month_usage).locks() {
            let due_now = quote.due_now.total;
            curing.push(CuringTier { tier, due_now });
        }
    }
    Ok(curing)
}
