//! Access: the table "What works when" of SPEC 6, and the notice for each restriction.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::account_state::AccountState;
use crate::cure::Refused;
use crate::dunning::Dunning;
use crate::lifecycle::{Lifecycle, TrialLock};
use crate::policy::Policy;
use crate::usage_lock::UsageLock;

mod notice;
mod uses;

pub use notice::AccessNotice;
pub use uses::RequestUse;

/// What works for an account, and the notices that explain the restrictions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// The parts of the product that work.
    pub works: Works,
    /// The content of banners and lock pages: lifecycle first, then dunning, then usage.
    pub notices: Vec<AccessNotice>,
}

/// One value for each column of the table "What works when".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Works {
    /// The product's dashboard, for all users.
    pub dashboard: Gate,
    /// The Organization area: My Plan, billing, invoices, users.
    pub organization: OrganizationAccess,
    /// The intake of events and profiles.
    pub ingestion: Gate,
    /// Campaigns that are running.
    pub campaigns: Gate,
    /// Exports by API, by SFTP and to partners.
    pub exports: Gate,
    /// Changes of tier and add-ons.
    pub plan_change: PlanChanging,
}

/// Whether a part works. The stricter value is the greater one, in this and the next enums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// The part works.
    Open,
    /// The part does not work.
    Shut,
}

/// How much of the Organization area works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationAccess {
    /// The whole area, for admins.
    Admins,
    /// Only the page to pay open invoices, request a reactivation, and cancel the account.
    ReactivationPage,
    /// The area is closed.
    Closed,
}

/// Which changes of the plan can be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanChanging {
    /// Any change.
    Any,
    /// Only an upgrade to a higher tier.
    UpgradeOnly,
    /// No change until everything is paid.
    PayFirst,
    /// No change.
    No,
}

/// The kind of an order, as far as the table distinguishes kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderKind {
    /// An upgrade to a higher tier and nothing else.
    Upgrade,
    /// Anything else: a lower tier, add-ons, or withdrawing a scheduled change.
    Other,
}

impl PlanChanging {
    /// The reason to refuse an order; `None` when the order is allowed.
    pub const fn refuses(self, order: OrderKind) -> Option<Refused> {
        match (self, order) {
            (Self::Any, OrderKind::Upgrade | OrderKind::Other)
            | (Self::UpgradeOnly, OrderKind::Upgrade) => None,
            (Self::UpgradeOnly, OrderKind::Other) => Some(Refused::UpgradeOnly),
            (Self::PayFirst, OrderKind::Upgrade | OrderKind::Other) => Some(Refused::PaymentLocked),
            (Self::No, OrderKind::Upgrade | OrderKind::Other) => Some(Refused::Paused),
        }
    }
}

/// A row of the table "What works when".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The account is in trial and not locked.
    Trial,
    /// The account is paid, nothing is open.
    Active,
    /// A payment has failed.
    Grace,
    /// The trial is about to end and something is missing.
    TrialBillingMissing,
    /// The trial has ended and something is missing.
    TrialExpired,
    /// The grace period ended without payment.
    PaymentLock,
    /// The month's usage is above 300 %.
    OverageLock,
    /// The term's usage is above 120 %.
    AnnualSoft,
    /// The plan is paused.
    Paused,
    /// The account is cancelled.
    Cancelled,
}

impl Condition {
    /// All rows, in the order of the table.
    pub const ALL: [Self; 10] = [
        Self::Trial,
        Self::Active,
        Self::Grace,
        Self::TrialBillingMissing,
        Self::TrialExpired,
        Self::PaymentLock,
        Self::OverageLock,
        Self::AnnualSoft,
        Self::Paused,
        Self::Cancelled,
    ];

    /// What works in this row of the table.
    ///
    /// **Source.** SPEC 6, "What works when"; R8, R11, R12, R13, A39.
    ///
    /// # Worked example
    ///
    /// A usage lock closes the dashboard and the exports; running campaigns continue.
    ///
    /// ```
    /// use billing::access::{Condition, Gate, PlanChanging};
    /// let works = Condition::OverageLock.works();
    /// assert_eq!((works.dashboard, works.exports), (Gate::Shut, Gate::Shut));
    /// assert_eq!((works.ingestion, works.campaigns), (Gate::Open, Gate::Open));
    /// assert_eq!(works.plan_change, PlanChanging::UpgradeOnly);
    /// ```
    pub const fn works(self) -> Works {
        match self {
            Self::Trial | Self::Active | Self::Grace => FULL,
            Self::TrialBillingMissing | Self::TrialExpired => locked(PlanChanging::Any),
            Self::PaymentLock => locked(PlanChanging::PayFirst),
            Self::OverageLock | Self::AnnualSoft => locked(PlanChanging::UpgradeOnly),
            Self::Paused => nothing(OrganizationAccess::ReactivationPage),
            Self::Cancelled => nothing(OrganizationAccess::Closed),
        }
    }
}

