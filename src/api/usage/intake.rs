//! Usage that programs and files send: figures by project and day (SPEC 3).

use billing::AddOnId;
use billing::metering::add_on_use::AddOnUse;
use billing::metering::intake::DayCount;
use billing::metering::usage::{MauParts, Metered};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The most rows in one request.
pub const MOST_ROWS: usize = 1_000;

/// The body of [`SendUsage`](crate::Route::SendUsage): all rows are stored or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageRows {
    /// At most [`MOST_ROWS`] rows.
    pub rows: Vec<UsageRow>,
}

/// The usage of a project as of the end of a day.
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
    /// The figures of the row as the billing rules take them.
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

/// The body of [`SendAddOnUse`](crate::Route::SendAddOnUse): all rows are stored or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddOnUseRows {
    /// At most [`MOST_ROWS`] rows.
    pub rows: Vec<AddOnUseRow>,
}

/// The uses of an add-on on a day, such as the e-mails that were sent.
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

/// What rows of add-on use have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddOnUseResult {
    /// How many days had no number before.
    pub added: u64,
    /// How many days have a different number now.
    pub corrected: u64,
    /// How many days had this number already.
    pub unchanged: u64,
    /// The add-on use of the current month, these rows included.
    pub add_on_use: AddOnUse,
}

/// What rows of figures have changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeResult {
    /// How many days had no figures before.
    pub added: u64,
    /// How many days have different figures now.
    pub corrected: u64,
    /// How many days had these figures already.
    pub unchanged: u64,
    /// The metered usage of the current month, these rows included.
    pub metered: Metered,
}

/// A file of figures that was read and checked; none of it counts until it is applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagedUsage {
    /// The id under which it is applied or discarded.
    pub id: String,
    /// How many rows the file has.
    pub rows: u64,
    /// How many days had no figures before.
    pub added: u64,
    /// How many days would have different figures.
    pub corrected: u64,
    /// How many days have these figures already.
    pub unchanged: u64,
    /// The metered usage of the current month without the file.
    pub before: Metered,
    /// The metered usage of the current month with the file.
    pub after: Metered,
}
