//! The lock for far too much usage (SPEC 6, R11, R9).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::cure::Refused;
use crate::policy::{OverageLock, Policy};
use crate::usage::exceeds;

/// Whether usage has closed the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum UsageLock {
    /// It has not.
    Clear {
        /// Until when the operator lets any usage pass (A65).
        lifted_until: Option<DateTime<Utc>>,
    },
    /// The usage of a month has passed 300 % of the tier's limit.
    Overage {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// The usage of an annual term has passed 120 % of the annual limit.
    AnnualSoft {
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// Usage and the limit it is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// Of a plan that is paid by the month.
    Month {
        /// The month's usage: the greater of actual and processed MAU.
        usage: u64,
        /// The tier's limit.
        tier_limit: u64,
        /// The percentage of it that may not be passed: the price book's, 300 (A7).
        lock_percent: u64,
    },
    /// Of a plan that is paid by the year.
    Year {
        /// Annual billable users: the usage of all months of the term.
        billable_users: u64,
        /// Twelve times the tier's limit.
        annual_limit: u64,
        /// The percentage of it that may not be passed: the price book's, 120 (A10).
        lock_percent: u64,
    },
}

/// What happens to usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum UsageEvent {
    /// It was counted: daily, and after each import.
    Counted(Measure),
    /// Figures that were counted before have been corrected.
    Corrected {
        /// The usage that is left.
        measure: Measure,
        /// Since when it counts: the beginning of the month or of the term, or the end of the trial
        /// or of the pause in it.
        counted_since: DateTime<Utc>,
    },
    /// The month has closed with this usage, on the tier that closes it.
    MonthClosed(Measure),
    /// A higher tier is paid for; usage against its limit.
    Upgraded(Measure),
    /// The operator lifts the lock.
    Lifted {
        /// Until when no usage locks again.
        until: DateTime<Utc>,
    },
}

impl Measure {
    /// Whether usage has passed what the limit allows.
    ///
    /// **Rule.** Strictly above its percentage: 300 % of the tier's limit, or 120 % of the annual one.
    /// **Source.** SPEC R11, A7, A10.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::usage_lock::Measure;
    /// let month = |usage| Measure::Month { usage, tier_limit: 20_000, lock_percent: 300 }.locks();
    /// assert!(!month(60_000) && month(60_001));
    /// let (annual_limit, lock_percent) = (240_000, 120);
    /// let year = |billable_users| Measure::Year { billable_users, annual_limit, lock_percent };
    /// assert!(!year(288_000).locks() && year(288_001).locks());
    /// ```
    pub fn locks(self) -> bool {
        match self {
            Self::Month {
                usage,
                tier_limit,
                lock_percent,
            } => exceeds(usage, tier_limit, lock_percent),
            Self::Year {
                billable_users,
                annual_limit,
                lock_percent,
            } => exceeds(billable_users, annual_limit, lock_percent),
        }
    }
}

impl UsageLock {
    /// Not locked, nothing lifted.
    pub const CLEAR: Self = Self::Clear { lifted_until: None };

    /// The lock as time passes: it never opens by itself, but what the operator lifted ends (A8).
    pub fn at(self, now: DateTime<Utc>) -> Self {
        match self {
            Self::Clear {
                lifted_until: Some(until),
            } if now >= until => Self::CLEAR,
            Self::Clear { .. } | Self::Overage { .. } | Self::AnnualSoft { .. } => self,
        }
    }

    /// The lock as what happens at an instant finds it: what the operator has lifted until then is
    /// still lifted, so the month that ends then does not lock again (SPEC R2, A89).
    pub fn before(self, instant: DateTime<Utc>) -> Self {
        match self {
            Self::Clear {
                lifted_until: Some(until),
            } if instant > until => Self::CLEAR,
            Self::Clear { .. } | Self::Overage { .. } | Self::AnnualSoft { .. } => self,
        }
    }