impl Access {
    /// The condition that refuses an order, and the reason; `None` when the order is allowed.
    ///
    /// **Rule.** The strictest row counts. Where no order is possible, the account is paused or
    /// cancelled.
    /// **Source.** SPEC 6, "What works when".
    ///
    /// # Worked example
    ///
    /// A usage lock allows an upgrade and nothing else.
    ///
    /// ```
    /// # use billing::policy::Policy;
    /// # use billing::access::{OrderKind, Condition, access};
    /// # use billing::cure::Refused;
    /// let account = serde_json::from_str(r#"{
    ///     "lifecycle": {"active": {"since": "2025-06-01T00:00:00Z"}},
    ///     "dunning": "clear",
    ///     "usage_lock": {"overage": {"since": "2025-06-20T00:00:00Z"}},
    ///     "as_of": "2025-06-20T00:00:00Z"
    /// }"#).unwrap();
    /// let access = access(&account, "2025-06-21T00:00:00Z".parse().unwrap(), &Policy::default());
    /// assert_eq!(access.refuses(OrderKind::Upgrade), None);
    /// let refused = (Condition::OverageLock, Refused::UpgradeOnly);
    /// assert_eq!(access.refuses(OrderKind::Other), Some(refused));
    /// ```
    pub fn refuses(&self, order: OrderKind) -> Option<(Condition, Refused)> {
        let conditions = self.notices.iter().map(|notice| notice.condition);
        let strictest = conditions.max_by_key(|condition| condition.works().plan_change)?;
        if strictest == Condition::Cancelled {
            return Some((strictest, Refused::Cancelled));
        }
        let refused = strictest.works().plan_change.refuses(order)?;
        Some((strictest, refused))
    }
}

impl Works {
    /// The stricter of two values, cell by cell.
    pub fn and(self, other: Self) -> Self {
        Self {
            dashboard: self.dashboard.max(other.dashboard),
            organization: self.organization.max(other.organization),
            ingestion: self.ingestion.max(other.ingestion),
            campaigns: self.campaigns.max(other.campaigns),
            exports: self.exports.max(other.exports),
            plan_change: self.plan_change.max(other.plan_change),
        }
    }
}

/// What works for an account at an instant, and the notices that explain the restrictions.
///
/// **Rule.** Each of the three state machines selects a row of the table; the strictest cell counts.
/// **Source.** SPEC 6.
///
/// # Worked example
///
/// A trial from 17 May 2025 without payment method and billing details, on 9 June:
///
/// ```
/// # use billing::policy::Policy;
/// # use billing::{access::{Condition, Gate, access}, account_state::AccountState, cure::Cure};
/// let account = AccountState::started("2025-05-17T00:00:00Z".parse().unwrap());
/// let access = access(&account, "2025-06-09T00:00:00Z".parse().unwrap(), &Policy::default());
/// assert_eq!(access.works.dashboard, Gate::Shut);
/// let notice = &access.notices[0];
/// assert_eq!(notice.condition, Condition::TrialBillingMissing);
/// assert_eq!(notice.condition.cures(), [Cure::CompleteSetup]);
/// assert_eq!(notice.next.unwrap().at.to_rfc3339(), "2025-06-16T00:00:00+00:00");
/// ```
pub fn access(state: &AccountState, now: DateTime<Utc>, policy: &Policy) -> Access {
    let state = state.at(now, policy);
    let notices = notice::notices(&state, policy);
    Access {
        works: works(&state, policy),
        notices,
    }
}

/// What works for an account in a state, at the instant of that state.
pub fn works(state: &AccountState, policy: &Policy) -> Works {
    conditions(state, policy)
        .map(Condition::works)
        .fold(FULL, Works::and)
}

/// The rows of the table for a state: one of its lifecycle, and those of dunning and usage.
pub fn conditions(state: &AccountState, policy: &Policy) -> impl Iterator<Item = Condition> {
    let life = match state.lifecycle() {
        Lifecycle::Trial { .. } => match state.lifecycle().trial_lock(state.as_of(), policy) {
            None => Condition::Trial,
            Some(TrialLock::BillingMissing) => Condition::TrialBillingMissing,
            Some(TrialLock::Expired) => Condition::TrialExpired,
        },
        Lifecycle::Active { .. } => Condition::Active,
        Lifecycle::Paused { .. } => Condition::Paused,
        Lifecycle::Cancelled { .. } => Condition::Cancelled,
    };
    let dunning = match state.dunning() {
        Dunning::Clear => None,
        Dunning::Grace { .. } => Some(Condition::Grace),
        Dunning::Locked { .. } => Some(Condition::PaymentLock),
    };
    let usage = match state.usage_lock() {
        UsageLock::Clear { .. } => None,
        UsageLock::Overage { .. } => Some(Condition::OverageLock),
        UsageLock::AnnualSoft { .. } => Some(Condition::AnnualSoft),
    };
    [Some(life), dunning, usage].into_iter().flatten()
}

/// Everything works.
const FULL: Works = Works {
    dashboard: Gate::Open,
    organization: OrganizationAccess::Admins,
    ingestion: Gate::Open,
    campaigns: Gate::Open,
    exports: Gate::Open,
    plan_change: PlanChanging::Any,
};

/// The dashboard and the exports are closed; running campaigns continue.
const fn locked(plan_change: PlanChanging) -> Works {
    Works {
        dashboard: Gate::Shut,
        exports: Gate::Shut,
        plan_change,
        ..FULL
    }
}

/// Only the rest of the Organization area works.
const fn nothing(organization: OrganizationAccess) -> Works {
    Works {
        dashboard: Gate::Shut,
        organization,
        ingestion: Gate::Shut,
        campaigns: Gate::Shut,
        exports: Gate::Shut,
        plan_change: PlanChanging::No,
    }
}

#[cfg(test)]
mod table;
