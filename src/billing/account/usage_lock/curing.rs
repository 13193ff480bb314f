//! The tiers that lift a usage lock, and the price of each (SPEC R11, R9; section 6, rows 20 and 22).

use alloc::vec::Vec;

use super::Measure;
use crate::money::Money;
use crate::pricing::change::PlanChange;
use crate::pricing::quote::{Derivations, PricedAccount};
use crate::pricing::rhythm::{Cycle, Phase, Rhythm, Unpriced, price};

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
/// # use billing::{pricing::annual::{AnnualTerm, Pool}, catalog::price_book::AnnualTerms};
/// # use billing::pricing::rhythm::{Cycle, Frequency};
/// # use billing::{PricedAccount, BillingPeriod, PriceBook, Status, Subscription};
/// # use billing::{pricing::rhythm::{Phase, Rhythm}, account::usage_lock::curing_tiers};
/// # use billing::{catalog::price_book::ESSENTIALS, pricing::subscription::Scheduled};
/// # use billing::metering::usage::Metered;
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let subscription = |tier| Subscription {
/// #     status: Status::Active,
/// #     tier,
/// #     add_ons: Default::default(),
/// #     scheduled: Scheduled::default(),
/// # };
/// let first = |subscription: &Subscription, rhythm: Rhythm, mau| {
///     let account = PricedAccount {
///         list: book.list(billing::CurrencyCode::USD).unwrap(),
///         subscription,
///         metered: Metered { mau, data_points: 0 },
///         add_on_use: billing::AddOnUse::NONE,
///         places: None,
///         day: "2025-06-16".parse().unwrap(),
///     };
///     let tiers = curing_tiers(&account, &rhythm, mau).unwrap();
///     (tiers[0].tier, tiers[0].due_now.to_string(), tiers.len())
/// };
/// let june = BillingPeriod::of("2025-06-16".parse().unwrap()).unwrap();
/// let monthly = first(&subscription(5_000), Rhythm::monthly(june), 70_000);
/// assert_eq!(monthly, (40_000, "212.50".to_owned(), 4));
///
/// let terms = AnnualTerms::default();
/// let year = Rhythm {
///     phase: Phase::Charged(Cycle::Annual {
///         terms,
///         term: AnnualTerm::new("2025-01-01".parse().unwrap(), 12).unwrap(),
///         pool: Pool { limit: 240_000, used: 150_000 },
///     }),
///     coming: Frequency::Annual(terms),
///     offered: None,
/// };
/// let yearly = first(&subscription(20_000), year, 500_000);
/// assert_eq!(yearly, (60_000, "3675.00".to_owned(), 3));
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn curing_tiers(
    account: &PricedAccount<'_>,
    rhythm: &Rhythm,
    month_usage: u64,
) -> Result<Vec<CuringTier>, Unpriced> {
    let mut curing = Vec::new();
    let limits = account.list.tiers.iter().map(|tier| tier.limit);
    for tier in limits.filter(|limit| *limit > account.subscription.tier) {
        let order = PlanChange::to_tier(tier);
        let priced = price(account, rhythm, &order, Derivations::Omitted)?;
        let measure = match priced.rhythm.phase {
            Phase::Charged(Cycle::Annual { terms, pool, .. }) => Measure::Year {
                billable_users: pool.after(account.usage().usage).used,
                annual_limit: pool.limit,
                lock_percent: terms.soft_lock_percent,
            },
            Phase::Charged(Cycle::Monthly { .. }) | Phase::Trial { .. } => Measure::Month {
                usage: month_usage,
                tier_limit: tier,
                lock_percent: account.list.lock_percent,
            },
        };
        if !measure.locks() {
            let due_now = priced.quote.due_now.total;
            curing.push(CuringTier { tier, due_now });
        }
    }
    Ok(curing)
}
