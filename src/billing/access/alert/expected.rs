//! The thresholds that usage will probably reach this month, and when (SPEC 4.1, R10).

use alloc::vec::Vec;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::metering::usage::{CountedDay, projection, reaches};
use crate::period::BillingPeriod;

/// The usage of a month so far, from which the rest is projected.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    /// The running month.
    pub period: BillingPeriod,
    /// The tier in force, by its MAU limit.
    pub tier: u64,
    /// Usage at the end of each counted day, in order.
    pub counted: &'a [CountedDay],
}

/// A threshold that the projection reaches this month. It is never billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The day on which the projection reaches it.
    pub day: NaiveDate,
    /// The threshold, in percent of the limit.
    pub percent: u64,
}

/// The thresholds that the projection reaches this month, the earliest first.
///
/// **Rule.** The projection, day by day to the month's end: a threshold is expected on the first day
/// whose projected usage reaches it. Thresholds that are already reached are excluded.
/// **Source.** SPEC 4.1 (projection), R10; the list of coming dates asks for it.
/// **Silent on** which of the projection's figures: the expected one, see A120.
///
/// # Worked example
///
/// 490 new users a day and 22,000 on the 20th of June, on the 20,000 tier: 125 % (25,000) on the
/// 27th, when 25,430 are projected; 150 % not this month.
///
/// ```
/// # use billing::{BillingPeriod, access::alert::{Course, expected}, metering::usage::CountedDay};
/// let period = BillingPeriod::of("2025-06-01".parse().unwrap()).unwrap();
/// let days = period.start().iter_days().zip((1..=20).map(|day| 22_000 - (20 - day) * 490));
/// let counted: Vec<_> = days.map(|(day, users)| CountedDay { day, users }).collect();
/// let course = Course { period, tier: 20_000, counted: &counted };
/// let ahead = expected(course, &[80, 100, 125, 150]);
/// assert_eq!(ahead.len(), 1);
/// assert_eq!((ahead[0].percent, ahead[0].day.to_string()), (125, "2025-06-27".to_owned()));
/// ```
pub fn expected(course: Course<'_>, alert_percents: &[u64]) -> Vec<Expected> {
    let Some(now) = course.counted.last().copied() else {
        return Vec::new();
    };
    let mut open: Vec<u64> = alert_percents
        .iter()
        .copied()
        .filter(|percent| !reaches(now.users, course.tier, *percent))
        .collect();
    open.sort_unstable();
    let mut ahead = Vec::new();
    for days in 1..=31 {
        let day = now.day.checked_add_days(Days::new(days));
        let Some(day) = day.filter(|day| course.period.contains(*day)) else {
            break;
        };
        let Ok(then) = projection(course.counted, day) else {
            break;
        };
        open.retain(|percent| {
            let reached = reaches(then.expected, course.tier, *percent);
            if reached {
                let percent = *percent;
                ahead.push(Expected { day, percent });
            }
            !reached
        });
    }
    ahead
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(first: &str, users: &[u64], expected_days: &[(u64, &str)]) {
        let first: NaiveDate = first.parse().unwrap();
        let days = first.iter_days().zip(users);
        let counted: Vec<_> = days
            .map(|(day, users)| CountedDay { day, users: *users })
            .collect();
        let course = Course {
            period: BillingPeriod::of(first).unwrap(),
            tier: 1_000,
            counted: &counted,
        };
        let found: Vec<_> = expected(course, &[100, 80, 300])
            .into_iter()
            .map(|one| (one.percent, one.day.to_string()))
            .collect();
        let wanted: Vec<_> = expected_days
            .iter()
            .map(|(percent, day)| (*percent, (*day).into()))
            .collect();
        assert_eq!(found, wanted, "{users:?}");
    }

    #[test]
    fn thresholds_come_in_the_order_of_their_days() {
        check(
            "2025-06-01",
            &[100, 200, 300],
            &[(80, "2025-06-08"), (100, "2025-06-10"), (300, "2025-06-30")],
        );
        check(
            "2025-06-09",
            &[100, 300, 500, 700],
            &[(80, "2025-06-13"), (100, "2025-06-14"), (300, "2025-06-24")],
        );
    }

    #[test]
    fn nothing_is_expected_without_growth_or_after_the_month() {
        check("2025-06-01", &[], &[]);
        check("2025-06-02", &[700; 8], &[]);
        check("2025-06-27", &[100, 300, 500, 790], &[]);
        check("2025-06-01", &[0, 0, u64::MAX], &[]);
    }

    /// Figures that begin late in the month show no growth, so nothing is projected.
    #[test]
    fn nothing_is_expected_from_too_few_days() {
        check("2025-06-01", &[500, 790], &[]);
        check("2025-06-15", &[700, 750, 790], &[]);
    }
}
