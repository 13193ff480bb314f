//! The usage lock: the dashboard closes when usage is far above the limit (SPEC 6, R11, R9).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::cure::Refused;
use crate::catalog::policy::Policy;
use crate::invoicing::month_close::DashboardLock;
use crate::metering::lock_threshold::EvaluationTime;
pub use crate::metering::lock_threshold::Measure;

mod curing;

pub use curing::{CuringTier, curing_tiers};

/// Whether the dashboard is locked for usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum UsageLock {
    /// The dashboard is not locked.
    Clear {
        /// Until this instant no usage locks, because the operator lifted a lock (A65).
        lifted_until: Option<DateTime<Utc>>,
    },
    /// The usage of a month is above 300 % of the tier's limit.
    Overage {
        /// When the lock began.
        since: DateTime<Utc>,
    },
    /// The usage of an annual term is above 120 % of the annual limit.
    AnnualSoft {
        /// When the lock began.
        since: DateTime<Utc>,
    },
}

/// An event that concerns the usage lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum UsageEvent {
    /// Usage was counted: daily, and after each import.
    Counted(Measure),
    /// Figures that were counted before have been corrected.
    Corrected {
        /// The usage after the correction.
        measure: Measure,
        /// When the counting of this usage began: at the start of the month or of the term, or at the
        /// end of a trial or pause in it.
        counted_since: DateTime<Utc>,
    },
    /// The month has closed with this usage, on its closing tier.
    MonthClosed(Measure),
    /// A higher tier was paid; the usage compared with its limit.
    Upgraded(Measure),
    /// The operator lifts the lock.
    Lifted {
        /// The instant until which no usage locks again.
        until: DateTime<Utc>,
    },
}

impl UsageLock {
    /// Not locked, and no lock was lifted.
    pub const CLEAR: Self = Self::Clear { lifted_until: None };

    /// The state at `now`. A lock never ends by itself, but the effect of a lift does (A8).
    pub fn at(self, now: DateTime<Utc>) -> Self {
        match self {
            Self::Clear {
                lifted_until: Some(until),
            } if now >= until => Self::CLEAR,
            Self::Clear { .. } | Self::Overage { .. } | Self::AnnualSoft { .. } => self,
        }
    }

    /// The state just before an instant. A lift until that instant still holds, so the month that ends at
    /// the same instant does not lock again (SPEC R2, A89).
    pub fn before(self, instant: DateTime<Utc>) -> Self {
        match self {
            Self::Clear {
                lifted_until: Some(until),
            } if instant > until => Self::CLEAR,
            Self::Clear { .. } | Self::Overage { .. } | Self::AnnualSoft { .. } => self,
        }
    }

    /// The state after an event.
    ///
    /// **Rule.** Usage above the percentage locks when it is counted, or only when its month closes,
    /// depending on the policy; the usage of a year always locks when it is counted. An upgrade whose limit
    /// fits the usage unlocks, and so does the operator; a new month does not. A correction unlocks if the
    /// corrected usage was never above the percentage.
    /// **Source.** SPEC R10, R11; rows 18 to 22; A7 to A10.
    /// **Silent on** usage that is counted after the operator lifted a lock: no lock until the instant
    /// that the operator named (A65). On a lock that is older than the corrected usage: it remains, see
    /// A182.
    ///
    /// # Worked example
    ///
    /// 70,000 users on the 5,000 tier: 20,000 is not enough (350 %), 40,000 is (175 %).
    ///
    /// ```
    /// # use billing::{catalog::policy::Policy, account::usage_lock::{UsageEvent, Measure, UsageLock}};
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
    /// In June, 70,000 was a typing error for 7,000. A lock from May would remain.
    ///
    /// ```
    /// # use billing::{catalog::policy::Policy, account::usage_lock::{UsageEvent, Measure, UsageLock}};
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

/// The lock of an account that had none (SPEC 6, rows 18, 19 and 21).
fn locked(
    measure: Measure,
    time: EvaluationTime,
    since: DateTime<Utc>,
    policy: &Policy,
) -> UsageLock {
    match measure {
        _ if !measure.locks_dashboard(time, policy.overage_lock) => UsageLock::CLEAR,
        Measure::Month { .. } => UsageLock::Overage { since },
        Measure::Year { .. } => UsageLock::AnnualSoft { since },
    }
}

impl From<UsageLock> for DashboardLock {
    fn from(lock: UsageLock) -> Self {
        match lock {
            UsageLock::Clear { lifted_until: None } => Self::Clear,
            UsageLock::Clear {
                lifted_until: Some(_),
            } => Self::Lifted,
            UsageLock::Overage { .. } | UsageLock::AnnualSoft { .. } => Self::Locked,
        }
    }
}

#[cfg(test)]
mod machine_tests;
