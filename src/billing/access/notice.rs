//! The content of banners and lock pages: what happened, by which rule, the cure and the deadline.

use alloc::vec::Vec;
use core::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Condition;
use crate::account_state::AccountState;
use crate::cure::Cure;
use crate::deadline::{Deadline, DeadlineKind};
use crate::dunning::{self, Dunning};
use crate::lifecycle::{self, Lifecycle, TrialLock};
use crate::policy::Policy;
use crate::retention::backups_purged_at;
use crate::usage_lock::UsageLock;

/// A condition that pages have to show. [`Condition::rule`] is its rule, [`Condition::cures`] lists what
/// restores full access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessNotice {
    /// The condition to show.
    pub condition: Condition,
    /// When the condition began.
    pub since: DateTime<Utc>,
    /// The next deadline if nobody acts; `None` when nothing will change.
    pub next: Option<Deadline>,
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

/// The text of a banner or a lock page.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trial => "the trial is running",
            Self::Active => "the plan is active",
            Self::Grace => "a payment has failed",
            Self::TrialBillingMissing => "the trial is about to end and billing is not set up",
            Self::TrialExpired => "the trial has ended and billing is not set up",
            Self::PaymentLock => "an invoice was not paid in time",
            Self::OverageLock => "the month's usage is too far above the limit of the tier",
            Self::AnnualSoft => "the term's usage is too far above the annual limit",
            Self::Paused => "the plan is paused",
            Self::Cancelled => "the account is cancelled and its data is deleted",
        })
    }
}

/// The notices for a state: lifecycle first, then dunning, then usage.
pub(super) fn notices(state: &AccountState, policy: &Policy) -> Vec<AccessNotice> {
    let life = of_life(state, policy);
    let dunning = of_dunning(state, policy);
    let usage = of_usage(state.usage_lock());
    [life, dunning, usage].into_iter().flatten().collect()
}

fn of_life(state: &AccountState, policy: &Policy) -> Option<AccessNotice> {
    match state.lifecycle() {
        Lifecycle::Trial {
            started_at,
            on_file: _,
        } => {
            let lock = state.lifecycle().trial_lock(state.as_of(), policy)?;
            Some(of_trial(lock, started_at, (state, policy)))
        }
        Lifecycle::Active { since: _ } => None,
        Lifecycle::Paused { at } => {
            let ends_at = state.ends_at(policy);
            Some(AccessNotice {
                condition: Condition::Paused,
                since: at,
                next: ends_at.map(|at| Deadline::new(at, DeadlineKind::PauseEnd)),
            })
        }
        Lifecycle::Cancelled { at, cause: _ } => {
            let purged = Deadline::new(backups_purged_at(at, policy), DeadlineKind::BackupPurge);
            Some(AccessNotice {
                condition: Condition::Cancelled,
                since: at,
                next: (purged.at > state.as_of()).then_some(purged),
            })
        }
    }
}

fn of_trial(
    lock: TrialLock,
    started_at: DateTime<Utc>,
    (state, policy): (&AccountState, &Policy),
) -> AccessNotice {
    let ends_at = lifecycle::trial_ends_at(started_at, policy);
    let (condition, since, next) = match lock {
        TrialLock::BillingMissing => (
            Condition::TrialBillingMissing,
            lifecycle::trial_locks_at(started_at, policy),
            Some(Deadline::new(ends_at, DeadlineKind::TrialEnd)),
        ),
        TrialLock::Expired => {
            let cancels_at = state.ends_at(policy);
            let next = cancels_at.map(|at| Deadline::new(at, DeadlineKind::TrialCancellation));
            (Condition::TrialExpired, ends_at, next)
        }
    };
    AccessNotice {
        condition,
        since,
        next,
    }
}

fn of_dunning(state: &AccountState, policy: &Policy) -> Option<AccessNotice> {
    match state.dunning() {
        Dunning::Clear => None,
        Dunning::Grace { failed_at } => {
            let locks_at = dunning::grace_ends_at(failed_at, policy);
            Some(AccessNotice {
                condition: Condition::Grace,
                since: failed_at,
                next: Some(Deadline::new(locks_at, DeadlineKind::GraceEnd)),
            })
        }
        Dunning::Locked { failed_at } => {
            let cancels_at = state.ends_at(policy);
            Some(AccessNotice {
                condition: Condition::PaymentLock,
                since: dunning::grace_ends_at(failed_at, policy),
                next: cancels_at.map(|at| Deadline::new(at, DeadlineKind::LockEnd)),
            })
        }
    }
}

fn of_usage(lock: UsageLock) -> Option<AccessNotice> {
    let (condition, since) = match lock {
        UsageLock::Clear { lifted_until: _ } => return None,
        UsageLock::Overage { since } => (Condition::OverageLock, since),
        UsageLock::AnnualSoft { since } => (Condition::AnnualSoft, since),
    };
    Some(AccessNotice {
        condition,
        since,
        next: None,
    })
}
