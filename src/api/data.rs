//! Data and integration: what is kept for how long, where, and what has arrived (SPEC 4.12).

use billing::integration::Step;
use billing::retention::{Plan, Region};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The plan that decides about the retention.
    pub plan: Plan,
    /// How many months it keeps an event.
    pub retention_months: u32,
    /// The oldest day whose events are kept today.
    pub oldest_kept: NaiveDate,
    /// The day of the oldest event that is held; none where no event is.
    pub oldest_held: Option<NaiveDate>,
    /// The day on which its events are deleted.
    pub leaves_on: Option<NaiveDate>,
    /// How many days after a deletion its last backup is gone.
    pub backup_days: u16,
    /// Where the data is.
    pub region: Region,
    /// Why nothing can be exported now, and what lifts that.
    pub export_refused: Option<String>,
    /// The integration's steps, in order.
    pub steps: Vec<StepDone>,
    /// What has been seen, by project, event and property.
    pub schema: Vec<Seen>,
    /// The organization's zone, in minutes east of UTC.
    pub offset_minutes: i32,
}

/// A step of the integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDone {
    /// Which.
    pub step: Step,
    /// Since when it is done; none while it is to do.
    pub done_on: Option<NaiveDate>,
}

/// An event, a property of one, or a property of profiles that has been seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The project's name.
    pub project: String,
    /// The event; none for a property of profiles.
    pub event: Option<String>,
    /// The property; none for the event itself.
    pub property: Option<String>,
    /// The kind of an event: `custom`, `system`, `conversion` or `qualifying`.
    pub kind: Option<String>,
    /// The type of a property's values: `text`, `number`, `boolean`, `list` or `mixed`.
    pub values: Option<String>,
    /// When it was last seen.
    pub last_seen: DateTime<Utc>,
}
