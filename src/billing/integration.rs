//! How far an integration is: what has really arrived (SPEC 4.12).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A step of the checklist, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// An app or a website sends users.
    Sdk,
    /// An event or a profile property of one's own has been seen.
    Schema,
    /// Events have come in.
    FirstEvents,
}

/// The first days on which something arrived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arrived {
    /// Users of an app or a website.
    pub users_on: Option<NaiveDate>,
    /// An event that is no system event, or a property of a profile.
    pub own_schema_on: Option<NaiveDate>,
    /// An event of any kind.
    pub event_on: Option<NaiveDate>,
}

/// The steps, and the day each was done; none where it is still to do.
///
/// **Rule.** A step is done on the first day on which its kind of data arrived. Events show that an
/// SDK is there, as counted users do.
/// **Source.** SPEC 4.12: "progress from what has really arrived".
/// **Silent on** what shows a step done: see A145.
///
/// ```
/// use billing::integration::{Arrived, Step, steps};
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
