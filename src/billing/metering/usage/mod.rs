//! Usage: monthly active users, data points, and the one figure that is billed (SPEC 3).

use serde::{Deserialize, Serialize};

mod counted;
mod projection;

pub use counted::{Counted, MonthToDate, NotCounted, Settled, counted};
pub use projection::{
    CountedDay, FEWEST_GROWTH_DAYS, Projection, TooFewDays, growth_days, projection,
};

/// The distinct users of a month, by how they were seen (SPEC 3, "Actual MAU").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MauParts {
    /// Users seen in an app, anonymous ones included.
    pub app: u64,
    /// Users seen on the web and identified.
    pub web_identified: u64,
    /// Users seen through the API, anonymous ones included.
    pub api: u64,
    /// Users seen on the web and not identified; three of them count as one.
    pub anonymous_web: u64,
}

impl MauParts {
    /// The billable users: a third of the anonymous web users counts, and a part of a user is dropped.
    ///
    /// **Source.** SPEC 3; rounded down once, for the organization as a whole (P).
    ///
    /// ```
    /// use billing::metering::usage::MauParts;
    /// let parts = MauParts { app: 50, anonymous_web: 301, ..MauParts::default() };
    /// assert_eq!(parts.actual_mau(), 150);
    /// ```
    pub const fn actual_mau(&self) -> u64 {
        let identified = self
            .app
            .saturating_add(self.web_identified)
            .saturating_add(self.api);
        identified.saturating_add(self.anonymous_web / 3)
    }

    /// The sums of two projects: a person who was seen in both counts twice (SPEC 3).
    pub const fn plus(self, other: Self) -> Self {
        Self {
            app: self.app.saturating_add(other.app),
            web_identified: self.web_identified.saturating_add(other.web_identified),
            api: self.api.saturating_add(other.api),
            anonymous_web: self.anonymous_web.saturating_add(other.anonymous_web),
        }
    }

    /// How far each part exceeds the other's; 0 when it does not.
    pub const fn beyond(self, other: Self) -> Self {
        Self {
            app: self.app.saturating_sub(other.app),
            web_identified: self.web_identified.saturating_sub(other.web_identified),
            api: self.api.saturating_sub(other.api),
            anonymous_web: self.anonymous_web.saturating_sub(other.anonymous_web),
        }
    }
}

/// The usage counted so far in a calendar month, over all projects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metered {
    /// Actual MAU: the billable users of all projects.
    pub mau: u64,
    /// The data points of all projects.
    pub data_points: u64,
}

/// The four figures that follow from the metered usage (SPEC 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageFigures {
    /// The data points, converted to users.
    pub processed_mau: u64,
    /// The greater of actual and processed MAU: alerts, locks and overage use it.
    pub usage: u64,
    /// Monthly billable users, for display: never below the tier.
    pub mbu: u64,
    /// Users above the tier's limit.
    pub overage_mau: u64,
}

/// Data points, converted to users.
///
/// **Rule.** Every 10,000 data points, pooled over the organization, count as one user; an incomplete
/// ten thousand counts as a whole one.
/// **Source.** SPEC 3, A5.
///
/// # Worked example
///
/// ```
/// # use billing::metering::usage::processed_mau;
/// assert_eq!(processed_mau(205_000_001, 10_000), 20_501);
/// assert_eq!(processed_mau(0, 10_000), 0);
/// ```
pub const fn processed_mau(data_points: u64, data_points_per_mau: u64) -> u64 {
    if data_points_per_mau == 0 {
        0
    } else {
        data_points.div_ceil(data_points_per_mau)
    }
}

/// The figures of a month on a tier.
///
/// **Rule.** Usage is the greater of actual and processed MAU; MBU is usage, but at least the tier limit.
/// **Source.** SPEC 3, A6.
///
/// # Worked example
///
/// 18,000 users but 205,000,001 data points on the 20,000 tier: 501 users above the limit.
///
/// ```
/// # use billing::metering::usage::{Metered, figures};
/// let month = Metered { mau: 18_000, data_points: 205_000_001 };
/// let figures = figures(month, 20_000, 10_000);
/// assert_eq!((figures.usage, figures.mbu, figures.overage_mau), (20_501, 20_501, 501));
/// ```
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
    /// The figures of the same month on another tier.
    pub const fn on_tier(self, tier_limit: u64) -> Self {
        let overage_mau = self.usage.saturating_sub(tier_limit);
        Self {
            mbu: tier_limit.saturating_add(overage_mau),
            overage_mau,
            ..self
        }
    }
}

/// Whether usage is at or above `percent` of the limit (alerts: SPEC R10).
///
/// ```
/// # use billing::metering::usage::reaches;
/// assert!(reaches(16_000, 20_000, 80) && !reaches(15_999, 20_000, 80));
/// ```
pub fn reaches(usage: u64, tier_limit: u64, percent: u64) -> bool {
    u128::from(usage) * 100 >= u128::from(tier_limit) * u128::from(percent)
}

/// Whether usage is above `percent` of the limit (the overage lock: SPEC R11, A7).
///
/// ```
/// # use billing::metering::usage::exceeds;
/// assert!(!exceeds(60_000, 20_000, 300) && exceeds(60_001, 20_000, 300));
/// ```
pub fn exceeds(usage: u64, tier_limit: u64, percent: u64) -> bool {
    u128::from(usage) * 100 > u128::from(tier_limit) * u128::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_an_incomplete_ten_thousand_and_never_overflows() {
        let check = |points, expected| assert_eq!(processed_mau(points, 10_000), expected);
        check(1, 1);
        check(10_000, 1);
        check(10_001, 2);
        check(u64::MAX, u64::MAX / 10_000 + 1);
        assert_eq!(processed_mau(5, 0), 0);
    }
}
