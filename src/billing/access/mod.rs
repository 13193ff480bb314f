//! Access: the table "What works when" of SPEC 6, what restores access ([`cure`]), and when admins are
//! notified of their usage ([`alert`]).

use serde::{Deserialize, Serialize};

use crate::access::cure::{Cure, Refused};
use crate::pricing::change::PlanChange;
use crate::pricing::subscription::Subscription;

pub mod alert;
pub mod cure;
mod uses;

pub use uses::RequestUse;

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

/// Everything works.
pub(crate) const FULL: Works = Works {
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

impl Condition {
    /// The rule of the documents that the notice cites.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Trial | Self::TrialBillingMissing | Self::TrialExpired => "R8",
            Self::Active => "R15",
            Self::Grace | Self::PaymentLock => "R12",
            Self::OverageLock | Self::AnnualSoft => "R11",
            Self::Paused => "R13",
            Self::Cancelled => "R14",
        }
    }

    /// What restores full access, the first choice first; empty when access is full.
    ///
    /// **Rule.** An admin completes the setup of a trial, pays what is due, or upgrades. Sales helps when
    /// no tier fits the usage, the operator ends a pause on request. A cancelled account needs a new
    /// sign-up.
    /// **Source.** SPEC 6, rows 3, 5a, 14, 16, 20, 22, 24 and 27; R11.
    pub const fn cures(self) -> &'static [Cure] {
        match self {
            Self::Trial | Self::Active => &[],
            Self::Grace => &[Cure::PayOldest],
            Self::TrialBillingMissing | Self::TrialExpired => &[Cure::CompleteSetup],
            Self::PaymentLock => &[Cure::PayAll],
            Self::OverageLock | Self::AnnualSoft => &[Cure::Upgrade, Cure::ContactSales],
            Self::Paused => &[Cure::RequestReactivation],
            Self::Cancelled => &[Cure::SignUpAgain],
        }
    }
}

impl PlanChange {
    /// The kind of the order, as far as the states of an account distinguish kinds.
    ///
    /// **Rule.** A higher tier and nothing else is an upgrade.
    /// **Source.** SPEC 6, "What works when"; A102.
    pub fn asks(&self, subscription: &Subscription) -> OrderKind {
        let alone = self.add.is_empty() && self.remove.is_empty() && self.frequency.is_none();
        match self.tier {
            Some(tier) if alone && tier > subscription.tier => OrderKind::Upgrade,
            Some(_) | None => OrderKind::Other,
        }
    }
}
