//! What a month has counted.

use billing::usage::{CountedDay, MauParts, Metered, figures};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The usage of the current month, over all projects: that of the period since it is counted for
/// charging (SPEC R10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// The first day of the month.
    pub period_start: NaiveDate,
    /// The first day of the next month.
    pub period_end: NaiveDate,
    /// The first day that counts: the 1st, or that on which a trial or a pause has ended.
    pub counted_from: NaiveDate,
    /// The billing day as the server sees it.
    pub billing_day: NaiveDate,
    /// The server's time, so that ages do not depend on the browser's clock.
    pub now: DateTime<Utc>,
    /// When figures last came in; none before the first.
    pub counted_at: Option<DateTime<Utc>>,
    /// The users that count, by how they were seen.
    pub parts: MauParts,
    /// Actual MAU and data points, as billed.
    pub metered: Metered,
    /// Monthly billable users: usage, but never below the tier.
    pub mbu: u64,
    /// The first of the projects.
    pub projects: ProjectPage,
    /// What had been counted at the end of each day that counts, oldest first.
    pub days: Vec<DayUsage>,
    /// The month to date at the end of each day before counting began: none of it counts.
    pub days_before: Vec<DayUsage>,
}

impl Usage {
    /// Usage at the end of each day that counts.
    pub fn course(&self, data_points_per_mau: u64) -> Vec<CountedDay> {
        course(&self.days, data_points_per_mau)
    }

    /// The month to date at the end of each day before counting began, as usage.
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

/// Some of the projects, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectPage {
    /// The projects.
    pub items: Vec<ProjectUsage>,
    /// How many there are, on all pages.
    pub total: u64,
    /// What the next page comes behind: the id of a project. None on the last.
    pub next: Option<String>,
}

/// The month of one project, as a whole: also what does not count for charging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectUsage {
    /// The project's id.
    pub id: String,
    /// The project's name.
    pub name: String,
    /// Its users this month, by how they were seen.
    pub parts: MauParts,
    /// Its data points this month.
    pub data_points: u64,
    /// Its actual MAU in the previous month, as a whole.
    pub previous_mau: u64,
}

/// What the month had counted at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayUsage {
    /// The day.
    pub day: NaiveDate,
    /// Actual MAU and data points up to the day's end.
    pub metered: Metered,
}
