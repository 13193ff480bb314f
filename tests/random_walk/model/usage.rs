//! Counted usage: figures by project and day, month to date (SPEC 3).

use std::collections::BTreeMap;

use crate::random_walk::calendar::{Day, first_of, month_of};

pub(crate) const PROJECTS: [&str; 2] = ["prj", "two"];

/// The figures of a project as of the end of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// Users of the month to date: app, identified web, API, anonymous web.
    pub(crate) users: [u64; 4],
    /// Data points of that day.
    pub(crate) points: u64,
}

/// A row with its project and day.
pub(crate) type Figure = (&'static str, Day, Row);

/// The figures of a month to date, over all projects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) users: [u64; 4],
    pub(crate) points: u64,
}

/// Users and data points of a month, or of a part of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Metered {
    pub(crate) mau: u64,
    pub(crate) points: u64,
}

/// The rows of an organization.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted {
    rows: BTreeMap<(&'static str, Day), Row>,
}

impl Metered {
    /// The greater of actual and processed users (SPEC 3).
    pub(crate) fn usage(self) -> u64 {
        self.mau.max(self.points.div_ceil(10_000))
    }
}

impl Figures {
    /// Three anonymous users of the web count as one.
    pub(crate) const fn mau(self) -> u64 {
        let [app, web, api, anonymous] = self.users;
        app + web + api + anonymous / 3
    }

    pub(crate) const fn metered(self) -> Metered {
        Metered {
            mau: self.mau(),
            points: self.points,
        }
    }

    /// The usage that counts, when `other` does not (A112).
    pub(crate) const fn without(self, other: Self) -> Metered {
        Metered {
            mau: self.mau().saturating_sub(other.mau()),
            points: self.points.saturating_sub(other.points),
        }
    }

    pub(crate) fn beyond(self, other: Self) -> Self {
        let users = [0, 1, 2, 3].map(|part| self.users[part].saturating_sub(other.users[part]));
        Self {
            users,
            points: self.points.saturating_sub(other.points),
        }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let users = [0, 1, 2, 3].map(|part| self.users[part] + other.users[part]);
        Self {
            users,
            points: self.points + other.points,
        }
    }

    pub(crate) fn at_least(self, other: Self) -> Self {
        let users = if self.mau() >= other.mau() {
            self.users
        } else {
            other.users
        };
        Self {
            users,
            points: self.points.max(other.points),
        }
    }

    pub(crate) fn at_most(self, other: Self) -> Self {
        let users = if self.mau() <= other.mau() {
            self.users
        } else {
            other.users
        };
        Self {
            users,
            points: self.points.min(other.points),
        }
    }
}

impl Counted {
    /// Stores the figures of a day. Returns whether they correct earlier ones.
    pub(crate) fn put(&mut self, project: &'static str, day: Day, row: Row) -> bool {
        let before = self.rows.insert((project, day), row);
        before.is_some_and(|before| before != row)
    }

    /// The month of a day, up to the end of that day: the latest users of each project, and the data points
    /// of all its days.
    pub(crate) fn until(&self, day: Day) -> Figures {
        let first = first_of(month_of(day));
        let mut figures = Figures::default();
        for project in PROJECTS {
            let days = self.rows.range((project, first)..=(project, day));
            let mut last = Row::default();
            for (_, row) in days {
                figures.points += row.points;
                last = *row;
            }
            for (all, count) in figures.users.iter_mut().zip(last.users) {
                *all += count;
            }
        }
        figures
    }

    /// The rows of a project that bound the figures of a day: distinct users of the month to date do not
    /// decrease from one day to the next.
    pub(crate) fn around(&self, project: &'static str, day: Day) -> (Row, Option<Row>) {
        let first = first_of(month_of(day));
        let before = self
            .rows
            .range((project, first)..(project, day))
            .next_back();
        let last = first_of(month_of(day) + 1);
        let after = self.rows.range((project, day + 1)..(project, last)).next();
        (
            before.map(|(_, row)| *row).unwrap_or_default(),
            after.map(|(_, row)| *row),
        )
    }
}
