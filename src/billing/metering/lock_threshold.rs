//! The usage above which the dashboard locks (SPEC R11, R9).

use serde::{Deserialize, Serialize};

use crate::catalog::policy::OverageLock;
use crate::metering::usage::exceeds;

/// Usage, and the limit that it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// The usage of a month, for monthly billing.
    Month {
        /// The month's usage: the greater of actual and processed MAU.
        usage: u64,
        /// The tier's limit in monthly active users.
        tier_limit: u64,
        /// The percentage of the limit above which the dashboard locks: 300 in the price book (A7).
        lock_percent: u64,
    },
    /// The usage of a term, for annual billing.
    Year {
        /// Annual billable users: the usage of all months of the term.
        billable_users: u64,
        /// Twelve times the tier's limit.
        annual_limit: u64,
        /// The percentage of the limit above which the dashboard locks: 120 in the price book (A10).
        lock_percent: u64,
    },
}

/// When usage is compared with its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationTime {
    /// When usage was counted.
    AtCount,
    /// When the month closes.
    AtClose,
}

impl Measure {
    /// Whether the usage is high enough to lock.
    ///
    /// **Rule.** Strictly above the percentage: 300 % of the tier's limit, or 120 % of the annual one.
    /// **Source.** SPEC R11, A7, A10.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::metering::lock_threshold::Measure;
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
    /// Whether the usage locks the dashboard when it is compared at this time.
    ///
    /// **Rule.** The usage of a term always locks as soon as it is counted. The usage of a month locks when
    /// it is counted, only when the month closes, or never, as the policy says. If usage locks when it is
    /// counted, the close still locks for usage that was not counted before.
    /// **Source.** SPEC R11, R9; A8, A10, A89.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::catalog::policy::OverageLock::{AtNextBillingDate, Immediate, Off};
    /// # use billing::metering::lock_threshold::{EvaluationTime::{AtClose, AtCount}, Measure};
    /// let month = Measure::Month { usage: 60_001, tier_limit: 20_000, lock_percent: 300 };
    /// let locks = |policy| [AtCount, AtClose].map(|time| month.locks_dashboard(time, policy));
    /// assert_eq!(locks(Immediate), [true, true]);
    /// assert_eq!(locks(AtNextBillingDate), [false, true]);
    /// assert_eq!(locks(Off), [false, false]);
    /// ```
    pub fn locks_dashboard(self, time: EvaluationTime, policy: OverageLock) -> bool {
        self.locks()
            && match (self, policy, time) {
                (Self::Year { .. }, _, _)
                | (Self::Month { .. }, OverageLock::Immediate, _)
                | (Self::Month { .. }, OverageLock::AtNextBillingDate, EvaluationTime::AtClose) => {
                    true
                }
                (Self::Month { .. }, OverageLock::AtNextBillingDate, EvaluationTime::AtCount)
                | (Self::Month { .. }, OverageLock::Off, _) => false,
            }
    }
}
