//! What works when: the table of SPEC 6, and what each restriction says about itself.

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

/// What works for an account, and why the rest does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// What works.
    pub works: Works,
    /// What banners and lock pages say: life first, then dunning, then usage.
    pub notices: Vec<AccessNotice>,
}

/// One answer for each column of the table "What works when".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Works {
    /// The product's dashboard, for everybody.
    pub dashboard: Gate,
    /// The Organization area: My Plan, billing, invoices, users.
    pub organization: OrganizationAccess,
    /// Events and profiles that come in.
    pub ingestion: Gate,
    /// Running campaigns.
    pub campaigns: Gate,
    /// Exports by API, by SFTP and to partners.
    pub exports: Gate,
    /// Changes of tier and add-ons.
    pub plan_change: PlanChanging,
}

/// Whether something works. The stricter answer is the greater one, here and below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// It works.
    Open,
    /// It does not.
    Shut,
}

/// What there is of the Organization area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationAccess {
    /// All of it, for admins.
    Admins,
    /// The page on which what is open is paid, reactivation is asked for, and the account cancelled.
    ReactivationPage,
    /// Nothing.
    Closed,
}

/// Which changes of the plan can be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanChanging {
    /// Any.
    Any,
    /// A higher tier alone.
    UpgradeOnly,
    /// None until everything is paid.
    PayFirst,
    /// None.
    No,
}

/// What an order asks for, as far as the table tells orders apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderKind {
    /// A higher tier alone.
    Upgrade,
    /// Anything else: a lower tier, add-ons, or to withdraw what is scheduled.
    Other,
}

impl PlanChanging {
    /// Why an order is refused; none where it is not.
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
    /// In trial, not locked.
    Trial,
    /// Paid for, nothing open.
    Active,
    /// A payment has failed.
    Grace,
    /// The trial is about to end and something is missing.
    TrialBillingMissing,
    /// The trial has ended and something is missing.
    TrialExpired,
    /// Not paid in the days of grace.
    PaymentLock,
    /// The month's usage has passed 300 %.
    OverageLock,
    /// The term's usage has passed 120 %.
    AnnualSoft,
    /// Paused.
    Paused,
    /// Cancelled.
    Cancelled,
}

impl Condition {
    /// Every row, in the order of the table.
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

    /// The row of the table.
    ///
    /// **Source.** SPEC 6, "What works when"; R8, R11, R12, R13, A39.
    ///
    /// # Worked example
    ///
    /// The lock for usage closes the dashboard and the exports; what is running runs on.
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
    /// Why an order is refused, and the condition that does it; none where it may be placed.
    ///
    /// **Rule.** The strictest row counts; where nothing can be ordered, the account is paused or
    /// cancelled.
    /// **Source.** SPEC 6, "What works when".
    ///
    /// # Worked example
    ///
    /// The lock for usage lets an upgrade pass, and nothing else.
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
    /// The stricter of two, cell by cell.
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

/// What works for an account at an instant, and why the rest does not.
///
/// **Rule.** Each of the three machines has its row of the table; the strictest cell counts.
/// **Source.** SPEC 6.
///
/// # Worked example
///
/// A trial from 17 May 2025 in which nothing was filled in, on 9 June:
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

/// What works for an account in a state, as of the instant it has been brought to.
pub fn works(state: &AccountState, policy: &Policy) -> Works {
    conditions(state, policy)
        .map(Condition::works)
        .fold(FULL, Works::and)
}

/// The rows of the table that a state is in: that of its life, and those of dunning and usage.
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

/// The dashboard and the exports are closed, what is running runs on.
const fn locked(plan_change: PlanChanging) -> Works {
    Works {
        dashboard: Gate::Shut,
        exports: Gate::Shut,
        plan_change,
        ..FULL
    }
}

/// Nothing works but what is left of the Organization area.
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
