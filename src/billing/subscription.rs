//! What an organization has: its tier, its add-ons, and what is scheduled for the next 1st.

use alloc::collections::BTreeSet;

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

impl Subscription {
    /// The subscription behind the month change: what was scheduled has happened.
    ///
    /// **Source.** SPEC R15, step 3.
    #[must_use]
    pub fn after_month_change(&self) -> Self {
        Self {
            status: self.status,
            tier: self.scheduled.tier.unwrap_or(self.tier),
            add_ons: &self.add_ons - &self.scheduled.removals,
            scheduled: Scheduled::default(),
        }
    }
}
