//! Usage intake (SPEC 3): figures by project and day, checked before they are counted.

use core::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::metering::usage::MauParts;
use crate::period::BillingPeriod;

/// The highest figure of users: more than there are people.
pub const MOST_USERS: u64 = 10_000_000_000;
/// The highest figure of data points per project and day.
pub const MOST_DATA_POINTS: u64 = 1_000_000_000_000;

/// The highest figure of uses per add-on and day.
pub const MOST_USES: u64 = 1_000_000_000_000;

/// Parses a whole number of a file or an address: only digits, without a sign.
///
/// ```
/// use billing::metering::intake::whole_number;
/// assert_eq!(whole_number("99999"), Some(99_999));
/// assert_eq!(whole_number("+99999"), None);
/// assert_eq!(whole_number("99 999"), None);
/// ```
pub fn whole_number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// The figures of a project at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayCount {
    /// The day of the figures.
    pub day: NaiveDate,
    /// The distinct users of the month to date.
    pub parts: MauParts,
    /// The data points of that day alone.
    pub data_points: u64,
}

/// A field of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The id of the project.
    Project,
    /// The day of the figures.
    Day,
    /// Users seen in an app.
    App,
    /// Users seen on the web and identified.
    WebIdentified,
    /// Users seen through the API.
    Api,
    /// Users seen on the web and not identified.
    AnonymousWeb,
    /// The data points of the day.
    DataPoints,
    /// The id of the add-on.
    AddOn,
    /// The uses of the add-on on that day.
    Used,
}

impl Field {
    /// The name in a request and in the header of a file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Day => "day",
            Self::App => "app",
            Self::WebIdentified => "web_identified",
            Self::Api => "api",
            Self::AnonymousWeb => "anonymous_web",
            Self::DataPoints => "data_points",
            Self::AddOn => "add_on",
            Self::Used => "used",
        }
    }
}

/// Why a row is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The day is in the future.
    Future {
        /// The current billing day.
        today: NaiveDate,
    },
    /// The month is closed, or was over before the plan began.
    Closed {
        /// The first day of the first open month.
        open_from: NaiveDate,
    },
    /// The figure is too large to be real.
    TooLarge {
        /// The field of the figure.
        field: Field,
        /// The highest value that is accepted.
        most: u64,
    },
    /// An earlier day of the month has more distinct users.
    BelowEarlier {
        /// The figure that is too small.
        field: Field,
        /// The earlier day.
        day: NaiveDate,
        /// The users of that day.
        users: u64,
    },
    /// A later day of the month has fewer distinct users.
    AboveLater {
        /// The figure that is too large.
        field: Field,
        /// The later day.
        day: NaiveDate,
        /// The users of that day.
        users: u64,
    },
}

impl Unfit {
    /// The field that has to be corrected.
    pub const fn field(&self) -> Field {
        match self {
            Self::Future { .. } | Self::Closed { .. } => Field::Day,
            Self::TooLarge { field, .. }
            | Self::BelowEarlier { field, .. }
            | Self::AboveLater { field, .. } => *field,
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Future { today } => write!(f, "this day has not come; today is {today}"),
            Self::Closed { open_from } => write!(
                f,
                "this month is closed and its usage is billed; days from {open_from} on are open"
            ),
            Self::TooLarge { most, .. } => write!(f, "at most {most}"),
            Self::BelowEarlier { day, users, .. } => write!(
                f,
                "the month's distinct users cannot become fewer, and {day} has {users}"
            ),
            Self::AboveLater { day, users, .. } => write!(
                f,
                "the month's distinct users cannot become fewer, and {day} has only {users}; \
                 send that day too"
            ),
        }
    }
}

impl core::error::Error for Unfit {}

/// The days for which figures are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first day of the first open month.
    pub open_from: NaiveDate,
    /// The current billing day.
    pub today: NaiveDate,
}

impl Window {
    /// Checks whether figures for a day are accepted.
    ///
    /// **Rule.** Not before the first open month, not after today.
    /// **Source.** SPEC 3 and R15: a closed month's usage is frozen.
    ///
    /// # Errors
    /// Fails with [`Unfit::Closed`] or [`Unfit::Future`].
    ///
    /// # Worked example
    ///
    /// On 20 June 2026, with May closed, June's days up to the 20th are open.
    ///
    /// ```
    /// # use billing::metering::intake::{Unfit, Window};
    /// let day = |text: &str| text.parse().unwrap();
    /// let window = Window { open_from: day("2026-06-01"), today: day("2026-06-20") };
    /// assert_eq!(window.admits(day("2026-06-20")), Ok(()));
    /// assert!(matches!(window.admits(day("2026-05-31")), Err(Unfit::Closed { .. })));
    /// assert!(matches!(window.admits(day("2026-06-21")), Err(Unfit::Future { .. })));
    /// ```
    pub fn admits(&self, day: NaiveDate) -> Result<(), Unfit> {
        if day < self.open_from {
            return Err(Unfit::Closed {
                open_from: self.open_from,
            });
        }
        if day > self.today {
            return Err(Unfit::Future { today: self.today });
        }
        Ok(())
    }
}

