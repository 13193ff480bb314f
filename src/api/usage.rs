//! What a month has counted.

use billing::usage::{MauParts, Metered};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The usage of the current month, over all projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// The first day of the month.
    pub period_start: NaiveDate,
    /// The first day of the next month.
    pub period_end: NaiveDate,
    /// The billing day as the server sees it.
    pub billing_day: NaiveDate,
    /// The server's time, so that ages do not depend on the browser's clock.
    pub now: DateTime<Utc>,
    /// When figures last came in; none before the first.
    pub counted_at: Option<DateTime<Utc>>,
    /// The month's users, by how they were seen.
    pub parts: MauParts,
    /// Actual MAU and data points, as billed.
    pub metered: Metered,
    /// The first of the projects.
    pub projects: ProjectPage,
    /// The counted days, oldest first, month to date.
    pub days: Vec<DayUsage>,
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

/// The month of one project.
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
    /// Actual MAU and data points since the 1st.
    pub metered: Metered,
}
