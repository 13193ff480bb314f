//! Events and profiles that programs send (SPEC 4.12).

use std::collections::BTreeMap;

use billing::metering::events::{EventKind, ProfileKind, Source};
use billing::metering::usage::Metered;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most events or profiles in one request.
pub const MOST_OF_A_BATCH: usize = 500;

/// The body of [`SendEvents`](crate::Route::SendEvents). Each valid event is stored, whatever the others are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// At most [`MOST_OF_A_BATCH`] events.
    pub events: Vec<Event>,
}

/// Something that a person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The project's id.
    pub project: String,
    /// The event's own id: an event with the same id is stored once.
    pub id: String,
    /// The name of the event, such as `Order placed`.
    pub name: String,
    /// Whether the event is custom, system, conversion or qualifying.
    pub kind: EventKind,
    /// Who did it; the same on every device of an identified person.
    pub identity: String,
    /// The platform it was sent from.
    pub source: Source,
    /// Whether the person is not identified.
    #[serde(default)]
    pub anonymous: bool,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Each value is a text, a number, a boolean, or a list of these.
    #[serde(default)]
    pub properties: BTreeMap<String, Value>,
}

/// The body of [`SendProfiles`](crate::Route::SendProfiles). Each valid update is stored, whatever the
/// others are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    /// At most [`MOST_OF_A_BATCH`] updates.
    pub profiles: Vec<ProfileUpdate>,
}

/// Properties of a person that are set or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileUpdate {
    /// The project's id.
    pub project: String,
    /// The update's own id: an update with the same id is applied once.
    pub id: String,
    /// The identity of the person whose profile it is.
    pub identity: String,
    /// When the values became known.
    pub at: DateTime<Utc>,
    /// Each value is a text, a number, a boolean, or a list of these; `null` removes a property.
    pub properties: BTreeMap<String, Value>,
}

/// What a batch has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchResult {
    /// How many entries were stored.
    pub taken: u64,
    /// How many entries had been stored before.
    pub repeated: u64,
    /// The entries that were refused, and why; the rest was stored. The same entry is refused again.
    pub refused: Vec<RefusedEntry>,
    /// The metered usage of the current month, this batch included.
    pub metered: Metered,
}

/// An entry of a batch that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedEntry {
    /// Index of the entry in the batch; the first is 0.
    pub index: usize,
    /// The reason, for programs.
    pub code: EntryFault,
    /// The reason, for people: each field with what it needs.
    pub reason: String,
}

/// Why an entry of a batch was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryFault {
    /// A field is missing, unknown or of another type.
    Unreadable,
    /// The organization has no such project.
    UnknownProject,
    /// A field has a value that it cannot have.
    InvalidField,
    /// A different entry with the same id was stored before.
    IdTaken,
    /// The month of the entry is closed and billed.
    ClosedMonth,
    /// The day of the entry is in the future.
    NotYet,
    /// The project is metered by figures, not by events.
    MeteredByFigures,
}

/// A profile with its current values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The kind of profile, which follows from the properties that are set.
    pub kind: ProfileKind,
    /// The properties that are set.
    pub properties: BTreeMap<String, Value>,
}
