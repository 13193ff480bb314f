//! The part of a month's usage that counts for charging: what came in since counting began, and no
//! user or data point that was charged before (SPEC R4, R10, R13).

use serde::{Deserialize, Serialize};

use super::{MauParts, Metered};

/// What a month has counted up to an instant, from the 1st on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthToDate {
    /// The distinct users.
    pub parts: MauParts,
    /// The data points of all days together.
    pub data_points: u64,
}

/// The figures of a month that do not count any more, each as it is known now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotCounted {
    /// What the month had counted when the day before the first counted one ended.
    pub eve: MonthToDate,
    /// What the first counted day had added to that before the instant at which counting began.
    pub begun_day: MonthToDate,
    /// What the month had counted when the first counted day ended.
    pub first_day: MonthToDate,
    /// What an invoice has settled of the month, at the last pause.
    pub settled: Option<Settled>,
}

/// A month that an invoice has settled up to a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    /// What the invoice has rated: it stays as it was.
    pub figures: MonthToDate,
    /// What the month had counted when that day ended, as it is known now.
    pub day: MonthToDate,
}

/// The users and data points of a month that count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// The users, by how they were seen. Users who are seen in another way than before make the parts
    /// larger than `metered.mau`.
    pub parts: MauParts,
    /// What is charged.
    pub metered: Metered,
}

impl MonthToDate {
    /// Users as charged, and data points.
    pub const fn metered(self) -> Metered {
        Metered {
            mau: self.parts.actual_mau(),
            data_points: self.data_points,
        }
    }

    /// Both together.
    pub const fn plus(self, other: Self) -> Self {
        Self {
            parts: self.parts.plus(other.parts),
            data_points: self.data_points.saturating_add(other.data_points),
        }
    }

    /// What is here beyond the other.
    pub const fn beyond(self, other: Self) -> Self {
        Self {
            parts: self.parts.beyond(other.parts),
            data_points: self.data_points.saturating_sub(other.data_points),
        }
    }

    /// The figures with more users, and the larger number of data points.
    pub fn at_least(self, other: Self) -> Self {
        let more = self.parts.actual_mau() >= other.parts.actual_mau();
        Self {
            parts: if more { self.parts } else { other.parts },
            data_points: self.data_points.max(other.data_points),
        }
    }

    /// The figures with fewer users, and the smaller number of data points.
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
    /// before the instant. After a pause: what its invoice has settled, and what the month has grown
    /// by from the day of the pause until counting began again.
    /// **Source.** SPEC R4, R10, R13.
    /// **Silent on** figures that are corrected afterwards: the days of a trial move with the
    /// correction, the part of the first day never exceeds the day; what was settled stays, and what
    /// comes in late of the days before a pause counts, since no invoice has rated it, see A180.
    ///
    /// # Worked examples
    ///
    /// A pause on the 21st settles 41,044 users; back an hour later, the day ends at 41,200: 156 count.
    /// Later the 20th is corrected to 41,200 as well: the same 156 count, they were never charged.
    ///
    /// ```
    /// # use billing::usage::{MauParts, MonthToDate, NotCounted, Settled, counted};
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

/// What of a month counts, given what does not.
///
/// **Rule.** What the month's figures have grown by. The figures name nobody: a user who was counted
/// before is not counted again.
/// **Source.** SPEC R4; A112.
///
/// # Worked example
///
/// 300 anonymous web users are 100 of the 1,100 before; all of them sign in: 200 more count.
///
/// ```
/// # use billing::usage::{MauParts, MonthToDate, counted};
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
    fn figures_that_fall_count_nothing() {
        let fallen = counted(users(300), users(400));
        assert_eq!(fallen, Counted::default());
        assert_eq!(counted(users(450), users(400)).metered.data_points, 500);
    }
}
