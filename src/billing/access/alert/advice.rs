//! The advice to an account above its limit (SPEC R10, 2.2).

use crate::catalog::price_book::PriceList;
use crate::metering::usage::reaches;

/// The plan that the usage needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// The lowest tier that covers the usage, by its MAU limit.
    HigherTier(u64),
    /// No tier covers the usage.
    Enterprise {
        /// The limit of the largest tier.
        largest: u64,
    },
}

/// The plan that the usage needs; `None` while it fits the current tier.
///
/// **Rule.** Above the limit, the lowest tier that covers the usage. If no tier does, or at the limit
/// of the largest tier, Enterprise.
/// **Source.** S0 (above 100,000 talk to sales), SPEC 2.2, R10; see A185.
///
/// # Worked example
///
/// ```
/// # use billing::{PriceBook, access::alert::{Advice, advice}, catalog::price_book::ESSENTIALS};
/// let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let list = book.list(billing::CurrencyCode::USD).unwrap();
/// assert_eq!(advice(list, 20_000, 20_000), None);
/// assert_eq!(advice(list, 20_000, 45_000), Some(Advice::HigherTier(60_000)));
/// let enterprise = Some(Advice::Enterprise { largest: 100_000 });
/// assert_eq!(advice(list, 20_000, 100_001), enterprise);
/// assert_eq!(advice(list, 100_000, 99_999), None);
/// assert_eq!(advice(list, 100_000, 100_000), enterprise);
/// ```
pub fn advice(list: &PriceList, tier: u64, usage: u64) -> Option<Advice> {
    let largest = list.tiers.last()?.limit;
    if usage > largest || (tier == largest && usage == largest) {
        return Some(Advice::Enterprise { largest });
    }
    let holds = list.tiers.iter().find(|other| other.limit >= usage)?;
    (usage > tier).then_some(Advice::HigherTier(holds.limit))
}

/// The highest threshold that usage has reached, in percent of the limit; 0 below all of them.
///
/// ```
/// # use billing::access::alert::highest_reached;
/// assert_eq!(highest_reached(25_000, 20_000, &[80, 100, 125, 150]), 125);
/// assert_eq!(highest_reached(10, 20_000, &[80, 100]), 0);
/// ```
pub fn highest_reached(usage: u64, tier_limit: u64, alert_percents: &[u64]) -> u64 {
    let percents = alert_percents.iter().copied();
    let reached = percents.filter(|percent| reaches(usage, tier_limit, *percent));
    reached.max().unwrap_or(0)
}
