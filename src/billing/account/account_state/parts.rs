//! How a state is stored and sent, and which combinations are invalid.

use core::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::AccountState;
use crate::account::dunning::Dunning;
use crate::account::end_notice::EndNotice;
use crate::account::lifecycle::Lifecycle;
use crate::account::usage_lock::UsageLock;

/// The parts contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction;

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a trial and a cancelled account have no failed payment and no usage lock, a paused \
             one has no failed payment",
        )
    }
}

impl core::error::Error for Contradiction {}

/// A state as stored and sent.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parts {
    pub(super) lifecycle: Lifecycle,
    pub(super) dunning: Dunning,
    pub(super) usage_lock: UsageLock,
    /// When the notice of the account's end was sent; `None` when none is on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) end_notified_at: Option<DateTime<Utc>>,
    pub(super) as_of: DateTime<Utc>,
}

impl TryFrom<Parts> for AccountState {
    type Error = Contradiction;

    fn try_from(parts: Parts) -> Result<Self, Contradiction> {
        let Parts {
            lifecycle,
            dunning,
            usage_lock,
            end_notified_at,
            as_of,
        } = parts;
        let (no_debt, no_lock) = (dunning == Dunning::Clear, usage_lock == UsageLock::CLEAR);
        let possible = match lifecycle {
            Lifecycle::Trial { .. } | Lifecycle::Cancelled { .. } => no_debt && no_lock,
            Lifecycle::Paused { .. } => no_debt,
            Lifecycle::Active { .. } => true,
        };
        let state = Self {
            lifecycle,
            dunning,
            usage_lock,
            end_notice: end_notified_at.map_or(EndNotice::WhenDue, EndNotice::Out),
            as_of,
        };
        possible.then_some(state).ok_or(Contradiction)
    }
}

impl From<AccountState> for Parts {
    fn from(state: AccountState) -> Self {
        let AccountState {
            lifecycle,
            dunning,
            usage_lock,
            end_notice,
            as_of,
        } = state;
        Self {
            lifecycle,
            dunning,
            usage_lock,
            end_notified_at: match end_notice {
                EndNotice::Out(at) => Some(at),
                EndNotice::WhenDue | EndNotice::NotYet => None,
            },
            as_of,
        }
    }
}
