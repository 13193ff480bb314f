//! The metered usage of a month; and what programs send of it: [`intake`] (figures), [`events`] (events and
//! profiles) and [`credential`] (what a program shows).

use billing::metering::usage::{CountedDay, MauParts, Metered, figures};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub mod credential;
pub mod events;
pub mod intake;

/// The usage of the current month over all projects. Only the days since `counted_from` count for
/// charging (SPEC R10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// The first day of the month.
    pub period_start: NaiveDate,
    /// The first day of the next month.
    pub period_end: NaiveDate,
    /// The first day that counts: the 1st, or the day on which a trial or a pause ended.
    pub counted_from: NaiveDate,
    /// The billing day as the server computes it.
    pub billing_day: NaiveDate,
    /// The server's current time, so that ages do not depend on the browser's clock.
    pub now: DateTime<Utc>,
    /// When figures were last received; `None` before the first.
    pub counted_at: Option<DateTime<Utc>>,
    /// The users that count, by the platform on which they were seen.
    pub parts: MauParts,
    /// Actual MAU and data points, as billed.
    pub metered: Metered,
    /// Monthly billable users (MBU): the usage, but at least the tier limit.
    pub mbu: u64,
    /// The first page of projects.
    pub projects: ProjectPage,
    /// The usage at the end of each day that counts, oldest first.
    pub days: Vec<DayUsage>,
    /// The month to date at the end of each day before `counted_from`: none of it counts.
    pub days_before: Vec<DayUsage>,
}

impl Usage {
    /// The usage at the end of each day that counts.
    pub fn course(&self, data_points_per_mau: u64) -> Vec<CountedDay> {
        course(&self.days, data_points_per_mau)
    }

    /// The month to date at the end of each day before `counted_from`, as usage.
    pub fn course_before(&self, data_points_per_mau: u64) -> Vec<CountedDay> {
        course(&self.days_before, data_points_per_mau)
    }
}

fn course(days: &[DayUsage], data_points_per_mau: u64) -> Vec<CountedDay> {
    let usage = |day: &DayUsage| CountedDay {
        day: day.day,
        users: figures(day.metered, 0, data_points_per_mau).usage,
    };
    days.iter().map(usage).collect()
}

/// A page of projects, ordered by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectPage {
    /// The projects of the page.
    pub items: Vec<ProjectUsage>,
    /// The number of projects on all pages.
    pub total: u64,
    /// The id of the last project of the page, to pass as `after`; `None` on the last page.
    pub next: Option<String>,
}

/// The whole month of one project: also the days that do not count for charging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectUsage {
    /// The opaque id of the project.
    pub id: String,
    /// The name of the project.
    pub name: String,
    /// Its users this month, by the platform on which they were seen.
    pub parts: MauParts,
    /// Its data points this month.
    pub data_points: u64,
    /// Its actual MAU in the whole previous month.
    pub previous_mau: u64,
}

/// The usage of the month as of the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayUsage {
    /// The day, in the organization's time zone.
    pub day: NaiveDate,
    /// Actual MAU and data points up to the end of the day.
    pub metered: Metered,
}
