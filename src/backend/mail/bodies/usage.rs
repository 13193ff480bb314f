//! Facts about alerts and usage locks (SPEC R10, R11).

use billing::access::{Condition, alert};
use billing::account::usage_lock::UsageLock;
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::lock::Locked;
use crate::mail::facts::NotificationFacts;
use crate::mail::figures::{LocalInstant, Month, Shown};

/// An alert: the threshold, the usage, and the limit that the usage was compared with.
#[derive(Debug, Serialize)]
pub(super) struct Alert {
    month: Shown<Month>,
    /// The threshold in percent of the limit.
    percent: u64,
    usage: Shown<u64>,
    limit: Shown<u64>,
    is_below_limit: bool,
    /// The percentage of the limit above which usage locks.
    lock_percent: Option<u64>,
}

impl Alert {
    pub(super) fn of(notice: &NotificationFacts, reached: alert::AlertNotice) -> Self {
        let list = notice.book.book.list(notice.organization.currency);
        Self {
            month: Shown(Month(reached.period_start)),
            percent: reached.percent,
            usage: Shown(reached.usage),
            limit: Shown(reached.tier),
            is_below_limit: reached.percent < 100,
            lock_percent: list.map(|list| list.lock_percent),
        }
    }
}

pub(super) fn locked(notice: &NotificationFacts, usage_lock: UsageLock) -> Locked {
    let condition = match usage_lock {
        UsageLock::AnnualSoft { .. } => Condition::AnnualSoft,
        UsageLock::Overage { .. } | UsageLock::Clear { .. } => Condition::OverageLock,
    };
    Locked::of(notice, condition)
}

/// The operator has lifted the lock.
#[derive(Debug, Serialize)]
pub(super) struct Lifted<'a> {
    /// Usage does not lock again before this instant.
    until: Shown<LocalInstant>,
    reason: &'a str,
}

impl<'a> Lifted<'a> {
    pub(super) fn of(notice: &NotificationFacts, until: DateTime<Utc>, reason: &'a str) -> Self {
        Self {
            until: notice.instant(until),
            reason,
        }
    }
}
