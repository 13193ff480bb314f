//! A subscription: the tier and add-ons in force, and what is scheduled for the next 1st.

use alloc::collections::BTreeSet;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::price_book::AddOnId;
use crate::pricing::billing_cycle::{BillingCycle, BillingFrequency};

/// The tier and the add-ons in force, and what changes on the next 1st.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// The add-ons in force, including those that are scheduled for removal.
    pub add_ons: BTreeSet<AddOnId>,
    /// The changes that take effect at the month change.
    pub scheduled: Scheduled,
}

/// The changes that take effect at the month change (SPEC R6, R7).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scheduled {
    /// The lower tier, when a downgrade is scheduled.
    pub tier: Option<u64>,
    /// The add-ons that are removed.
    pub removals: BTreeSet<AddOnId>,
    /// The billing frequency, when it changes.
    pub frequency: Option<BillingFrequency>,
}

/// One scheduled change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduledKind {
    /// The downgrade to a lower tier, by its MAU limit.
    Downgrade(u64),
    /// The removal of an add-on.
    Removal(AddOnId),
    /// The change to annual or to monthly billing.
    Frequency(BillingFrequency),
}

impl FromIterator<ScheduledKind> for Scheduled {
    fn from_iter<T: IntoIterator<Item = ScheduledKind>>(changes: T) -> Self {
        let mut scheduled = Self::default();
        for change in changes {
            match change {
                ScheduledKind::Downgrade(tier) => scheduled.tier = Some(tier),
                ScheduledKind::Removal(add_on) => {
                    scheduled.removals.insert(add_on);
                }
                ScheduledKind::Frequency(frequency) => scheduled.frequency = Some(frequency),
            }
        }
        scheduled
    }
}

/// The change to withdraw is not scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotScheduled;

impl fmt::Display for NotScheduled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this change is not scheduled any more; reload to see what is")
    }
}

impl core::error::Error for NotScheduled {}

impl Subscription {
    /// The subscription without one of its scheduled changes.
    ///
    /// **Rule.** A scheduled change can be withdrawn until it takes effect; the other changes stay.
    /// **Source.** SPEC R6, R7, row 10.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{AddOnId, Subscription};
    /// # use billing::pricing::subscription::{NotScheduled, Scheduled, ScheduledKind};
    /// let export = AddOnId::new("cloud-export");
    /// let waiting = Subscription {
    ///     tier: 40_000,
    ///     add_ons: [export.clone()].into(),
    ///     scheduled: Scheduled { tier: Some(20_000), removals: [export.clone()].into(), frequency: None },
    /// };
    /// let stays = waiting.withdrawn(&ScheduledKind::Downgrade(20_000)).unwrap();
    /// assert_eq!((stays.scheduled.tier, stays.scheduled.removals.len()), (None, 1));
    /// let keeps = stays.withdrawn(&ScheduledKind::Removal(export)).unwrap();
    /// assert_eq!(keeps.after_month_change(), keeps);
    /// assert_eq!(keeps.withdrawn(&ScheduledKind::Downgrade(20_000)), Err(NotScheduled));
    /// ```
    ///
    /// # Errors
    /// Fails when the change is not scheduled, or no longer.
    pub fn withdrawn(&self, change: &ScheduledKind) -> Result<Self, NotScheduled> {
        let mut after = self.clone();
        let scheduled = &mut after.scheduled;
        let was_scheduled = match change {
            ScheduledKind::Downgrade(tier) => {
                scheduled.tier.take_if(|lower| lower == tier).is_some()
            }
            ScheduledKind::Removal(add_on) => scheduled.removals.remove(add_on),
            ScheduledKind::Frequency(frequency) => scheduled
                .frequency
                .take_if(|next| next == frequency)
                .is_some(),
        };
        was_scheduled.then_some(after).ok_or(NotScheduled)
    }

    /// The billing frequency from the next renewal on.
    pub fn next_frequency(&self, cycle: &BillingCycle) -> BillingFrequency {
        self.scheduled.frequency.unwrap_or(cycle.frequency())
    }

    /// The subscription after the month change, with the scheduled changes in force.
    ///
    /// **Source.** SPEC R15, step 3.
    pub fn after_month_change(&self) -> Self {
        Self {
            tier: self.scheduled.tier.unwrap_or(self.tier),
            add_ons: &self.add_ons - &self.scheduled.removals,
            scheduled: Scheduled::default(),
        }
    }
}
