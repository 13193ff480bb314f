//! Events and profiles (SPEC 3, 4.12): stored once, refused one by one, and counted as a naive reading
//! of the specification counts them.

use std::collections::{BTreeMap, BTreeSet};

use api::Code;
use api::usage::Usage;
use api::usage::events::{BatchResult, EntryFault, Event, Events, ProfileUpdate, Profiles};
use backend::foundation::error::Error;
use backend::store::Engine;
use backend::store::records::Actor;
use backend::store::usage::events::Place;
use backend::store::usage::schema::{self, Named, ValueType};
use backend::usage::events::{Delivery, OnFault, SendProfiles};
use billing::metering::events::{EventKind, ProfileKind, Source};
use billing::metering::usage::{MauParts, Metered};
use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use super::leaving::go;
use super::world::{ACME, Tenant, World, at};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// 300 drawn events, in batches of any size, some twice: the figures of every day are those of the naive
    /// count.
    async fn drawn_events_equal_a_naive_count(world: World) {
        let (tenant, program) = founded(&world).await;
        let mut runner = TestRunner::new_with_rng(
            Config::default(),
            TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]),
        );
        let mut kept = Vec::new();
        for round in 0..3 {
            let drawn = proptest::collection::vec(drawing(), 100);
            let drawn = drawn.new_tree(&mut runner).unwrap().current();
            let events: Vec<_> = drawn.into_iter().enumerate()
                .map(|(index, event)| Event { id: format!("e{round}-{index}"), ..event })
                .collect();
            for batch in events.chunks(17 + round * 30) {
                let batch = batch.to_vec();
                world.post(&program, "/events", &Events { events: batch }).await.json::<BatchResult>();
            }
            let again = events[..40].to_vec();
            let again: BatchResult = world.post(&program, "/events", &Events { events: again }).await.json();
            assert_eq!((again.taken, again.repeated), (0, 40));
            kept.extend(events);
        }
        let usage: Usage = world.get(&tenant.admin, "/usage").await.json();
        assert_eq!(usage.days.len(), kept.iter().map(day).collect::<BTreeSet<_>>().len());
        for shown in &usage.days {
            assert_eq!(shown.metered, naive(&kept, shown.day), "{}", shown.day);
        }
        assert_eq!(usage.parts, parts(&kept, usage.billing_day));
        let first = kept.iter().filter(|event| event.project == "prj").map(|event| event.at).min().unwrap();
        let noted = format!("SELECT COUNT(*) FROM projects WHERE id = 'prj' AND first_event_at = '{}'",
            first.to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
        assert_eq!(world.number(&noted).await, 1);
        invariants::hold(&world).await;
    }

    /// Each refused event has its index, code and reason; the others of its batch are stored.
    async fn a_bad_event_is_named_and_the_rest_is_taken(world: World) {
        let (_, program) = founded(&world).await;
        let mut sent = 0;
        let mut check = async |event: Event, code: EntryFault, words: &str| {
            sent += 1;
            let events = vec![event_of(&format!("good-{sent}"), "ada"), event, event_of(&format!("fine-{sent}"), "ada")];
            let taken: BatchResult = world.post(&program, "/events", &Events { events }).await.json();
            assert_eq!((taken.taken, taken.repeated, taken.refused.len()), (2, 0, 1), "{taken:?}");
            let refused = &taken.refused[0];
            assert_eq!((refused.index, refused.code), (1, code), "{refused:?}");
            assert!(refused.reason.contains(words), "{}", refused.reason);
        };
        let good = || event_of("e1", "bob");
        check(Event { project: "no".into(), ..good() }, EntryFault::UnknownProject, "project: your organization has no project").await;
        check(Event { name: String::new(), ..good() }, EntryFault::InvalidField, "name: 1 to 120 characters").await;
        check(Event { identity: "a\nb".into(), ..good() }, EntryFault::InvalidField, "identity: 1 to 120 characters on one line").await;
        check(Event { at: at("2026-06-21T00:00:00Z"), ..good() }, EntryFault::NotYet, "at: this day has not come").await;
        check(Event { at: at("2026-05-31T23:59:59Z"), ..good() }, EntryFault::ClosedMonth, "at: this month is closed").await;
        let nested = BTreeMap::from([("cart".to_owned(), json!({"item": 1}))]);
        check(Event { properties: nested, ..good() }, EntryFault::InvalidField, "properties: cart is neither").await;
        check(Event { name: "Other".into(), ..event_of("good-1", "ada") }, EntryFault::IdTaken, "id: another one").await;
        assert_eq!(world.number("SELECT COUNT(*) FROM events").await, 14);
        let many = (0..501).map(|index| event_of(&format!("m{index}"), "ada")).collect();
        assert_eq!(world.post(&program, "/events", &Events { events: many }).await.code(), Code::InvalidField);
        invariants::hold(&world).await;
    }

    /// An entry that cannot be parsed does not refuse the others either.
    async fn an_entry_that_cannot_be_read_is_refused_alone(world: World) {
        let (_, program) = founded(&world).await;
        let entry = |id: &str| serde_json::to_value(event_of(id, "ada")).unwrap();
        let mut unknown = entry("e1");
        unknown["kind"] = json!("Magic");
        let mut more = entry("e2");
        more["colour"] = json!("red");
        let batch = json!({"events": [entry("e0"), unknown, more, 7, null, entry("e5")]});
        let taken: BatchResult = world.post(&program, "/events", &batch).await.json();
        let refused: Vec<_> = taken.refused.iter().map(|entry| (entry.index, entry.code)).collect();
        assert_eq!((taken.taken, refused), (2, [1, 2, 3, 4].map(|index| (index, EntryFault::Unreadable)).to_vec()));
        assert!(taken.refused[1].reason.contains("colour"), "{:?}", taken.refused[1]);
        assert_eq!(world.post(&program, "/events", &json!({"event": []})).await.code(), Code::InvalidBody);
    }

    /// An event of the month's last second that is received ten seconds late is refused alone, the others
    /// count; the closed month does not change, and its events stay stored.
    async fn a_late_event_is_refused_alone(world: World) {
        let (tenant, program) = founded(&world).await;
        let last = Event { at: at("2026-06-30T23:59:59Z"), ..event_of("last", "ada") };
        let before = Event { at: at("2026-06-30T23:59:58Z"), ..event_of("before", "ada") };
        go(&world, &tenant, "2026-06-30T23:59:59Z").await;
        let events = vec![before.clone()];
        world.post(&program, "/events", &Events { events }).await.json::<BatchResult>();
        go(&world, &tenant, "2026-07-01T00:00:09Z").await;
        let july = |id: &str| Event { at: at("2026-07-01T00:00:05Z"), ..event_of(id, "bob") };
        let events = vec![july("first"), last.clone(), before, july("second")];
        let taken: BatchResult = world.post(&program, "/events", &Events { events: events.clone() }).await.json();
        assert_eq!((taken.taken, taken.repeated, taken.metered.mau), (2, 1, 1));
        let refused: Vec<_> = taken.refused.iter().map(|entry| (entry.index, entry.code)).collect();
        assert_eq!(refused, [(1, EntryFault::ClosedMonth)]);
        let again: BatchResult = world.post(&program, "/events", &Events { events }).await.json();
        assert_eq!((again.taken, again.repeated, again.refused), (0, 3, taken.refused));
        let closed = "SELECT mau FROM month_closings WHERE period_start = '2026-06-01'";
        assert_eq!(world.number(closed).await, 1);
        invariants::hold(&world).await;
    }

    /// Profiles are stored one by one too; a file of either is stored as a whole or not at all.
    async fn profiles_are_taken_one_by_one_and_files_as_a_whole(world: World) {
        let (_, program) = founded(&world).await;
        let update = |id: &str, when: &str| ProfileUpdate {
            project: "prj".into(), id: id.into(), identity: "ada".into(), at: at(when),
            properties: BTreeMap::from([("plan".to_owned(), json!("gold"))]),
        };
        let updates = || vec![
            update("p1", "2026-06-18T10:00:00Z"),
            update("p2", "2026-05-31T23:59:59Z"),
            update("", "2026-06-18T10:00:00Z"),
            update("p4", "2026-06-19T10:00:00Z"),
        ];
        let delivery = Delivery {
            organization_id: ACME.clone(),
            actor: Actor::system(),
            now: world.services.clock.now(),
        };
        let file = SendProfiles {
            delivery,
            updates: updates().into_iter().map(Ok).collect(),
            on_fault: OnFault::RefuseAll,
        };
        let Error::Refused(problem) = world.services.store.write(file).await.unwrap_err() else {
            panic!("a file with a fault is taken");
        };
        let fields: Vec<_> = problem.fields.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["profiles[1].at", "profiles[2].id"]);
        assert_eq!(world.number("SELECT COUNT(*) FROM profiles").await, 0, "nothing of the file");
        let taken: BatchResult = world.post(&program, "/profiles", &Profiles { profiles: updates() }).await.json();
        let refused: Vec<_> = taken.refused.iter().map(|entry| (entry.index, entry.code)).collect();
        assert_eq!((taken.taken, taken.metered.data_points), (2, 2));
        assert_eq!(refused, [(1, EntryFault::ClosedMonth), (2, EntryFault::InvalidField)]);
        invariants::hold(&world).await;
    }

    /// A project is metered by figures or by events, whichever came first.
    async fn a_project_is_metered_by_figures_or_by_events(world: World) {
        let (_, program) = founded(&world).await;
        let figures = |project: &str| json!({"rows": [{"project": project, "day": "2026-06-20", "app": 9,
            "web_identified": 0, "api": 0, "anonymous_web": 0, "data_points": 0}]});
        assert!(world.post(&program, "/usage", &figures("two")).await.status.is_success());
        let events = vec![Event { project: "two".into(), ..event_of("e1", "ada") }];
        let taken: BatchResult = world.post(&program, "/events", &Events { events }).await.json();
        assert_eq!((taken.taken, taken.refused[0].code), (0, EntryFault::MeteredByFigures));
        assert!(taken.refused[0].reason.contains("metered by figures"), "{:?}", taken.refused);
        let events = vec![event_of("e1", "ada")];
        world.post(&program, "/events", &Events { events }).await.json::<BatchResult>();
        let problem = world.post(&program, "/usage", &figures("prj")).await.problem();
        assert!(problem.fields[0].message.contains("metered by its events"), "{problem:?}");
        assert_eq!(world.number("SELECT COUNT(*) FROM events").await, 1);
        invariants::hold(&world).await;
    }

    /// The kind of a profile follows from its properties; an update is one data point, however many
    /// properties it sets; the schema has names, types and the last time.
    async fn profiles_and_the_schema_seen(world: World) {
        let (_, program) = founded(&world).await;
        let update = |id: &str, when: &str, properties: serde_json::Value| ProfileUpdate {
            project: "prj".into(), id: id.into(), identity: "ada".into(), at: at(when),
            properties: serde_json::from_value(properties).unwrap(),
        };
        let send = async |updates: Vec<ProfileUpdate>| -> BatchResult {
            world.post(&program, "/profiles", &Profiles { profiles: updates }).await.json()
        };
        let is = async |kind: ProfileKind| {
            let word = serde_json::to_string(&kind).unwrap().replace('"', "'");
            let found = format!("SELECT COUNT(*) FROM profiles WHERE kind = {word}");
            assert_eq!(world.number(&found).await, 1, "{word}");
        };
        let first = update("p1", "2026-06-18T10:00:00Z", json!({"plan": "gold", "age": 30}));
        let taken = send(vec![first.clone()]).await;
        assert_eq!((taken.taken, taken.metered.data_points, taken.metered.mau), (1, 1, 0));
        is(ProfileKind::Anonymous).await;
        send(vec![update("p2", "2026-06-19T10:00:00Z", json!({"email": "ada@a.example", "age": "old"}))]).await;
        is(ProfileKind::Addressable).await;
        send(vec![update("p3", "2026-06-19T11:00:00Z", json!({"customer_id": 7}))]).await;
        is(ProfileKind::Customer).await;
        let taken = send(vec![first, update("p4", "2026-06-20T09:00:00Z", json!({"customer_id": null, "email": null}))]).await;
        assert_eq!((taken.taken, taken.repeated, taken.metered.data_points), (1, 1, 4));
        is(ProfileKind::Anonymous).await;
        let events = vec![event_of("e1", "ada"), Event { at: at("2026-06-19T07:00:00Z"), ..event_of("e2", "ada") }];
        let taken: BatchResult = world.post(&program, "/events", &Events { events }).await.json();
        assert_eq!(taken.metered, Metered { mau: 1, data_points: 4 + 4 });
        let mut tx = world.services.store.reading().await.unwrap();
        let place = Place { organization_id: &ACME, project_id: "prj" };
        let seen = schema::seen(&mut tx, place).await.unwrap();
        let of = |event: &str, property: &str| seen[&Named { event: event.into(), property: property.into() }];
        assert_eq!(of("", "age").value, Some(ValueType::Mixed));
        assert_eq!(of("", "plan").value, Some(ValueType::Text));
        let order = of("Order placed", "");
        assert_eq!((order.kind, order.first, order.last),
            (Some(EventKind::Custom), at("2026-06-19T07:00:00Z"), at("2026-06-20T08:00:00Z")));
        assert_eq!(of("Order placed", "amount").value, Some(ValueType::Number));
        drop(tx);
        invariants::hold(&world).await;
    }
}

