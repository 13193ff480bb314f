//! Projects the users at the end of the month from the last days (SPEC 4.1). It is never billed.

use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::period::BillingPeriod;

/// The projected users at the end of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Projection {
    /// If every day grew like the slowest of the last days.
    pub low: u64,
    /// If every day grew like the mean of the last days.
    pub expected: u64,
    /// If every day grew like the fastest of the last days.
    pub high: u64,
}

/// There is no projection yet: too few days show how usage grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFewDays {
    /// The number of days that show growth so far.
    pub growth_days: u64,
}

/// Usage at the end of a counted day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedDay {
    /// The day that was counted.
    pub day: NaiveDate,
    /// Users since counting began.
    pub users: u64,
}

/// The number of counted days that a projection uses.
const PROJECTION_DAYS: usize = 7;

/// The number of days that must show growth before there is a projection.
pub const FEWEST_GROWTH_DAYS: u64 = 3;

/// The growth between two counts, and the days between them.
#[derive(Clone, Copy)]
struct Growth {
    users: u64,
    days: u64,
}

/// The users at the end of a day, projected from the last seven counted days.
///
/// `counted` is the usage at the end of each counted day of the month, in order.
///
/// **Rule.** Mean daily growth of the last 7 counted days, times the days left, rounded down. The
/// band uses their slowest and fastest day. The first counted day shows no growth unless it is the
/// 1st: over how many days its users were counted is unknown. Fewer than three days that show growth
/// yield no projection.
/// **Source.** SPEC 4.1 (P).
/// **Silent on** days without a count between two counted ones: the growth is spread over them, A181.
///
/// # Worked example
///
/// 490 new users a day, 22,000 on the 20th, ten days to go: 26,900. First counted on the 15th, with
/// 120,000: no projection on that day, nor on the two days after it.
///
/// ```
/// # use billing::metering::usage::{CountedDay, TooFewDays, projection};
/// # use chrono::NaiveDate;
/// let june = |day| NaiveDate::from_ymd_opt(2025, 6, day).unwrap();
/// let users = |day: u32| 22_000 - (20 - u64::from(day)) * 490;
/// let days: Vec<_> = (1..=20).map(|day| CountedDay { day: june(day), users: users(day) }).collect();
/// assert_eq!(projection(&days, june(30)).unwrap().expected, 26_900);
/// let late: Vec<_> = (15..=17).map(|day| CountedDay { day: june(day), users: 120_000 }).collect();
/// assert_eq!(projection(&late, june(30)), Err(TooFewDays { growth_days: 2 }));
/// ```
pub fn projection(counted: &[CountedDay], last_day: NaiveDate) -> Result<Projection, TooFewDays> {
    let growth = growth(counted);
    let growth_days = growth.len() as u64;
    let last = counted.last().filter(|_| growth_days >= FEWEST_GROWTH_DAYS);
    let last = last.ok_or(TooFewDays { growth_days })?;
    let recent = &growth[growth.len().saturating_sub(PROJECTION_DAYS)..];
    let left = u128::from(days_between(last.day, last_day));
    let after = |growth: u128, days: u64| {
        let grown = growth.saturating_mul(left) / u128::from(days.max(1));
        let grown = u64::try_from(grown).unwrap_or(u64::MAX);
        last.users.saturating_add(grown)
    };
    let of = |growth: &Growth| after(u128::from(growth.users), growth.days);
    let users: u128 = recent.iter().map(|growth| u128::from(growth.users)).sum();
    let expected = after(users, recent.iter().map(|growth| growth.days).sum());
    Ok(Projection {
        low: recent.iter().map(of).min().unwrap_or(expected),
        expected,
        high: recent.iter().map(of).max().unwrap_or(expected),
    })
}

/// The number of counted days that show growth.
pub fn growth_days(counted: &[CountedDay]) -> u64 {
    growth(counted).len() as u64
}

/// The growth of each counted day that has an earlier day to compare with.
fn growth(counted: &[CountedDay]) -> Vec<Growth> {
    let first = counted.first().filter(|first| is_first_of_month(first.day));
    let first = first.map(|first| Growth {
        users: first.users,
        days: 1,
    });
    let others = counted.windows(2).filter_map(|pair| match pair {
        [before, after] => Some(Growth {
            users: after.users.saturating_sub(before.users),
            days: days_between(before.day, after.day).max(1),
        }),
        _ => None,
    });
    first.into_iter().chain(others).collect()
}

fn is_first_of_month(day: NaiveDate) -> bool {
    BillingPeriod::of(day).is_some_and(|period| period.start() == day)
}

fn days_between(start: NaiveDate, end: NaiveDate) -> u64 {
    u64::try_from((end - start).num_days()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn june(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 6, day).unwrap()
    }

    fn days(counted: &[(u32, u64)]) -> Vec<CountedDay> {
        let usage = |(day, users): &(u32, u64)| CountedDay {
            day: june(*day),
            users: *users,
        };
        counted.iter().map(usage).collect()
    }

    fn check(counted: &[(u32, u64)], last: u32, ends: [u64; 3]) {
        let [low, expected, high] = ends;
        let wanted = Projection {
            low,
            expected,
            high,
        };
        assert_eq!(
            projection(&days(counted), june(last)),
            Ok(wanted),
            "{counted:?}"
        );
    }

    #[test]
    fn projects_from_the_days_there_are() {
        check(&[(1, 100), (2, 200), (3, 300)], 5, [500, 500, 500]);
        check(&[(1, 100), (2, 150), (3, 300)], 7, [500, 700, 900]);
        check(&[(2, 50), (3, 150), (4, 200), (5, 350)], 9, [550, 750, 950]);
        let last_seven = [
            (1, 1_000),
            (2, 1_010),
            (3, 1_020),
            (4, 1_030),
            (5, 1_040),
            (6, 1_050),
            (7, 1_060),
            (8, 1_080),
        ];
        check(&last_seven, 11, [1_110, 1_114, 1_140]);
        check(&last_seven, 8, [1_080, 1_080, 1_080]);
        check(
            &[(1, 0), (2, 0), (3, u64::MAX)],
            30,
            [u64::MAX, u64::MAX, u64::MAX],
        );
    }

    #[test]
    fn spreads_growth_over_days_without_a_count() {
        check(
            &[(1, 100), (11, 1_100), (12, 1_200)],
            20,
            [2_000, 2_000, 2_000],
        );
    }

    #[test]
    fn a_first_count_after_the_1st_shows_no_growth() {
        let none = |counted: &[(u32, u64)], growth_days| {
            let found = projection(&days(counted), june(30));
            assert_eq!(found, Err(TooFewDays { growth_days }), "{counted:?}");
        };
        none(&[], 0);
        none(&[(1, 700)], 1);
        none(&[(1, 700), (2, 800)], 2);
        none(&[(15, 120_000)], 0);
        none(&[(15, 120_000), (16, 120_500), (17, 121_000)], 2);
        check(
            &[(15, 120_000), (16, 120_500), (17, 121_000), (18, 121_500)],
            30,
            [127_500, 127_500, 127_500],
        );
    }

    /// Figures that are corrected downward count as no growth and do not panic.
    #[test]
    fn falling_figures_count_as_no_growth() {
        check(&[(1, 900), (2, 300), (3, 400)], 4, [400, 733, 1_300]);
    }
}
