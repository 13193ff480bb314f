//! The periods and limits that an operator may configure, with the documents' values as defaults (SPEC 9).

use alloc::vec::Vec;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::money::CurrencyCode;

/// All configurable values that states and deadlines depend on, with the documents' values as default.
///
/// A value that a configuration leaves out keeps its default; an unknown key is refused.
///
/// ```
/// use billing::catalog::policy::Policy;
/// let policy: Policy = serde_json::from_str(r#"{"grace_days": 12}"#).unwrap();
/// assert_eq!(policy, Policy { grace_days: 12, ..Policy::default() });
/// assert!(serde_json::from_str::<Policy>(r#"{"grace_dayz": 12}"#).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The length of a trial: 30 days (SPEC R8).
    pub trial_days: u16,
    /// How long before its end an incomplete trial locks: 7 days, so 23 after its start (SPEC R8).
    /// More than `trial_days` locks it from the start.
    pub trial_lock_days: u16,
    /// How long after its end an incomplete trial is cancelled: 14 days (SPEC R8).
    pub trial_cancel_days: u16,
    /// From a failed payment to the lock: 10 days (SPEC R12, A24).
    pub grace_days: u16,
    /// From the lock to the cancellation: 14 days (SPEC R12, A24).
    pub lock_days: u16,
    /// From a pause to the cancellation: 60 days (SPEC R13).
    pub pause_days: u16,
    /// From a cancellation to the last backup's end: 60 days (SPEC R18).
    pub backup_purge_days: u16,
    /// How many months each plan keeps an event (SPEC R18, A18).
    pub retention_months: RetentionMonths,
    /// From the notice of an INR debit to the debit: 24 hours (SPEC R17, A35).
    pub predebit_hours: u16,
    /// The debits above which a cardholder has to confirm, by currency and day (SPEC R17, A36).
    pub afa_limits: Vec<AfaLimit>,
    /// From the start of an authentication to its failure: 30 minutes (SPEC R19).
    pub authentication_minutes: u16,
    /// When usage beyond the price book's lock percentage locks (SPEC R11).
    pub overage_lock: OverageLock,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            trial_days: 30,
            trial_lock_days: 7,
            trial_cancel_days: 14,
            grace_days: 10,
            lock_days: 14,
            pause_days: 60,
            backup_purge_days: 60,
            retention_months: RetentionMonths::default(),
            predebit_hours: 24,
            afa_limits: AfaLimit::india(),
            authentication_minutes: 30,
            overage_lock: OverageLock::Immediate,
        }
    }
}

/// When usage beyond the lock percentage locks the dashboard (SPEC R11).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverageLock {
    /// As soon as the usage is counted.
    #[default]
    Immediate,
    /// On the next billing date, for the month that closes.
    AtNextBillingDate,
    /// Never.
    Off,
}

/// The highest amount that is debited from a card without confirmation, from a day on (SPEC R17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfaLimit {
    /// The ISO 4217 code of the currency.
    pub currency: CurrencyCode,
    /// The limit in minor units, tax included; a debit of exactly this amount needs no confirmation (A36).
    pub limit_minor: i64,
    /// The first day of the limit.
    pub effective_from: NaiveDate,
}

impl AfaLimit {
    /// The limits of India's regulator: ₹5,000, and ₹15,000 since 16 June 2022 (SPEC R17, A60).
    pub fn india() -> Vec<Self> {
        let limit = |limit_minor, (year, month, day)| {
            Some(Self {
                currency: CurrencyCode::INR,
                limit_minor,
                effective_from: NaiveDate::from_ymd_opt(year, month, day)?,
            })
        };
        let limits = [
            limit(500_000, (2021, 10, 1)),
            limit(1_500_000, (2022, 6, 16)),
        ];
        limits.into_iter().flatten().collect()
    }
}

/// How many months each plan keeps an event. Customers cannot change it (SPEC R18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionMonths {
    /// Essentials: 36 (A18).
    pub essentials: u32,
    /// Basic: 12 (A18).
    pub basic: u32,
}

impl Default for RetentionMonths {
    fn default() -> Self {
        Self {
            essentials: 36,
            basic: 12,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_from_the_documents() {
        let policy = Policy::default();
        let check =
            |figure: u64, documented: u64, rule: &str| assert_eq!(figure, documented, "{rule}");
        check(policy.trial_days.into(), 30, "R8");
        check(policy.trial_lock_days.into(), 7, "R8");
        check(policy.trial_cancel_days.into(), 14, "R8");
        check(policy.grace_days.into(), 10, "R12, A24");
        check(policy.lock_days.into(), 14, "R12, A24");
        check(policy.pause_days.into(), 60, "R13");
        check(policy.backup_purge_days.into(), 60, "R18");
        check(policy.retention_months.essentials.into(), 36, "R18, A18");
        check(policy.retention_months.basic.into(), 12, "R18, A18");
        check(policy.predebit_hours.into(), 24, "R17");
        check(policy.authentication_minutes.into(), 30, "R19");
        assert_eq!(policy.overage_lock, OverageLock::Immediate, "R11");
        assert_eq!(
            policy.afa_limits.last().map(|limit| limit.limit_minor),
            Some(1_500_000),
            "R17"
        );
    }

    #[test]
    fn reads_back_what_it_writes() {
        let policy = Policy {
            overage_lock: OverageLock::AtNextBillingDate,
            ..Policy::default()
        };
        let text = serde_json::to_string(&policy).unwrap();
        assert!(text.contains("at_next_billing_date"), "{text}");
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
    }
}