/// A customer with two projects and no usage, and a program that may send.
async fn founded(world: &World) -> (Tenant, String) {
    let tenant = world.found_uncounted().await;
    let program = world.program(&tenant, 90).await;
    (tenant, program)
}

/// An event `Order placed` of the 20th with one property that counts as a data point.
fn event_of(id: &str, identity: &str) -> Event {
    Event {
        project: "prj".to_owned(),
        id: id.to_owned(),
        name: "Order placed".to_owned(),
        kind: EventKind::Custom,
        identity: identity.to_owned(),
        source: Source::App,
        anonymous: false,
        at: at("2026-06-20T08:00:00Z"),
        properties: BTreeMap::from([("amount".to_owned(), json!(12))]),
    }
}

/// Any event of June up to the 20th, of few people, so that their identities repeat.
fn drawing() -> impl Strategy<Value = Event> {
    let project = prop_oneof![Just("prj"), Just("two")];
    let kind = prop_oneof![
        3 => Just((EventKind::Custom, "Order placed")),
        1 => Just((EventKind::Conversion, "Signed up")),
        2 => Just((EventKind::System, "App Launched")),
        2 => Just((EventKind::System, "App Uninstalled")),
    ];
    let source =
        prop_oneof![1 => Just(Source::App), 3 => Just(Source::Web), 1 => Just(Source::Api)];
    let when = (1_u32..=20, 0_u32..10);
    (
        project,
        kind,
        source,
        any::<bool>(),
        0_u32..40,
        when,
        0_usize..4,
    )
        .prop_map(
            |(project, (kind, name), source, anonymous, person, (day, hour), count)| {
                let names = ["amount", "items", "CT App Version", "CT Source"];
                let properties = names.iter().take(count);
                Event {
                    project: project.to_owned(),
                    id: String::new(),
                    name: name.to_owned(),
                    kind,
                    identity: format!("person-{person}"),
                    source,
                    anonymous,
                    at: at(&format!("2026-06-{day:02}T{hour:02}:30:00Z")),
                    properties: properties
                        .map(|name| ((*name).to_owned(), json!(1)))
                        .collect(),
                }
            },
        )
}

