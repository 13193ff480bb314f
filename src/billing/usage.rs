//! What was used: monthly active users, data points, and the one figure that is billed (SPEC 3).

use serde::{Deserialize, Serialize};

/// The distinct users of a month, by how they were seen (SPEC 3, "Actual MAU").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MauParts {
    /// Seen in an app, anonymous ones included.
    pub app: u64,
    /// Seen on the web and identified.
    pub web_identified: u64,
    /// Seen through the API, anonymous ones included.
    pub api: u64,
    /// Seen on the web and not identified; three of them count as one.
    pub anonymous_web: u64,
}

impl MauParts {
    /// The users that count: a third of the anonymous web users, the part of a user dropped.
    ///
    /// **Source.** SPEC 3; rounded down once, for the organization as a whole (P).
    ///
    /// ```
    /// use billing::usage::MauParts;
    /// let parts = MauParts { app: 50, anonymous_web: 301, ..MauParts::default() };
    /// assert_eq!(parts.actual_mau(), 150);
    /// ```
    #[must_use]
    pub const fn actual_mau(&self) -> u64 {
        let identified = self
            .app
            .saturating_add(self.web_identified)
            .saturating_add(self.api);
        identified.saturating_add(self.anonymous_web / 3)
    }

    /// The parts of two projects together: the same person in both counts twice (SPEC 3).
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            app: self.app.saturating_add(other.app),
            web_identified: self.web_identified.saturating_add(other.web_identified),
            api: self.api.saturating_add(other.api),
            anonymous_web: self.anonymous_web.saturating_add(other.anonymous_web),
        }
    }
}

/// What a calendar month has counted so far, over all projects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metered {
    /// Actual MAU.
    pub mau: u64,
    /// Data points.
    pub data_points: u64,
}

/// The four figures that follow from what was metered (SPEC 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageFigures {
    /// The data points, expressed as users.
    pub processed_mau: u64,
    /// The greater of actual and processed MAU: what alerts, locks and overage look at.
    pub usage: u64,
    /// Monthly billable users, for display: never below the tier.
    pub mbu: u64,
    /// Users above the tier's limit.
    pub overage_mau: u64,
}

/// Data points, expressed as users.
///
/// **Rule.** Every 10,000 data points, pooled over the organization, count as one user; a begun
/// ten thousand counts.
/// **Source.** SPEC 3, A5.
///
/// # Worked example
///
/// ```
/// # use billing::usage::processed_mau;
/// assert_eq!(processed_mau(205_000_001, 10_000), 20_501);
/// assert_eq!(processed_mau(0, 10_000), 0);
/// ```
#[must_use]
pub const fn processed_mau(data_points: u64, data_points_per_mau: u64) -> u64 {
    if data_points_per_mau == 0 {
        0
    } else {
        data_points.div_ceil(data_points_per_mau)
    }
}

/// The figures of a month on a tier.
///
/// **Rule.** Usage is the greater of actual and processed MAU; MBU is that, but at least the tier.
/// **Source.** SPEC 3, A6.
///
/// # Worked example
///
/// 18,000 users but 205,000,001 data points on the 20,000 tier: 501 users above the limit.
///
/// ```
/// # use billing::usage::{Metered, figures};
/// let month = Metered { mau: 18_000, data_points: 205_000_001 };
/// let figures = figures(month, 20_000, 10_000);
/// assert_eq!((figures.usage, figures.mbu, figures.overage_mau), (20_501, 20_501, 501));
/// ```
#[must_use]
pub fn figures(month: Metered, tier_limit: u64, data_points_per_mau: u64) -> UsageFigures {
    let processed_mau = processed_mau(month.data_points, data_points_per_mau);
    UsageFigures {
        processed_mau,
        usage: month.mau.max(processed_mau),
        mbu: 0,
        overage_mau: 0,
    }
    .on_tier(tier_limit)
}

impl UsageFigures {
    /// The same month on another tier.
    #[must_use]
    pub const fn on_tier(self, tier_limit: u64) -> Self {
        let overage_mau = self.usage.saturating_sub(tier_limit);
        Self {
            mbu: tier_limit.saturating_add(overage_mau),
            overage_mau,
            ..self
        }
    }
}

