//! Data and integration: what is kept, where and how long, and what has been received (SPEC 4.12).

use billing::account::retention::{Plan, Region};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use integration::Step;

pub mod integration;

/// What the Data page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The plan, which sets the retention.
    pub plan: Plan,
    /// How many months an event is kept.
    pub retention_months: u32,
    /// The oldest day whose events are kept today.
    pub oldest_kept: NaiveDate,
    /// The day of the oldest stored event; `None` when there is no event.
    pub oldest_held: Option<NaiveDate>,
    /// The day on which the oldest stored events are deleted.
    pub leaves_on: Option<NaiveDate>,
    /// How many days after a deletion the last backup of it is deleted.
    pub backup_days: u16,
    /// Where the data is stored.
    pub region: Region,
    /// Why nothing can be exported now, and what lifts that; `None` when an export is possible.
    pub export_refused: Option<String>,
    /// The steps of the integration checklist, in order.
    pub steps: Vec<StepDone>,
    /// Every event and property that was received, by project, event and property.
    pub schema: Vec<Seen>,
    /// Offset of the organization's time zone, in minutes east of UTC.
    pub offset_minutes: i32,
}

/// A step of the integration checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDone {
    /// Which step it is.
    pub step: Step,
    /// The day on which it was done; `None` while it is not.
    pub done_on: Option<NaiveDate>,
}

/// An event, a property of an event, or a property of profiles that was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The project's name.
    pub project: String,
    /// The event; `None` for a property of profiles.
    pub event: Option<String>,
    /// The property; `None` for the event itself.
    pub property: Option<String>,
    /// The kind of an event: `custom`, `system`, `conversion` or `qualifying`.
    pub kind: Option<String>,
    /// The type of a property's values: `text`, `number`, `boolean`, `list` or `mixed`.
    pub values: Option<String>,
    /// When it was last received.
    pub last_seen: DateTime<Utc>,
}