    /// The lock behind an event.
    ///
    /// **Rule.** Usage that passes the limit's percentage locks when it is counted, or only when its
    /// month closes, as the policy says; a year's always when it is counted. An upgrade whose limit
    /// the usage fits unlocks, and so does the operator; a new month does not. Figures that are
    /// corrected, so that usage never was above the line, unlock what they had locked.
    /// **Source.** SPEC R10, R11; rows 18 to 22; A7 to A10.
    /// **Silent on** counting again after the operator lifted a lock: no lock until the instant the
    /// operator named (A65). On a lock that is older than the usage that is corrected: it stays, see
    /// A182.
    ///
    /// # Worked example
    ///
    /// 70,000 users on the 5,000 tier: 20,000 is not enough (350 %), 40,000 is (175 %).
    ///
    /// ```
    /// # use billing::{policy::Policy, usage_lock::{UsageEvent, Measure, UsageLock}};
    /// let now = "2025-06-20T00:00:00Z".parse().unwrap();
    /// let locked = UsageLock::Overage { since: now };
    /// let upgraded = |tier_limit| {
    ///     let measure = Measure::Month { usage: 70_000, tier_limit, lock_percent: 300 };
    ///     let event = UsageEvent::Upgraded(measure);
    ///     locked.after(event, now, &Policy::default())
    /// };
    /// assert_eq!(upgraded(20_000), Ok(locked));
    /// assert_eq!(upgraded(40_000), Ok(UsageLock::CLEAR));
    /// ```
    ///
    /// 70,000 was a slip of the keyboard for 7,000, in June. A lock of May would stay.
    ///
    /// ```
    /// # use billing::{policy::Policy, usage_lock::{UsageEvent, Measure, UsageLock}};
    /// # let now = "2025-06-20T00:00:00Z".parse().unwrap();
    /// let june = "2025-06-01T00:00:00Z".parse().unwrap();
    /// let measure = Measure::Month { usage: 7_000, tier_limit: 5_000, lock_percent: 300 };
    /// let corrected = UsageEvent::Corrected { measure, counted_since: june };
    /// let locked = UsageLock::Overage { since: now };
    /// assert_eq!(locked.after(corrected, now, &Policy::default()), Ok(UsageLock::CLEAR));
    /// let of_may = UsageLock::Overage { since: june };
    /// assert_eq!(of_may.after(corrected, now, &Policy::default()), Ok(of_may));
    /// ```
    ///
    /// # Errors
    /// Fails when the dashboard is not locked.
    pub fn after(
        self,
        event: UsageEvent,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Self, Refused> {
        let here = self.at(now);
        match here {
            Self::Clear {
                lifted_until: Some(_),
            } => match event {
                UsageEvent::Counted(_)
                | UsageEvent::Corrected { .. }
                | UsageEvent::MonthClosed(_)
                | UsageEvent::Upgraded(_) => Ok(here),
                UsageEvent::Lifted { until: _ } => Err(Refused::NotLocked),
            },
            Self::Clear { lifted_until: None } => match event {
                UsageEvent::Counted(measure) | UsageEvent::Corrected { measure, .. } => {
                    Ok(locked(measure, EvaluationTime::AtCount, now, policy))
                }
                UsageEvent::MonthClosed(measure) => {
                    Ok(locked(measure, EvaluationTime::AtClose, now, policy))
                }
                UsageEvent::Upgraded(_) => Ok(here),
                UsageEvent::Lifted { until: _ } => Err(Refused::NotLocked),
            },
            Self::Overage { since } | Self::AnnualSoft { since } => match event {
                UsageEvent::Counted(_) | UsageEvent::MonthClosed(_) => Ok(here),
                UsageEvent::Corrected {
                    measure,
                    counted_since,
                } if since > counted_since && !measure.locks() => Ok(Self::CLEAR),
                UsageEvent::Corrected { .. } => Ok(here),
                UsageEvent::Upgraded(measure) if measure.locks() => Ok(here),
                UsageEvent::Upgraded(_) => Ok(Self::CLEAR),
                UsageEvent::Lifted { until } => Ok(Self::Clear {
                    lifted_until: Some(until),
                }
                .at(now)),
            },
        }
    }
}

/// When usage is held against its limit.
#[derive(Clone, Copy)]
enum EvaluationTime {
    AtCount,
    AtClose,
}

/// The lock of an account that had none (SPEC 6, rows 18, 19 and 21). Where usage locks when it is
/// counted, the close catches what no count has seen (A89).
fn locked(
    measure: Measure,
    look: EvaluationTime,
    since: DateTime<Utc>,
    policy: &Policy,
) -> UsageLock {
    if !measure.locks() {
        return UsageLock::CLEAR;
    }
    match (measure, policy.overage_lock, look) {
        (Measure::Year { .. }, _, EvaluationTime::AtCount | EvaluationTime::AtClose) => {
            UsageLock::AnnualSoft { since }
        }
        (
            Measure::Month { .. },
            OverageLock::Immediate,
            EvaluationTime::AtCount | EvaluationTime::AtClose,
        )
        | (Measure::Month { .. }, OverageLock::AtNextBillingDate, EvaluationTime::AtClose) => {
            UsageLock::Overage { since }
        }
        (Measure::Month { .. }, OverageLock::AtNextBillingDate, EvaluationTime::AtCount)
        | (
            Measure::Month { .. },
            OverageLock::Off,
            EvaluationTime::AtCount | EvaluationTime::AtClose,
        ) => UsageLock::CLEAR,
    }
}

#[cfg(test)]
mod machine;
