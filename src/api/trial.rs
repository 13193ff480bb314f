//! A trial, and what it lacks to become a paid plan (SPEC R8).

use billing::lifecycle::{OnFile, TrialLock};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Where a trial stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// How many days are left, a begun one included.
    pub days_left: u64,
    /// When the dashboard closes unless everything is there.
    pub locks_at: DateTime<Utc>,
    /// When the account is cancelled unless everything is there.
    pub cancels_at: DateTime<Utc>,
    /// What is there.
    pub on_file: OnFile,
    /// Why the dashboard is closed; none where it is open.
    pub lock: Option<TrialLock>,
    /// The day of the first invoice, if all is there by the end, or today.
    pub charged_from: NaiveDate,
}
