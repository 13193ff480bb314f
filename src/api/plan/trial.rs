//! A trial, and what it needs to become a paid plan (SPEC R8).

use billing::account::lifecycle::{OnFile, TrialLock};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The state of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// When the trial ends.
    pub ends_at: DateTime<Utc>,
    /// How many days are left; a day that has begun counts.
    pub days_left: u64,
    /// When the dashboard is locked unless everything is on file.
    pub locks_at: DateTime<Utc>,
    /// When the account is cancelled unless everything is on file.
    pub cancels_at: DateTime<Utc>,
    /// Which of the required details are on file.
    pub on_file: OnFile,
    /// Why the dashboard is locked; `None` while it is open.
    pub lock: Option<TrialLock>,
    /// The day of the first invoice, if everything is on file by the end of the trial, or today.
    pub charged_from: NaiveDate,
}
