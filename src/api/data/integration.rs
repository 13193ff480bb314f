//! Progress of an integration, from the data that was received (SPEC 4.12).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The steps of the checklist, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// An app or a website sends users.
    Sdk,
    /// A custom event or a profile property has been received.
    Schema,
    /// Events have been received.
    FirstEvents,
}

/// The first days on which each kind of data was received.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arrived {
    /// The first day with users of an app or a website.
    pub users_on: Option<NaiveDate>,
    /// The first day with an event that is no system event, or with a profile property.
    pub own_schema_on: Option<NaiveDate>,
    /// The first day with an event of any kind.
    pub event_on: Option<NaiveDate>,
}

/// The steps and the day on which each was done; `None` for an open step.
///
/// **Rule.** A step is done on the first day on which its kind of data was received. Events prove that
/// an SDK is installed, as counted users do.
/// **Source.** SPEC 4.12: "progress from what has really arrived".
/// **Silent on** which data shows that a step is done: see A145.
///
/// ```
/// use api::data::integration::{Arrived, Step, steps};
/// let day = "2026-06-20".parse().ok();
/// let done = steps(Arrived { event_on: day, ..Arrived::default() });
/// assert_eq!(done, [(Step::Sdk, day), (Step::Schema, None), (Step::FirstEvents, day)]);
/// ```
pub fn steps(arrived: Arrived) -> [(Step, Option<NaiveDate>); 3] {
    let Arrived {
        users_on,
        own_schema_on,
        event_on,
    } = arrived;
    let first = |one: Option<NaiveDate>, two: Option<NaiveDate>| one.into_iter().chain(two).min();
    [
        (Step::Sdk, first(users_on, event_on)),
        (Step::Schema, own_schema_on),
        (Step::FirstEvents, event_on),
    ]
}
