//! The allowance of a term, which its months use up (SPEC section 3, R9).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::money::OutOfRange;
use crate::period::AnnualTerm;

/// The billable users that a term allows, and those it has used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Total Billable Users Limit: the sum that all months of the term may use.
    pub limit: u64,
    /// Annual Billable Users: the sum of the months so far. A user counts once in every month.
    pub used: u64,
}

impl Pool {
    /// Remaining Billable Users. Negative once the pool is overdrawn.
    ///
    /// **Source.** SPEC section 3, R9.
    ///
    /// # Worked example
    ///
    /// 240,000 with 70,000 used: 170,000 left; with 50,000 used: 190,000.
    ///
    /// ```
    /// # use billing::metering::pool::Pool;
    /// let left = |used| Pool { limit: 240_000, used }.remaining();
    /// assert_eq!((left(70_000), left(50_000), left(250_000)), (170_000, 190_000, -10_000));
    /// ```
    pub fn remaining(&self) -> i128 {
        i128::from(self.limit) - i128::from(self.used)
    }

    /// The pool after a month with this usage.
    pub const fn after(self, usage: u64) -> Self {
        Self {
            limit: self.limit,
            used: self.used.saturating_add(usage),
        }
    }

    /// The users of a month that the pool does not cover.
    ///
    /// **Rule.** Overage begins when the pool is used up, and is charged for the month in which it
    /// arose.
    /// **Source.** SPEC R9.
    ///
    /// # Worked example
    ///
    /// 10,000 left and a month of 25,000: 15,000 above. After that all of the next 5,000 are above.
    ///
    /// ```
    /// # use billing::metering::pool::Pool;
    /// let pool = Pool { limit: 240_000, used: 230_000 };
    /// assert_eq!(pool.overage_of(25_000), 15_000);
    /// assert_eq!(pool.after(25_000).overage_of(5_000), 5_000);
    /// assert_eq!(pool.overage_of(10_000), 0);
    /// ```
    pub fn overage_of(&self, usage: u64) -> u64 {
        usage.saturating_sub(self.limit.saturating_sub(self.used))
    }
}

/// The limit of a whole term on a tier.
///
/// **Rule.** The tier's limit, times the months.
/// **Source.** SPEC section 3, A10.
///
/// # Worked example
///
/// ```
/// # use billing::metering::pool::term_limit;
/// assert_eq!((term_limit(20_000, 12), term_limit(5_000, 12)), (Ok(240_000), Ok(60_000)));
/// ```
pub fn term_limit(tier: u64, months: u32) -> Result<u64, OutOfRange> {
    tier.checked_mul(u64::from(months)).ok_or(OutOfRange)
}

/// The limit after an upgrade in a later month.
///
/// **Rule.** The new tier's limit for each month left, the current one included, is added to the
/// old limit. The old limit is not reduced.
/// **Source.** SPEC R9 (D-ANN), A41.
///
/// # Worked example
///
/// 5,000 to 20,000 on 11 April of a term from January: 60,000 + 9 × 20,000 = 240,000.
///
/// ```
/// # use billing::{metering::pool::later_limit, period::AnnualTerm};
/// let term = AnnualTerm::new("2025-01-01".parse().unwrap(), 12).unwrap();
/// assert_eq!(later_limit(60_000, 20_000, term, "2025-04-11".parse().unwrap()), Ok(240_000));
/// ```
pub fn later_limit(
    limit: u64,
    tier: u64,
    term: AnnualTerm,
    day: NaiveDate,
) -> Result<u64, OutOfRange> {
    let more = term_limit(tier, term.months_left(day))?;
    limit.checked_add(more).ok_or(OutOfRange)
}

/// The limit after an upgrade in the first month.
///
/// **Rule.** The new tier's limit of a whole term, in proportion to the days left, rounded down;
/// the day of the upgrade counts as left.
/// **Source.** SPEC R9 (D-ANN, P).
/// **Silent on** the usage of the days before: it stays counted, see A84.
///
/// # Worked example
///
/// 20,000 from 15 January 2025 on: 240,000 × 351 / 365 = 230,794.
///
/// ```
/// # use billing::{metering::pool::first_month_limit, period::AnnualTerm};
/// let term = AnnualTerm::new("2025-01-01".parse().unwrap(), 12).unwrap();
/// let limit = |day: &str| first_month_limit(20_000, term, day.parse().unwrap());
/// assert_eq!((limit("2025-01-15"), limit("2025-01-01")), (Ok(230_794), Ok(240_000)));
/// ```
pub fn first_month_limit(tier: u64, term: AnnualTerm, day: NaiveDate) -> Result<u64, OutOfRange> {
    let whole = u128::from(term_limit(tier, term.months())?);
    let part = whole * u128::from(term.days_left(day)) / u128::from(term.days());
    u64::try_from(part).map_err(|_| OutOfRange)
}
