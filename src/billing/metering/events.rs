//! Billing of events and profiles (SPEC 3): which events make a person a user of the month, how a person
//! was seen, and how many data points they cost.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::metering::usage::MauParts;

/// The kind of an event (SPEC 4.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// An event that the customer defines.
    Custom,
    /// An event that the product defines.
    System,
    /// An event that is a goal of the customer.
    Conversion,
    /// An event that qualifies a person for a goal.
    Qualifying,
}

/// The source of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The event is from an app.
    App,
    /// The event is from a web site.
    Web,
    /// The event is from the API.
    Api,
}

/// Whether the person of an event is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identified {
    /// The person is known.
    Yes,
    /// The person is unknown; the identity is that of a device.
    No,
}

/// How a person was seen. The variant that takes precedence is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// In an app.
    App,
    /// On the web, identified.
    Web,
    /// Through the API.
    Api,
    /// On the web, not identified.
    AnonymousWeb,
}

impl Seen {
    /// All variants, in order of precedence.
    pub const ALL: [Self; 4] = [Self::App, Self::Web, Self::Api, Self::AnonymousWeb];

    /// How an event sees its person.
    ///
    /// **Rule.** Anonymous users of apps and of the API count whole, those of the web a third.
    /// **Source.** SPEC 3, "Actual MAU".
    ///
    /// ```
    /// use billing::metering::events::{Identified, Seen, Source};
    /// assert_eq!(Seen::by(Source::App, Identified::No), Seen::App);
    /// assert_eq!(Seen::by(Source::Web, Identified::No), Seen::AnonymousWeb);
    /// ```
    pub const fn by(source: Source, identified: Identified) -> Self {
        match (source, identified) {
            (Source::App, Identified::Yes | Identified::No) => Self::App,
            (Source::Api, Identified::Yes | Identified::No) => Self::Api,
            (Source::Web, Identified::Yes) => Self::Web,
            (Source::Web, Identified::No) => Self::AnonymousWeb,
        }
    }
}

/// The system events that make a person a user of the month (SPEC 3).
pub const COUNTED_SYSTEM_EVENTS: [&str; 3] = ["App Launched", "UTM Visited", "Web Session Started"];

/// Whether an event makes its person a user of the month.
///
/// **Rule.** Every event does that is not a system event; of those App Launched, UTM Visited and Web
/// Session Started do.
/// **Source.** SPEC 3 (D-BILL), "Counted system events".
///
/// # Worked example
///
/// ```
/// # use billing::metering::events::{EventKind, counts};
/// assert!(counts(EventKind::Custom, "Order placed") && counts(EventKind::System, "App Launched"));
/// assert!(!counts(EventKind::System, "App Uninstalled"));
/// ```
pub fn counts(kind: EventKind, name: &str) -> bool {
    match kind {
        EventKind::Custom | EventKind::Conversion | EventKind::Qualifying => true,
        EventKind::System => COUNTED_SYSTEM_EVENTS.contains(&name),
    }
}

/// The prefix of the properties that the product itself adds to events.
pub const SYSTEM_PROPERTY: &str = "CT ";

/// The number of data points of an event.
///
/// **Rule.** One for the event and one for each property. The product's own properties on a custom
/// event are free.
/// **Source.** SPEC 3, "Data point" (D-BILL, D-MAU).
/// **Silent on** which properties are the product's own: those whose names begin with `CT `, see A134.
///
/// # Worked example
///
/// An order with two properties, plus the product's own property for the app version: three points.
///
/// ```
/// # use billing::metering::events::{EventKind, data_points_of_event};
/// let properties = ["amount", "items", "CT App Version"];
/// assert_eq!(data_points_of_event(EventKind::Custom, properties), 3);
/// assert_eq!(data_points_of_event(EventKind::System, properties), 4);
/// ```
pub fn data_points_of_event<'a>(
    kind: EventKind,
    properties: impl IntoIterator<Item = &'a str>,
) -> u64 {
    let own = kind == EventKind::System;
    let cost = |name: &&str| own || !name.starts_with(SYSTEM_PROPERTY);
    1 + properties.into_iter().filter(cost).count() as u64
}

/// The number of data points of a profile update, for any number of properties.
///
/// **Source.** SPEC 3, "Data point": several profile properties in one update are one point.
pub const DATA_POINTS_OF_PROFILE: u64 = 1;