fn day(event: &Event) -> NaiveDate {
    event.at.date_naive()
}

/// The month up to a day, counted naively.
fn naive(events: &[Event], until: NaiveDate) -> Metered {
    let points = |event: &Event| {
        let names = event.properties.keys();
        let own = event.kind == EventKind::System;
        1 + names.filter(|name| own || !name.starts_with("CT ")).count() as u64
    };
    let seen = events.iter().filter(|event| day(event) <= until);
    Metered {
        mau: parts(events, until).actual_mau(),
        data_points: seen.map(points).sum(),
    }
}

fn parts(events: &[Event], until: NaiveDate) -> MauParts {
    let mut ways: BTreeMap<(&str, &str), BTreeSet<(Way, bool)>> = BTreeMap::new();
    for event in events.iter().filter(|event| day(event) <= until) {
        if event.name != "App Uninstalled" {
            let person = (event.project.as_str(), event.identity.as_str());
            let way = (Way::of(event.source), event.anonymous);
            ways.entry(person).or_default().insert(way);
        }
    }
    let mut parts = MauParts::default();
    for ways in ways.values() {
        let has = |source| ways.iter().any(|(way, _)| *way == source);
        if has(Way::App) {
            parts.app += 1;
        } else if ways.contains(&(Way::Web, false)) {
            parts.web_identified += 1;
        } else if has(Way::Api) {
            parts.api += 1;
        } else {
            parts.anonymous_web += 1;
        }
    }
    parts
}

/// A source as an ordered type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    App,
    Web,
    Api,
}

impl Way {
    fn of(source: Source) -> Self {
        match source {
            Source::App => Self::App,
            Source::Web => Self::Web,
            Source::Api => Self::Api,
        }
    }
}
