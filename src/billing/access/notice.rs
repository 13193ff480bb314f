//! What a banner or a lock page says: what happened, by which rule, what cures it, by when.

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

/// A condition that a page has to tell about. Its rule is [`Condition::rule`], what brings full
/// access back is [`Condition::cures`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessNotice {
    /// What is the matter.
    pub condition: Condition,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What happens next if nobody acts; none when it stays as it is.
    pub next: Option<Deadline>,
}

impl Condition {
    /// The rule of the documents that says so.
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

    /// What brings full access back, the first choice first; nothing where nothing is wrong.
    ///
    /// **Rule.** What is not a lock of money or data is cured by the admin; a usage lock that no
    /// tier fits goes to sales, a pause to the operator; nothing leads out of a cancellation but a
    /// new account.
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

/// What happened, as a banner or a lock page says it.
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

/// The notices of a state: life first, then dunning, then usage.
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
