//! Plan changes: what an order does to a subscription (SPEC R5, R6, R7, R8).

use alloc::collections::BTreeSet;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::price_book::{AddOn, AddOnId, PriceList, Tier};
use crate::money::OutOfRange;
use crate::pricing::subscription::{BillingFrequency, Scheduled, Status, Subscription};
use crate::pricing::tax::NoPlaces;

/// An order: another tier, add-ons to add, add-ons to remove, another billing frequency. Every part
/// is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanChange {
    /// The new tier, by its MAU limit.
    pub tier: Option<u64>,
    /// Add-ons to add from now on.
    pub add: BTreeSet<AddOnId>,
    /// Add-ons to remove.
    pub remove: BTreeSet<AddOnId>,
    /// The new billing frequency, from the next turn on: see [`crate::pricing::rhythm`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<BillingFrequency>,
}

impl PlanChange {
    /// An order that changes only the tier.
    pub fn to_tier(tier: u64) -> Self {
        Self {
            tier: Some(tier),
            ..Self::default()
        }
    }
}

/// Why an order cannot be priced or carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The price list has no tier with this limit.
    UnknownTier(u64),
    /// The price list has no add-on with this id.
    UnknownAddOn(AddOnId),
    /// The add-on to add is already active.
    AlreadyActive(AddOnId),
    /// The add-on to remove is not active.
    NotActive(AddOnId),
    /// The calendar ends before the month does.
    InvalidDate,
    /// The price list is taxed by place, and the organization's places are not known.
    NoPlaces,
    /// An amount overflows.
    OutOfRange,
}

impl From<NoPlaces> for Refusal {
    fn from(_: NoPlaces) -> Self {
        Self::NoPlaces
    }
}

impl From<OutOfRange> for Refusal {
    fn from(_: OutOfRange) -> Self {
        Self::OutOfRange
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTier(tier) => write!(f, "there is no tier of {tier} MAU"),
            Self::UnknownAddOn(id) => write!(f, "there is no add-on {:?}", id.as_str()),
            Self::AlreadyActive(id) => write!(f, "the add-on {:?} is active already", id.as_str()),
            Self::NotActive(id) => write!(f, "the add-on {:?} is not active", id.as_str()),
            Self::InvalidDate => f.write_str("the calendar ends before this month does"),
            Self::NoPlaces => NoPlaces.fmt(f),
            Self::OutOfRange => OutOfRange.fmt(f),
        }
    }
}

impl core::error::Error for Refusal {}

impl PriceList {
    /// The tier with this limit, or the refusal of the order that names it.
    pub(crate) fn known_tier(&self, limit: u64) -> Result<&Tier, Refusal> {
        self.tier(limit).ok_or(Refusal::UnknownTier(limit))
    }

    /// The add-on with this id, or the refusal of the order that names it.
    pub(crate) fn known_add_on(&self, id: &AddOnId) -> Result<&AddOn, Refusal> {
        self.add_on(id.as_str())
            .ok_or_else(|| Refusal::UnknownAddOn(id.clone()))
    }
}

impl Subscription {
    /// The subscription after an accepted and paid order.
    ///
    /// **Rule.** A higher tier and a new add-on take effect at once; a lower tier and a removal wait for
    /// the next 1st; in trial everything takes effect at once. A higher tier drops a scheduled lower one.
    /// **Source.** SPEC R5, R6, R7, R8, A13.
    /// **Silent on** choosing the current tier while a lower one is scheduled: nothing changes; the
    /// scheduled tier is withdrawn by its own command.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{PlanChange, PriceBook, Status, Subscription, catalog::price_book::ESSENTIALS};
    /// # use billing::pricing::subscription::Scheduled;
    /// let book = PriceBook::parse(ESSENTIALS).unwrap();
    /// let list = book.list(billing::CurrencyCode::USD).unwrap();
    /// let start = Subscription {
    ///     status: Status::Active,
    ///     tier: 40_000,
    ///     add_ons: Default::default(),
    ///     scheduled: Scheduled::default(),
    /// };
    /// let lower = start.after(&PlanChange::to_tier(20_000), list).unwrap();
    /// assert_eq!((lower.tier, lower.scheduled.tier), (40_000, Some(20_000)));
    /// let higher = lower.after(&PlanChange::to_tier(60_000), list).unwrap();
    /// assert_eq!((higher.tier, higher.scheduled.tier), (60_000, None));
    /// ```
    ///
    /// # Errors
    /// Fails when the price list lacks a tier or an add-on, or the subscription has or lacks an add-on.
    pub fn after(&self, change: &PlanChange, list: &PriceList) -> Result<Self, Refusal> {
        self.check(change, list)?;
        let tier = change.tier.unwrap_or(self.tier);
        let add_ons = &self.add_ons | &change.add;
        Ok(match self.status {
            Status::Trial => Self {
                status: Status::Trial,
                tier,
                add_ons: &add_ons - &change.remove,
                scheduled: Scheduled::default(),
            },
            Status::Active => Self {
                status: Status::Active,
                tier: tier.max(self.tier),
                add_ons,
                scheduled: Scheduled {
                    tier: match tier.cmp(&self.tier) {
                        core::cmp::Ordering::Less => Some(tier),
                        core::cmp::Ordering::Equal => self.scheduled.tier,
                        core::cmp::Ordering::Greater => None,
                    },
                    removals: &self.scheduled.removals | &change.remove,
                },
            },
        })
    }

    fn check(&self, change: &PlanChange, list: &PriceList) -> Result<(), Refusal> {
        for tier in change
            .tier
            .iter()
            .chain([&self.tier])
            .chain(&self.scheduled.tier)
        {
            list.known_tier(*tier)?;
        }
        for id in self.add_ons.iter().chain(&change.add).chain(&change.remove) {
            list.known_add_on(id)?;
        }
        if let Some(id) = change.add.iter().find(|id| self.add_ons.contains(*id)) {
            return Err(Refusal::AlreadyActive(id.clone()));
        }
        match change.remove.iter().find(|id| !self.add_ons.contains(*id)) {
            Some(id) => Err(Refusal::NotActive(id.clone())),
            None => Ok(()),
        }
    }
}
