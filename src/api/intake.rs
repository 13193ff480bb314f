//! Usage that comes in from outside: figures by project and day (SPEC 3).

use billing::AddOnId;
use billing::add_on_use::AddOnUse;
use billing::intake::DayCount;
use billing::usage::{MauParts, Metered};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The most rows of one request.
pub const MOST_ROWS: usize = 1_000;

/// What [`SendUsage`](crate::Route::SendUsage) takes: all rows or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageRows {
    /// At most [`MOST_ROWS`].
    pub rows: Vec<UsageRow>,
}

/// What a project had counted by the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageRow {
    /// The project's id.
    pub project: String,
    /// The day, in the organization's zone.
    pub day: NaiveDate,
    /// Distinct users of the month to date, seen in an app.
    pub app: u64,
    /// Distinct users of the month to date, seen on the web and identified.
    pub web_identified: u64,
    /// Distinct users of the month to date, seen through the API.
    pub api: u64,
    /// Distinct users of the month to date, seen on the web and not identified.
    pub anonymous_web: u64,
    /// The data points of that day alone.
    pub data_points: u64,
}

impl UsageRow {
    /// The row as the rules see it.
    pub const fn count(&self) -> DayCount {
        DayCount {
            day: self.day,
            parts: MauParts {
                app: self.app,
                web_identified: self.web_identified,
                api: self.api,
                anonymous_web: self.anonymous_web,
            },
            data_points: self.data_points,
        }
    }
}

/// What [`SendAddOnUse`](crate::Route::SendAddOnUse) takes: all rows or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddOnUseRows {
    /// At most [`MOST_ROWS`].
    pub rows: Vec<AddOnUseRow>,
}

/// What was used of an add-on on a day, such as e-mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddOnUseRow {
    /// The add-on's id.
    pub add_on: AddOnId,
    /// The day, in the organization's zone.
    pub day: NaiveDate,
    /// The uses of that day alone.
    pub used: u64,
}

/// What such rows have led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddOnUseResult {
    /// Days that had no number before.
    pub added: u64,
    /// Days whose number is another now.
    pub corrected: u64,
    /// Days that had this number already.
    pub unchanged: u64,
    /// What the current month has used now.
    pub add_on_use: AddOnUse,
}

/// What rows have led to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeResult {
    /// Days that had no figures before.
    pub added: u64,
    /// Days whose figures are others now.
    pub corrected: u64,
    /// Days that had these figures already.
    pub unchanged: u64,
    /// What the current month has counted now.
    pub metered: Metered,
}

/// A file of figures that was read and checked; nothing of it counts yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagedUsage {
    /// Its id, to say yes or no to it.
    pub id: String,
    /// How many rows it has.
    pub rows: u64,
    /// Days that had no figures before.
    pub added: u64,
    /// Days whose figures would be others.
    pub corrected: u64,
    /// Days that have these figures already.
    pub unchanged: u64,
    /// What the current month has counted.
    pub before: Metered,
    /// What it would have counted with the file.
    pub after: Metered,
}
