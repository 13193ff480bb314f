//! Proration: charges in proportion to the days that are left (SPEC R5, R7).

use chrono::NaiveDate;

use crate::money::{Exact, OutOfRange};
use crate::period::BillingPeriod;

/// The days that are left of a month, the current day included (A11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaysLeft {
    /// The number of days that are left.
    pub days_left: u64,
    /// The number of days in the month.
    pub days_in_month: u64,
}

impl DaysLeft {
    /// The days that are left of a period on `day`.
    pub fn of(period: BillingPeriod, day: NaiveDate) -> Self {
        Self {
            days_left: period.days_left(day),
            days_in_month: period.days(),
        }
    }
}

/// The charge for a change of a monthly price, for the rest of the month, unrounded.
///
/// **Rule.** The new price less the old, times the days left, over the days of the month; the day
/// of the change counts as left.
/// **Source.** SPEC R5, A11. For an add-on bought in mid-month the old price is 0 (R7, A16).
///
/// # Worked examples
///
/// From 20,000 ($250) to 40,000 ($500): on 16 June 125.00, on 30 June 8.33, on 10 July 177.42, on
/// 1 June the whole 250.00; on 15 February 125.00, in the leap year 2024 129.31.
///
/// ```
/// # use billing::{BillingPeriod, Currency, Exact, pricing::proration::{DaysLeft, prorated}};
/// # use chrono::NaiveDate;
/// let usd = Currency::new("USD", 2).unwrap();
/// let upgrade = |day: &str| {
///     let day: NaiveDate = day.parse().unwrap();
///     let rest = DaysLeft::of(BillingPeriod::of(day).unwrap(), day);
///     let exact = prorated(Exact::whole(250), Exact::whole(500), rest).unwrap();
///     exact.settle(usd).unwrap().to_string()
/// };
/// assert_eq!(upgrade("2025-06-16"), "125.00");
/// assert_eq!(upgrade("2025-06-30"), "8.33");
/// assert_eq!(upgrade("2025-06-01"), "250.00");
/// assert_eq!(upgrade("2025-07-10"), "177.42");
/// assert_eq!(upgrade("2025-02-15"), "125.00");
/// assert_eq!(upgrade("2024-02-15"), "129.31");
/// ```
pub fn prorated(old_price: Exact, new_price: Exact, rest: DaysLeft) -> Result<Exact, OutOfRange> {
    new_price
        .minus(old_price)?
        .times(rest.days_left)?
        .over(rest.days_in_month)
}
