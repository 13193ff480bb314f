//! What events and profiles count for (SPEC 3): which events make a person a user of the month, how a
//! person was seen, how many data points they cost.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::usage::MauParts;

/// What kind of event it is (SPEC 4.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Named by the customer.
    Custom,
    /// Named by the product.
    System,
    /// A goal of the customer.
    Conversion,
    /// What makes a person matter for a goal.
    Qualifying,
}

/// Where an event came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An app.
    App,
    /// A web site.
    Web,
    /// The API.
    Api,
}

/// Whether it is known who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identified {
    /// It is.
    Yes,
    /// It is not; the identity stands for a device.
    No,
}

/// How a person was seen: the strongest way comes first.
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
    /// Every way, the strongest first.
    pub const ALL: [Self; 4] = [Self::App, Self::Web, Self::Api, Self::AnonymousWeb];

    /// How an event sees a person.
    ///
    /// **Rule.** Anonymous users of apps and of the API count whole, those of the web a third.
    /// **Source.** SPEC 3, "Actual MAU".
    ///
    /// ```
    /// use billing::events::{Identified, Seen, Source};
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
/// # use billing::events::{EventKind, counts};
/// assert!(counts(EventKind::Custom, "Order placed") && counts(EventKind::System, "App Launched"));
/// assert!(!counts(EventKind::System, "App Uninstalled"));
/// ```
pub fn counts(kind: EventKind, name: &str) -> bool {
    match kind {
        EventKind::Custom | EventKind::Conversion | EventKind::Qualifying => true,
        EventKind::System => COUNTED_SYSTEM_EVENTS.contains(&name),
    }
}

/// How the names of the properties begin that the product itself puts on events.
pub const SYSTEM_PROPERTY: &str = "CT ";

/// How many data points an event costs.
///
/// **Rule.** One for the event and one for each property; the product's own properties on an event
/// that is not its own cost nothing.
/// **Source.** SPEC 3, "Data point" (D-BILL, D-MAU).
/// **Silent on** which properties are the product's own: those whose names begin with `CT `, see A134.
///
/// # Worked example
///
/// An order with two properties, and the product's own note of the app's version: three points.
///
/// ```
/// # use billing::events::{EventKind, data_points_of_event};
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

/// How many data points an update of a profile costs, however many properties it sets.
///
/// **Source.** SPEC 3, "Data point": several profile properties in one update are one point.
pub const DATA_POINTS_OF_PROFILE: u64 = 1;

/// Since which day of a month a person was seen in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sightings {
    /// In an app.
    pub app: Option<NaiveDate>,
    /// On the web, identified.
    pub web: Option<NaiveDate>,
    /// Through the API.
    pub api: Option<NaiveDate>,
    /// On the web, not identified.
    pub anonymous_web: Option<NaiveDate>,
}

impl Sightings {
    /// The same with one more: the earliest day of each way is kept, in whatever order they come in.
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

    /// How the person counts at the end of a day; not at all before the first sighting.
    ///
    /// **Rule.** Once in a project, however often and in how many ways they were seen: as an app user
    /// if they were in an app, else as one of the web, else of the API, else as anonymous.
    /// **Source.** SPEC 3: the same identity on app and web counts once. Which of the ways: A133.
    ///
    /// # Worked example
    ///
    /// Anonymous on the 3rd, signed in on the 5th, in the app on the 9th.
    ///
    /// ```
    /// # use billing::events::{Seen, Sightings};
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

/// One user, as the part of the month they belong to.
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

/// What a profile is (SPEC 4.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// Nothing is known to reach the person by.
    Anonymous,
    /// There is a way to reach them.
    Addressable,
    /// The customer's own number for them is set.
    Customer,
}

/// The property that holds the customer's own number of a person.
pub const CUSTOMER_PROPERTY: &str = "customer_id";
/// The properties by which a person can be reached.
pub const ADDRESS_PROPERTIES: [&str; 3] = ["email", "phone", "push_token"];

impl ProfileKind {
    /// What a profile with these properties is.
    ///
    /// **Rule.** Exactly one of the three, and it changes by itself with what is set: a customer once
    /// the customer's own number is, addressable once there is an e-mail address, a phone number or
    /// a token for push messages, else anonymous.
    /// **Source.** SPEC 4.12 (S2); which properties do it: A135.
    ///
    /// ```
    /// use billing::events::ProfileKind;
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
