//! The rows of the table "What works when" that a state selects (SPEC 6).

use super::AccountState;
use crate::access::{Condition, FULL, Works};
use crate::account::dunning::Dunning;
use crate::account::lifecycle::{Lifecycle, TrialLock};
use crate::account::usage_lock::UsageLock;
use crate::catalog::policy::Policy;

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
