//! Facts about a lock (SPEC R8, R11, R12).

use billing::access::Condition;
use serde::Serialize;

use crate::mail::facts::NotificationFacts;
use crate::mail::figures::{LocalInstant, Shown};

/// Why the dashboard is locked.
#[derive(Debug, Serialize)]
pub(super) struct Locked {
    condition: Shown<Condition>,
    locked_at: Shown<LocalInstant>,
}

impl Locked {
    pub(super) fn of(notice: &NotificationFacts, condition: Condition) -> Self {
        Self {
            condition: Shown(condition),
            locked_at: notice.since(condition),
        }
    }
}
