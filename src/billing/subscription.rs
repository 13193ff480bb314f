//! What an organization has: its tier, its add-ons, and what is scheduled for the next 1st.

use alloc::collections::BTreeSet;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::price_book::AddOnId;

/// Whether the organization pays yet (SPEC 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Everything is free, changes act at once (SPEC R8).
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
    /// Once for a term of twelve months, out of one allowance (SPEC R9).
    Annual,
}

impl BillingFrequency {
    /// By the year within a term, by the month where there is none.
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

/// The tier and the add-ons in force, and what will change on the next 1st.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Whether the organization pays yet.
    pub status: Status,
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// The add-ons in force, those included that are scheduled for removal.
    pub add_ons: BTreeSet<AddOnId>,
    /// What happens at the month change.
    pub scheduled: Scheduled,
}

/// What happens at the month change (SPEC R6, R7).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scheduled {
    /// The lower tier.
    pub tier: Option<u64>,
    /// The add-ons that go.
    pub removals: BTreeSet<AddOnId>,
}

/// One thing that is scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// The lower tier.
    Tier,
    /// An add-on's removal.
    Removal(AddOnId),
}

/// What was to be withdrawn is not scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotScheduled;

impl fmt::Display for NotScheduled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this change is not scheduled any more; reload to see what is")
    }
}

impl core::error::Error for NotScheduled {}

impl Subscription {
    /// The subscription without something that was scheduled.
    ///
    /// **Rule.** What waits can be withdrawn until it happens; the rest that waits stays.
    /// **Source.** SPEC R6, R7, row 10.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{AddOnId, Status, Subscription};
    /// # use billing::subscription::{NotScheduled, Scheduled, Waiting};
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
    /// It does not wait, or not any more.
    pub fn withdrawn(&self, waiting: &Waiting) -> Result<Self, NotScheduled> {
        let mut after = self.clone();
        let did_wait = match waiting {
            Waiting::Tier => after.scheduled.tier.take().is_some(),
            Waiting::Removal(add_on) => after.scheduled.removals.remove(add_on),
        };
        did_wait.then_some(after).ok_or(NotScheduled)
    }

    /// The subscription behind the month change: what was scheduled has happened.
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