/// Checks the uses of an add-on on a day.
///
/// **Rule.** The day is open, and the number is not above its bound.
/// **Source.** SPEC 3, as for usage; the bound is our own (A130).
///
/// ```
/// # use billing::metering::intake::{MOST_USES, Unfit, Window, check_uses};
/// let day = |text: &str| text.parse().unwrap();
/// let window = Window { open_from: day("2026-06-01"), today: day("2026-06-20") };
/// assert_eq!(check_uses(day("2026-06-20"), 110_000, &window), Ok(()));
/// let closed = check_uses(day("2026-05-31"), 1, &window);
/// assert!(matches!(closed, Err(Unfit::Closed { .. })));
/// let most = check_uses(day("2026-06-20"), MOST_USES + 1, &window);
/// assert!(matches!(most, Err(Unfit::TooLarge { .. })));
/// ```
pub fn check_uses(day: NaiveDate, used: u64, window: &Window) -> Result<(), Unfit> {
    window.admits(day)?;
    match used {
        ..=MOST_USES => Ok(()),
        _ => Err(Unfit::TooLarge {
            field: Field::Used,
            most: MOST_USES,
        }),
    }
}

impl DayCount {
    /// Checks the row by itself, without the other days of the month.
    ///
    /// **Rule.** Its day is open, and no figure is above its bound.
    /// **Source.** SPEC 3; the bounds are our own (A130).
    pub fn check(&self, window: &Window) -> Result<(), Unfit> {
        window.admits(self.day)?;
        for (field, users) in self.users() {
            if users > MOST_USERS {
                return Err(Unfit::TooLarge {
                    field,
                    most: MOST_USERS,
                });
            }
        }
        if self.data_points > MOST_DATA_POINTS {
            return Err(Unfit::TooLarge {
                field: Field::DataPoints,
                most: MOST_DATA_POINTS,
            });
        }
        Ok(())
    }

    const fn users(&self) -> [(Field, u64); 4] {
        let parts = self.parts;
        [
            (Field::App, parts.app),
            (Field::WebIdentified, parts.web_identified),
            (Field::Api, parts.api),
            (Field::AnonymousWeb, parts.anonymous_web),
        ]
    }

    /// The users that count whole, and all users.
    const fn sums(&self) -> (u64, u64) {
        let parts = self.parts;
        let whole = parts.app.saturating_add(parts.web_identified);
        let whole = whole.saturating_add(parts.api);
        (whole, whole.saturating_add(parts.anonymous_web))
    }
}

/// The field in which the later of two days of a month has fewer users than the earlier one; `None`
/// when there is no such field.
///
/// **Rule.** The counts are distinct users of the month to date, so a user stays counted. Neither all
/// users together nor those that count whole become fewer. A user who is seen in another way, or is
/// identified, moves from one part to another.
/// **Source.** SPEC 3; A131.
///
/// # Worked example
///
/// Ten anonymous web users of whom four sign in later are no decrease; nine app users after ten are.
///
/// ```
/// # use billing::metering::intake::{DayCount, Field, falls};
/// # use billing::metering::usage::MauParts;
/// let on = |day: &str, app, web_identified, anonymous_web| DayCount {
///     day: day.parse().unwrap(),
///     parts: MauParts { app, web_identified, anonymous_web, api: 0 },
///     data_points: 0,
/// };
/// assert_eq!(falls(&on("2026-06-01", 5, 0, 10), &on("2026-06-02", 5, 4, 6)), None);
/// assert_eq!(falls(&on("2026-06-01", 10, 0, 0), &on("2026-06-02", 9, 0, 5)), Some(Field::App));
/// ```
pub fn falls(earlier: &DayCount, later: &DayCount) -> Option<Field> {
    let same_month = BillingPeriod::of(earlier.day) == BillingPeriod::of(later.day);
    let (whole, all) = earlier.sums();
    let (later_whole, later_all) = later.sums();
    if !same_month || (whole <= later_whole && all <= later_all) {
        return None;
    }
    let pairs = earlier.users().into_iter().zip(later.users());
    let mut fallen = pairs.filter(|((_, before), (_, after))| after < before);
    fallen.next().map(|((field, _), _)| field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(day: &str, parts: [u64; 4]) -> DayCount {
        let [app, web_identified, api, anonymous_web] = parts;
        DayCount {
            day: day.parse().unwrap(),
            parts: MauParts {
                app,
                web_identified,
                api,
                anonymous_web,
            },
            data_points: 0,
        }
    }

    #[test]
    fn a_decrease_names_its_field() {
        let check = |before, after, expected| {
            let (earlier, later) = (count("2026-06-01", before), count("2026-06-02", after));
            assert_eq!(falls(&earlier, &later), expected, "{before:?} {after:?}");
        };
        check([1, 1, 1, 1], [1, 1, 1, 1], None);
        check([1, 1, 1, 1], [2, 0, 1, 1], None);
        check([1, 1, 1, 1], [1, 1, 0, 9], Some(Field::Api));
        check([1, 1, 1, 9], [2, 1, 1, 7], Some(Field::AnonymousWeb));
        check([1, 1, 1, 9], [2, 1, 1, 8], None);
        let (june, july) = (count("2026-06-30", [9; 4]), count("2026-07-01", [0; 4]));
        assert_eq!(falls(&june, &july), None, "each month counts anew");
    }

    #[test]
    fn figures_that_cannot_be_are_refused() {
        let day = |text: &str| text.parse().unwrap();
        let window = Window {
            open_from: day("2026-06-01"),
            today: day("2026-06-20"),
        };
        let most = count("2026-06-20", [MOST_USERS; 4]);
        assert_eq!(most.check(&window), Ok(()));
        let more = count("2026-06-20", [0, 0, 0, MOST_USERS + 1]);
        let field = more.check(&window).map_err(|unfit| unfit.field());
        assert_eq!(field, Err(Field::AnonymousWeb));
        let points = DayCount {
            data_points: MOST_DATA_POINTS + 1,
            ..most
        };
        let field = points.check(&window).map_err(|unfit| unfit.field());
        assert_eq!(field, Err(Field::DataPoints));
    }
}
