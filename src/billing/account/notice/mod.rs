//! The content of banners and lock pages: what happened, by which rule, the cure and the deadline.

use alloc::vec::Vec;
use core::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::cure::Refused;
use crate::access::{Condition, OrderKind, RequestUse, Works};
use crate::account::account_state::{AccountState, works};
use crate::account::deadline::{Deadline, DeadlineKind};
use crate::account::dunning::{self, Dunning};
use crate::account::lifecycle::{self, Lifecycle, TrialLock};
use crate::account::retention::backups_purged_at;
use crate::account::usage_lock::UsageLock;
use crate::catalog::policy::Policy;

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
            Some(of_trial(lock, started_at, state, policy))
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
    state: &AccountState,
    policy: &Policy,
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

/// What works for an account, and the notices that explain the restrictions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// The parts of the product that work.
    pub works: Works,
    /// The content of banners and lock pages: lifecycle first, then dunning, then usage.
    pub notices: Vec<AccessNotice>,
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
    /// # use billing::catalog::policy::Policy;
    /// # use billing::{access::{OrderKind, Condition}, account::notice::access};
    /// # use billing::access::cure::Refused;
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
/// # use billing::catalog::policy::Policy;
/// # use billing::access::{Condition, Gate, cure::Cure};
/// # use billing::account::{notice::access, account_state::AccountState};
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
    let notices = notices(&state, policy);
    Access {
        works: works(&state, policy),
        notices,
    }
}

impl Access {
    /// The condition that closes what a request uses; `None` when it works.
    ///
    /// **Rule.** If several do, the first of the notices: lifecycle, then dunning, then usage.
    /// **Source.** SPEC 6, "What works when".
    ///
    /// # Worked example
    ///
    /// A pause allows the page that requests a reactivation, and nothing else.
    ///
    /// ```
    /// # use billing::catalog::policy::Policy;
    /// # use billing::{access::{Condition, RequestUse}, account::notice::access};
    /// let account = serde_json::from_str(r#"{
    ///     "lifecycle": {"paused": {"at": "2025-06-01T00:00:00Z"}},
    ///     "dunning": "clear",
    ///     "usage_lock": {"clear": {"lifted_until": null}},
    ///     "as_of": "2025-06-01T00:00:00Z"
    /// }"#).unwrap();
    /// let access = access(&account, "2025-06-02T00:00:00Z".parse().unwrap(), &Policy::default());
    /// assert_eq!(access.shuts(RequestUse::Reactivation), None);
    /// assert_eq!(access.shuts(RequestUse::Organization), Some(Condition::Paused));
    /// assert_eq!(access.shuts(RequestUse::Ingestion), Some(Condition::Paused));
    /// ```
    pub fn shuts(&self, uses: RequestUse) -> Option<Condition> {
        let conditions = self.notices.iter().map(|notice| notice.condition);
        let mut shut = conditions.filter(|condition| !condition.works().lets(uses));
        shut.next()
    }
}

#[cfg(test)]
mod table_tests;
