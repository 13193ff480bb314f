//! Events and profiles that programs send (SPEC 4.12).

use std::collections::BTreeMap;

use billing::events::{EventKind, ProfileKind, Source};
use billing::usage::Metered;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most events or profiles of one request.
pub const MOST_OF_A_BATCH: usize = 500;

/// What [`SendEvents`](crate::Route::SendEvents) takes: what is good of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// At most [`MOST_OF_A_BATCH`].
    pub events: Vec<Event>,
}

/// Something that a person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The project's id.
    pub project: String,
    /// The event's own id: the same one again is taken once.
    pub id: String,
    /// Its name, such as `Order placed`.
    pub name: String,
    /// What kind it is.
    pub kind: EventKind,
    /// Who did it; the same on every device of a person who is known.
    pub identity: String,
    /// Where it came from.
    pub source: Source,
    /// Whether it is unknown who did it.
    #[serde(default)]
    pub anonymous: bool,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Text, numbers, yes or no, or lists of these.
    #[serde(default)]
    pub properties: BTreeMap<String, Value>,
}

/// What [`SendProfiles`](crate::Route::SendProfiles) takes: what is good of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    /// At most [`MOST_OF_A_BATCH`].
    pub profiles: Vec<ProfileUpdate>,
}

/// What became known of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileUpdate {
    /// The project's id.
    pub project: String,
    /// The update's own id: the same one again is taken once.
    pub id: String,
    /// Whose profile it is.
    pub identity: String,
    /// When it became known.
    pub at: DateTime<Utc>,
    /// Text, numbers, yes or no, or lists of these; `null` takes a property away.
    pub properties: BTreeMap<String, Value>,
}

/// What a batch has led to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchResult {
    /// What was new.
    pub taken: u64,
    /// What had been taken before.
    pub repeated: u64,
    /// What was not taken, and why: the rest of the batch was. Sent again as it is, it is refused again.
    pub refused: Vec<RefusedEntry>,
    /// What the current month has counted now.
    pub metered: Metered,
}

/// An entry of a batch that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedEntry {
    /// Its place in the batch; the first is 0.
    pub index: usize,
    /// Why, for programs.
    pub code: EntryFault,
    /// Why, for people: each field with what it needs.
    pub reason: String,
}

/// Why an entry of a batch was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryFault {
    /// A field is missing, unknown or of another form.
    Unreadable,
    /// The organization has no such project.
    UnknownProject,
    /// A field needs another value.
    InvalidField,
    /// Another entry that was taken has its id.
    IdTaken,
    /// Its month is closed and billed.
    ClosedMonth,
    /// Its day has not come.
    NotYet,
    /// Its project is metered by figures, not by events.
    MeteredByFigures,
}

/// A profile as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What it is; changes by itself with what is set.
    pub kind: ProfileKind,
    /// What is set.
    pub properties: BTreeMap<String, Value>,
}