/// The first day of the month on which a person was seen, for each way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sightings {
    /// The first day in an app.
    pub app: Option<NaiveDate>,
    /// The first day on the web, identified.
    pub web: Option<NaiveDate>,
    /// The first day through the API.
    pub api: Option<NaiveDate>,
    /// The first day on the web, not identified.
    pub anonymous_web: Option<NaiveDate>,
}

impl Sightings {
    /// Adds a sighting. The earliest day of each way is kept, in whatever order the events are received.
    pub fn with(mut self, seen: Seen, day: NaiveDate) -> Self {
        let first = match seen {
            Seen::App => &mut self.app,
            Seen::Web => &mut self.web,
            Seen::Api => &mut self.api,
            Seen::AnonymousWeb => &mut self.anonymous_web,
        };
        *first = Some(first.map_or(day, |first| first.min(day)));
        self
    }

    /// How the person counts at the end of a day; `None` before the first sighting.
    ///
    /// **Rule.** Once in a project, however often and in how many ways they were seen: as an app user if
    /// they were in an app, else as a web user, else as an API user, else as anonymous.
    /// **Source.** SPEC 3: the same identity on app and web counts once. Which of the ways: A133.
    ///
    /// # Worked example
    ///
    /// Anonymous on the 3rd, signed in on the 5th, in the app on the 9th.
    ///
    /// ```
    /// # use billing::metering::events::{Seen, Sightings};
    /// let day = |number| chrono::NaiveDate::from_ymd_opt(2026, 6, number).unwrap();
    /// let person = Sightings::default()
    ///     .with(Seen::App, day(9)).with(Seen::AnonymousWeb, day(3)).with(Seen::Web, day(5));
    /// assert_eq!(person.at(day(2)), None);
    /// assert_eq!(person.at(day(4)), Some(Seen::AnonymousWeb));
    /// assert_eq!(person.at(day(8)), Some(Seen::Web));
    /// assert_eq!(person.at(day(30)), Some(Seen::App));
    /// ```
    pub fn at(&self, day: NaiveDate) -> Option<Seen> {
        let since = |first: Option<NaiveDate>| first.is_some_and(|first| first <= day);
        let mut ways = Seen::ALL.into_iter();
        ways.find(|seen| match seen {
            Seen::App => since(self.app),
            Seen::Web => since(self.web),
            Seen::Api => since(self.api),
            Seen::AnonymousWeb => since(self.anonymous_web),
        })
    }
}

/// One user, in the part of the month they belong to.
pub const fn part_of(seen: Seen) -> MauParts {
    let mut parts = MauParts {
        app: 0,
        web_identified: 0,
        api: 0,
        anonymous_web: 0,
    };
    match seen {
        Seen::App => parts.app = 1,
        Seen::Web => parts.web_identified = 1,
        Seen::Api => parts.api = 1,
        Seen::AnonymousWeb => parts.anonymous_web = 1,
    }
    parts
}

/// The kind of a profile (SPEC 4.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// The profile has no property by which the person can be reached.
    Anonymous,
    /// The person can be reached.
    Addressable,
    /// The customer's own id of the person is set.
    Customer,
}

/// The property with the customer's own id of a person.
pub const CUSTOMER_PROPERTY: &str = "customer_id";
/// The properties by which a person can be reached.
pub const ADDRESS_PROPERTIES: [&str; 3] = ["email", "phone", "push_token"];

impl ProfileKind {
    /// The kind of a profile with these properties.
    ///
    /// **Rule.** Exactly one of the three, derived from the properties that are set: a customer if the
    /// customer's own id is set, else addressable if there is an e-mail address, a phone number or a push
    /// token, else anonymous.
    /// **Source.** SPEC 4.12 (S2); the properties that count: A135.
    ///
    /// ```
    /// use billing::metering::events::ProfileKind;
    /// assert_eq!(ProfileKind::of(["plan"]), ProfileKind::Anonymous);
    /// assert_eq!(ProfileKind::of(["plan", "email"]), ProfileKind::Addressable);
    /// assert_eq!(ProfileKind::of(["email", "customer_id"]), ProfileKind::Customer);
    /// ```
    pub fn of<'a>(set: impl IntoIterator<Item = &'a str>) -> Self {
        set.into_iter()
            .fold(Self::Anonymous, |kind, name| match (kind, name) {
                (Self::Customer, _) | (_, CUSTOMER_PROPERTY) => Self::Customer,
                (_, name) if ADDRESS_PROPERTIES.contains(&name) => Self::Addressable,
                (kind, _) => kind,
            })
    }
}
