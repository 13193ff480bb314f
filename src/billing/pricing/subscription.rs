//! A subscription: the tier and add-ons in force, and what is scheduled for the next 1st.

use alloc::collections::BTreeSet;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::price_book::AddOnId;

/// Whether the organization is charged yet (SPEC 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Everything is free, and changes take effect at once (SPEC R8).
    Trial,
    /// Charged in advance for the month, in arrears for overage.
    Active,
}

/// How often an organization is charged (SPEC 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingFrequency {
    /// Every month.
    Monthly,
    /// Once for a term of twelve months, with one allowance for the term (SPEC R9).
    Annual,
}

impl BillingFrequency {
    /// Annual within a term, monthly without one.
    ///
    /// ```
    /// use billing::BillingFrequency;
    /// assert_eq!(BillingFrequency::within(Some("a year")), BillingFrequency::Annual);
    /// assert_eq!(BillingFrequency::within(None::<&str>), BillingFrequency::Monthly);
    /// ```
    pub fn within<T>(term: Option<T>) -> Self {
        match term {
            Some(_) => Self::Annual,
            None => Self::Monthly,
        }
    }
}

/// The tier and the add-ons in force, and what changes on the next 1st.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Whether the organization is charged yet.
    pub status: Status,
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
}

/// One scheduled change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// The downgrade to a lower tier.
    Tier,
    /// The removal of an add-on.
    Removal(AddOnId),
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
    /// # use billing::{AddOnId, Status, Subscription};
    /// # use billing::pricing::subscription::{NotScheduled, Scheduled, Waiting};
    /// let export = AddOnId::new("cloud-export");
    /// let waiting = Subscription {
    ///     status: Status::Active,
    ///     tier: 40_000,
    ///     add_ons: [export.clone()].into(),
    ///     scheduled: Scheduled { tier: Some(20_000), removals: [export.clone()].into() },
    /// };
    /// let stays = waiting.withdrawn(&Waiting::Tier).unwrap();
    /// assert_eq!((stays.scheduled.tier, stays.scheduled.removals.len()), (None, 1));
    /// let keeps = stays.withdrawn(&Waiting::Removal(export)).unwrap();
    /// assert_eq!(keeps.after_month_change(), keeps);
    /// assert_eq!(keeps.withdrawn(&Waiting::Tier), Err(NotScheduled));
    /// ```
    ///
    /// # Errors
    /// Fails when the change is not scheduled, or no longer.
    pub fn withdrawn(&self, waiting: &Waiting) -> Result<Self, NotScheduled> {
        let mut after = self.clone();
        let did_wait = match waiting {
            Waiting::Tier => after.scheduled.tier.take().is_some(),
            Waiting::Removal(add_on) => after.scheduled.removals.remove(add_on),
        };
        did_wait.then_some(after).ok_or(NotScheduled)
    }

    /// The subscription after the month change, with the scheduled changes in force.
    ///
    /// **Source.** SPEC R15, step 3.
    pub fn after_month_change(&self) -> Self {
        Self {
            status: self.status,
            tier: self.scheduled.tier.unwrap_or(self.tier),
            add_ons: &self.add_ons - &self.scheduled.removals,
            scheduled: Scheduled::default(),
        }
    }
}
