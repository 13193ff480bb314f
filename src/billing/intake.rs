//! What may come in as usage (SPEC 3): figures by project and day, checked before they count.

use core::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::period::BillingPeriod;
use crate::usage::MauParts;

/// The most that one figure of users may be: more people than there are.
pub const MOST_USERS: u64 = 10_000_000_000;
/// The most data points of one project and day.
pub const MOST_DATA_POINTS: u64 = 1_000_000_000_000;

/// The most uses of one add-on and day.
pub const MOST_USES: u64 = 1_000_000_000_000;

/// A whole number as it stands in a file or in an address: digits alone, without a sign.
///
/// ```
/// use billing::intake::whole_number;
/// assert_eq!(whole_number("99999"), Some(99_999));
/// assert_eq!(whole_number("+99999"), None);
/// assert_eq!(whole_number("99 999"), None);
/// ```
pub fn whole_number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// What a project had counted by the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayCount {
    /// The day.
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
    /// The project.
    Project,
    /// The day.
    Day,
    /// Users seen in an app.
    App,
    /// Users seen on the web and identified.
    WebIdentified,
    /// Users seen through the API.
    Api,
    /// Users seen on the web and not identified.
    AnonymousWeb,
    /// The day's data points.
    DataPoints,
    /// The add-on.
    AddOn,
    /// The day's uses of it.
    Used,
}

impl Field {
    /// Its name in a request and in the head of a file.
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

/// Why a row cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Its day has not come.
    Future {
        /// The billing day.
        today: NaiveDate,
    },
    /// Its month is closed, or was over before the plan began.
    Closed {
        /// The first day of the first month that is open.
        open_from: NaiveDate,
    },
    /// A figure that cannot be.
    TooLarge {
        /// Which.
        field: Field,
        /// The most it may be.
        most: u64,
    },
    /// An earlier day of the month has more distinct users.
    BelowEarlier {
        /// The figure that is too small.
        field: Field,
        /// The earlier day.
        day: NaiveDate,
        /// How many users it has.
        users: u64,
    },
    /// A later day of the month has fewer distinct users.
    AboveLater {
        /// The figure that is too large.
        field: Field,
        /// The later day.
        day: NaiveDate,
        /// How many users it has.
        users: u64,
    },
}

impl Unfit {
    /// The field that needs another value.
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

/// The days that may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first day of the first month that is not closed.
    pub open_from: NaiveDate,
    /// The billing day.
    pub today: NaiveDate,
}

impl Window {
    /// Whether a day may be sent.
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
    /// # use billing::intake::{Unfit, Window};
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

/// Whether the uses of an add-on on a day can be taken.
///
/// **Rule.** The day is open, and the number is not larger than it can be.
/// **Source.** SPEC 3, as for usage; the bound is ours (A130).
///
/// ```
/// # use billing::intake::{MOST_USES, Unfit, Window, check_uses};
/// let day = |text: &str| text.parse().unwrap();
/// let window = Window { open_from: day("2026-06-01"), today: day("2026-06-20") };
/// assert_eq!(check_uses((day("2026-06-20"), 110_000), &window), Ok(()));
/// let closed = check_uses((day("2026-05-31"), 1), &window);
/// assert!(matches!(closed, Err(Unfit::Closed { .. })));
/// let most = check_uses((day("2026-06-20"), MOST_USES + 1), &window);
/// assert!(matches!(most, Err(Unfit::TooLarge { .. })));
/// ```
pub fn check_uses((day, used): (NaiveDate, u64), window: &Window) -> Result<(), Unfit> {
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
    /// Whether the row can be taken by itself.
    ///
    /// **Rule.** Its day is open, and no figure is larger than it can be.
    /// **Source.** SPEC 3; the bounds are ours (A130).
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

/// The figure of the earlier of two days of a month that the later one falls short of; none where
/// none does.
///
/// **Rule.** The counts are distinct users of the month to date: who was seen stays seen. Neither
/// all users together nor those that count whole become fewer; who is seen in another way, or is
/// identified, moves from one part to another.
/// **Source.** SPEC 3; A131.
///
/// # Worked example
///
/// Ten anonymous web users of whom four sign in later are no fall; nine app users after ten are one.
///
/// ```
/// # use billing::intake::{DayCount, Field, falls};
/// # use billing::usage::MauParts;
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
    fn falls_name_the_part_that_fell() {
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
