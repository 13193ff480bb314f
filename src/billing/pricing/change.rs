//! Plan changes: what an order does to a subscription (SPEC R5 to R9).

use alloc::collections::BTreeSet;
use core::cmp::Ordering;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::price_book::{AddOn, AddOnId, PriceList, Tier};
use crate::money::OutOfRange;
use crate::pricing::billing_cycle::{BillingCycle, BillingFrequency};
use crate::pricing::subscription::{Scheduled, Subscription};
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
    /// The new billing frequency, from the next renewal on: see [`renews_on`](crate::BillingCycle::renews_on).
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
    /// Annual billing is not offered to the organization.
    AnnualNotOffered,
    /// Annual billing can be chosen only after the trial's first invoice.
    AnnualInTrial,
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
            Self::AnnualNotOffered => f.write_str(
                "paying by the year is not offered to this organization; sales can offer it",
            ),
            Self::AnnualInTrial => f.write_str(
                "a year can be chosen once the trial has ended and the first invoice is there",
            ),
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
    /// **Rule.** A higher tier and a new add-on take effect at once; a lower tier, a removal and another
    /// billing frequency wait for the renewal; in trial everything takes effect at once. A higher tier
    /// drops a scheduled lower one, and choosing the present frequency drops a scheduled other one.
    /// **Source.** SPEC R5, R6, R7, R8, R9 (P: a term starts on a 1st); A13, A94, A150.
    /// **Silent on** choosing the current tier while a lower one is scheduled: nothing changes; the
    /// scheduled tier is withdrawn by its own command.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{BillingCycle, BillingPeriod, PlanChange, Subscription};
    /// # use billing::pricing::subscription::Scheduled;
    /// let cycle = BillingCycle::monthly(BillingPeriod::of("2025-06-20".parse().unwrap()).unwrap());
    /// let start = Subscription {
    ///     tier: 40_000,
    ///     add_ons: Default::default(),
    ///     scheduled: Scheduled::default(),
    /// };
    /// let lower = start.after(&PlanChange::to_tier(20_000), &cycle);
    /// assert_eq!((lower.tier, lower.scheduled.tier), (40_000, Some(20_000)));
    /// let higher = lower.after(&PlanChange::to_tier(60_000), &cycle);
    /// assert_eq!((higher.tier, higher.scheduled.tier), (60_000, None));
    /// ```
    pub fn after(&self, change: &PlanChange, cycle: &BillingCycle) -> Self {
        let tier = change.tier.unwrap_or(self.tier);
        let add_ons = &self.add_ons | &change.add;
        match cycle {
            BillingCycle::Trial { .. } => Self {
                tier,
                add_ons: &add_ons - &change.remove,
                scheduled: Scheduled::default(),
            },
            BillingCycle::Monthly { .. } | BillingCycle::Annual { .. } => Self {
                tier: tier.max(self.tier),
                add_ons,
                scheduled: Scheduled {
                    tier: match tier.cmp(&self.tier) {
                        Ordering::Less => Some(tier),
                        Ordering::Equal => self.scheduled.tier,
                        Ordering::Greater => None,
                    },
                    removals: &self.scheduled.removals | &change.remove,
                    frequency: match change.frequency {
                        None => self.scheduled.frequency,
                        Some(wanted) => (wanted != cycle.frequency()).then_some(wanted),
                    },
                },
            },
        }
    }

    /// Whether the price list has what an order names, and the subscription allows it.
    ///
    ///
    /// # Errors
    /// Fails when the price list lacks a tier or an add-on, or the subscription has or lacks an add-on.
    pub fn check(&self, change: &PlanChange, list: &PriceList) -> Result<(), Refusal> {
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