/// Whether usage has reached so many percent of the limit (alerts: SPEC R10).
///
/// ```
/// # use billing::usage::reaches;
/// assert!(reaches(16_000, 20_000, 80) && !reaches(15_999, 20_000, 80));
/// ```
#[must_use]
pub fn reaches(usage: u64, tier_limit: u64, percent: u64) -> bool {
    u128::from(usage) * 100 >= u128::from(tier_limit) * u128::from(percent)
}

/// Whether usage has passed so many percent of the limit (the overage lock: SPEC R11, A7).
///
/// ```
/// # use billing::usage::exceeds;
/// assert!(!exceeds(60_000, 20_000, 300) && exceeds(60_001, 20_000, 300));
/// ```
#[must_use]
pub fn exceeds(usage: u64, tier_limit: u64, percent: u64) -> bool {
    u128::from(usage) * 100 > u128::from(tier_limit) * u128::from(percent)
}

/// Where the month will end if it goes on as in its last days. Never a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Projection {
    /// If every day were like the slowest of them.
    pub low: u64,
    /// If every day were like their mean.
    pub expected: u64,
    /// If every day were like the fastest of them.
    pub high: u64,
}

/// How many counted days a projection looks back on.
const PROJECTION_DAYS: usize = 7;

/// The month's end, projected from the last seven counted days.
///
/// `month_to_date` is the counted users at the end of each counted day, from the 1st on;
/// `days_left` are the days after the last of them. None before the first counted day.
///
/// **Rule.** Mean daily growth of the last 7 counted days, times the days left, rounded down; the
/// band is that of their slowest and fastest day.
/// **Source.** SPEC 4.1 (P).
///
/// # Worked example
///
/// 490 new users a day, 22,000 on the 20th, ten days to go: 26,900.
///
/// ```
/// # use billing::usage::projection;
/// let days: Vec<u64> = (1..=20).map(|day| 22_000 - (20 - day) * 490).collect();
/// assert_eq!(projection(&days, 10).unwrap().expected, 26_900);
/// ```
#[must_use]
pub fn projection(month_to_date: &[u64], days_left: u64) -> Option<Projection> {
    let last = *month_to_date.last()?;
    let first = month_to_date.len().saturating_sub(PROJECTION_DAYS);
    let (mut low, mut high) = (u64::MAX, 0);
    for day in first..month_to_date.len() {
        let before = if day == 0 { 0 } else { month_to_date[day - 1] };
        let growth = month_to_date[day].saturating_sub(before);
        (low, high) = (low.min(growth), high.max(growth));
    }
    let before = if first == 0 {
        0
    } else {
        month_to_date[first - 1]
    };
    let grown = u128::from(last.saturating_sub(before)) * u128::from(days_left);
    let counted = (month_to_date.len() - first) as u128;
    let after = |growth: u64| last.saturating_add(growth.saturating_mul(days_left));
    let expected = last.saturating_add(u64::try_from(grown / counted).unwrap_or(u64::MAX));
    Some(Projection {
        low: after(low),
        expected,
        high: after(high),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_from_the_days_there_are() {
        let check = |days: &[u64], left, low, expected, high| {
            assert_eq!(
                projection(days, left),
                Some(Projection {
                    low,
                    expected,
                    high
                }),
                "{days:?}"
            );
        };
        check(&[100], 2, 300, 300, 300);
        check(&[100, 150], 4, 350, 450, 550);
        check(&[10, 20, 30, 40, 50, 60, 70, 80, 100], 0, 100, 100, 100);
        check(
            &[1_000, 1_010, 1_020, 1_030, 1_040, 1_050, 1_060, 1_080],
            3,
            1_110,
            1_114,
            1_140,
        );
        assert_eq!(projection(&[], 10), None);
        check(&[u64::MAX], 30, u64::MAX, u64::MAX, u64::MAX);
    }

    #[test]
    fn counts_a_begun_ten_thousand_and_never_overflows() {
        let check = |points, expected| assert_eq!(processed_mau(points, 10_000), expected);
        check(1, 1);
        check(10_000, 1);
        check(10_001, 2);
        check(u64::MAX, u64::MAX / 10_000 + 1);
        assert_eq!(processed_mau(5, 0), 0);
    }
}
