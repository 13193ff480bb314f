//! The part of a month's usage that is charged: usage since counting began, without users and data
//! points that were charged before (SPEC R4, R10, R13).

use serde::{Deserialize, Serialize};

use super::{MauParts, Metered};

/// The usage of a month from the 1st up to an instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthToDate {
    /// The distinct users of the month so far.
    pub parts: MauParts,
    /// The data points of all days together.
    pub data_points: u64,
}

/// The figures of a month that are excluded from charging, each as it is known now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotCounted {
    /// The month to date at the end of the day before the first counted one.
    pub eve: MonthToDate,
    /// What the first counted day added to that before the instant at which counting began.
    pub begun_day: MonthToDate,
    /// The month to date at the end of the first counted day.
    pub first_day: MonthToDate,
    /// What the invoice of the last pause settled in this month.
    pub settled: Option<Settled>,
}

/// A month that an invoice has settled up to a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    /// The usage that the invoice rated. Later corrections do not change it.
    pub figures: MonthToDate,
    /// The month to date at the end of that day, as it is known now.
    pub day: MonthToDate,
}

/// The users and data points of a month that are charged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// The users, by how they were seen. A user who is seen in a second way is in both parts, so the parts
    /// can add up to more than `metered.mau`.
    pub parts: MauParts,
    /// The usage that is charged.
    pub metered: Metered,
}

impl MonthToDate {
    /// The actual MAU and the data points.
    pub const fn metered(self) -> Metered {
        Metered {
            mau: self.parts.actual_mau(),
            data_points: self.data_points,
        }
    }

    /// The sum of both.
    pub const fn plus(self, other: Self) -> Self {
        Self {
            parts: self.parts.plus(other.parts),
            data_points: self.data_points.saturating_add(other.data_points),
        }
    }

    /// How far the figures exceed the other's; 0 where they do not.
    pub const fn beyond(self, other: Self) -> Self {
        Self {
            parts: self.parts.beyond(other.parts),
            data_points: self.data_points.saturating_sub(other.data_points),
        }
    }

    /// The larger users of the two, and the larger data points.
    pub fn at_least(self, other: Self) -> Self {
        let more = self.parts.actual_mau() >= other.parts.actual_mau();
        Self {
            parts: if more { self.parts } else { other.parts },
            data_points: self.data_points.max(other.data_points),
        }
    }

    /// The smaller users of the two, and the smaller data points.
    pub fn at_most(self, other: Self) -> Self {
        let fewer = self.parts.actual_mau() <= other.parts.actual_mau();
        Self {
            parts: if fewer { self.parts } else { other.parts },
            data_points: self.data_points.min(other.data_points),
        }
    }
}

impl NotCounted {
    /// The figures of the month to date from which counting begins.
    ///
    /// **Rule.** After a trial: the days before the first counted day, and what that day had counted
    /// before the instant. After a pause: what its invoice has settled, and the growth of the month from
    /// the day of the pause until counting began again.
    /// **Source.** SPEC R4, R10, R13.
    /// **Silent on** figures that are corrected afterwards: the days of a trial move with the
    /// correction, and the part of the first day never exceeds the day. What was settled stays settled.
    /// Late figures for days before a pause count, since no invoice has rated them, see A180.
    ///
    /// # Worked examples
    ///
    /// A pause on the 21st settles 41,044 users; back an hour later, the day ends at 41,200: 156 count.
    /// Later the 20th is corrected to 41,200 as well: the same 156 count, they were never charged.
    ///
    /// ```
    /// # use billing::metering::usage::{MauParts, MonthToDate, NotCounted, Settled, counted};
    /// let users = |app| MonthToDate {
    ///     parts: MauParts { app, ..MauParts::default() },
    ///     data_points: 0,
    /// };
    /// let before = NotCounted {
    ///     eve: users(39_000),
    ///     begun_day: users(2_044),
    ///     first_day: users(41_200),
    ///     settled: Some(Settled { figures: users(41_044), day: users(41_200) }),
    /// };
    /// assert_eq!(before.total(), users(41_044));
    /// assert_eq!(counted(users(41_200), before.total()).metered.mau, 156);
    /// let corrected = NotCounted { eve: users(41_200), ..before };
    /// assert_eq!(corrected.total(), users(41_044));
    /// ```
    pub fn total(self) -> MonthToDate {
        let begun = self.eve.plus(self.begun_day).at_most(self.first_day);
        let before = self.eve.at_least(begun);
        self.settled.map_or(before, |settled| {
            settled.figures.plus(before.beyond(settled.day))
        })
    }
}

/// The part of a month that counts, given the part that does not.
///
/// **Rule.** The growth of the month's figures. The figures identify nobody: a user who was counted
/// before is not counted again.
/// **Source.** SPEC R4; A112.
///
/// # Worked example
///
/// 300 anonymous web users are 100 of the 1,100 before; all of them sign in: 200 more count.
///
/// ```
/// # use billing::metering::usage::{MauParts, MonthToDate, counted};
/// let month = |web_identified, anonymous_web| MonthToDate {
///     parts: MauParts { app: 1_000, web_identified, anonymous_web, api: 0 },
///     data_points: 0,
/// };
/// assert_eq!(counted(month(300, 0), month(0, 300)).metered.mau, 200);
/// ```
pub const fn counted(month: MonthToDate, before: MonthToDate) -> Counted {
    let users = month.parts.actual_mau();
    Counted {
        parts: month.parts.beyond(before.parts),
        metered: Metered {
            mau: users.saturating_sub(before.parts.actual_mau()),
            data_points: month.data_points.saturating_sub(before.data_points),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(app: u64) -> MonthToDate {
        MonthToDate {
            parts: MauParts {
                app,
                ..MauParts::default()
            },
            data_points: app * 10,
        }
    }

    #[test]
    fn counting_begins_where_nothing_was_charged() {
        let check =
            |eve, begun_day, first_day, settled: Option<(u64, u64)>, expected, why: &str| {
                let before = NotCounted {
                    eve: users(eve),
                    begun_day: users(begun_day),
                    first_day: users(first_day),
                    settled: settled.map(|(figures, day)| Settled {
                        figures: users(figures),
                        day: users(day),
                    }),
                };
                assert_eq!(before.total(), users(expected), "{why}");
            };
        check(0, 0, 500, None, 0, "counted from the 1st");
        check(400, 0, 500, None, 400, "a trial ended at midnight");
        check(400, 60, 500, None, 460, "a trial ended within the day");
        check(
            400,
            60,
            430,
            None,
            430,
            "the day was corrected: no more than it has",
        );
        check(
            400,
            60,
            390,
            None,
            400,
            "below the eve: not less than the eve",
        );
        check(
            400,
            0,
            500,
            Some((700, 400)),
            700,
            "corrected after a pause: what was charged is charged",
        );
        check(
            900,
            0,
            950,
            Some((700, 900)),
            700,
            "what comes late of the days before a pause was never charged",
        );
        check(
            760,
            0,
            900,
            Some((700, 700)),
            760,
            "what came in between a pause and its end",
        );
        check(
            900,
            0,
            900,
            Some((700, 900)),
            700,
            "back on the day of the pause, and the day before corrected above it",
        );
    }

    #[test]
    fn falling_figures_count_nothing() {
        let fallen = counted(users(300), users(400));
        assert_eq!(fallen, Counted::default());
        assert_eq!(counted(users(450), users(400)).metered.data_points, 500);
    }
}
