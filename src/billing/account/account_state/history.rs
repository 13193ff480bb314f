//! The state of an account from its recorded events (RELIABILITY: jobs only record).

use core::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{AccountEvent, AccountState};
use crate::access::cure::Refused;
use crate::catalog::policy::Policy;

/// A recorded event of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The instant of the event.
    pub at: DateTime<Utc>,
    /// The event itself.
    pub event: AccountEvent,
}

/// A recorded fact that the state before it does not allow, so the record is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadHistory {
    /// The index of the fact in the record, from 0.
    pub fact: usize,
    /// Why the fact is not allowed.
    pub refused: Refused,
}

impl fmt::Display for BadHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "fact {} cannot have happened: {}",
            self.fact, self.refused
        )
    }
}

impl core::error::Error for BadHistory {}

/// The state at `now` of an account that started at `started`, from its facts in the order of their
/// recording. Facts after `now` count too, since they are known.
///
/// **Rule.** Deadlines are not recorded, they are computed. So the state does not depend on when, or
/// how often, a job has run.
/// **Source.** SPEC R2, 6.
///
/// # Worked example
///
/// ```
/// # use billing::{catalog::policy::Policy, account::lifecycle::Lifecycle};
/// # use billing::account::account_state::{AccountState, AccountEvent, Fact, state_at};
/// # use billing::account::lifecycle::LifecycleEvent::{BillingDetailsSaved, PaymentMethodSaved};
/// let started = "2025-05-17T00:00:00Z".parse().unwrap();
/// let at = "2025-05-20T09:30:00Z".parse().unwrap();
/// let facts = [PaymentMethodSaved, BillingDetailsSaved].map(|event| Fact { at, event: AccountEvent::Life(event) });
/// let now = "2025-08-01T00:00:00Z".parse().unwrap();
/// let state = state_at(started, &facts, now, &Policy::default()).unwrap();
/// let since = "2025-06-16T00:00:00Z".parse().unwrap();
/// assert_eq!(state.lifecycle(), Lifecycle::Active { since });
/// ```
///
/// # Errors
/// Fails at the first fact that is impossible in the state before it, and names that fact.
pub fn state_at(
    started_at: DateTime<Utc>,
    facts: &[Fact],
    now: DateTime<Utc>,
    policy: &Policy,
) -> Result<AccountState, BadHistory> {
    let mut state = AccountState::started(started_at);
    for (fact, Fact { at, event }) in facts.iter().enumerate() {
        state = state
            .after(event.clone(), *at, policy)
            .map_err(|refused| BadHistory { fact, refused })?;
    }
    Ok(state.at(now, policy))
}
