//! The visitors of one demo organization. Their actions are sent as events and profiles through the
//! same code as those of any organization, and its usage is counted from them.

use std::collections::BTreeMap;

use api::usage::events::{Event, MOST_OF_A_BATCH, ProfileUpdate};
use billing::OrganizationId;
use billing::metering::events::{EventKind, Source};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use super::usage::dice;
use crate::foundation::error::Error;
use crate::services::Services;
use crate::store::invoices::closings;
use crate::store::records::Actor;
use crate::store::subscriptions;
use crate::usage::events::{Delivery, OnFault, SendEvents, SendProfiles};

/// The organization that the visitors belong to.
pub(super) const ORGANIZATION: OrganizationId = OrganizationId::from_static("org_fresh");
const PROJECT: &str = "prj_main";

/// Sends what has happened from the first open month up to now. Events that were sent before count
/// once.
pub(super) async fn send(services: &Services, seed: u64) -> Result<(), Error> {
    let now = services.clock.now();
    let mut tx = services.store.reading().await?;
    let started_on = subscriptions::started_on(&mut tx, &ORGANIZATION).await?;
    let open = closings::first_open(&mut tx, &ORGANIZATION).await?;
    drop(tx);
    let first = started_on.max(open.start());
    let delivery = Delivery {
        organization_id: ORGANIZATION,
        actor: Actor::system(),
        now,
    };
    let days = first.iter_days().take_while(|day| *day <= now.date_naive());
    for day in days {
        let visits: Vec<_> = visits(seed, day).filter(|event| event.at <= now).collect();
        for events in visits.chunks(MOST_OF_A_BATCH) {
            let send = SendEvents {
                delivery: delivery.clone(),
                events: events.iter().cloned().map(Ok).collect(),
                on_fault: OnFault::RefuseAll,
            };
            services.store.write(send).await?;
        }
        let updates: Vec<_> = known(seed, day).filter(|update| update.at <= now).collect();
        let send = SendProfiles {
            delivery: delivery.clone(),
            updates: updates.into_iter().map(Ok).collect(),
            on_fault: OnFault::RefuseAll,
        };
        services.store.write(send).await?;
    }
    Ok(())
}

/// The events of a day: 80 to 139 visitors, each with two to four events.
fn visits(seed: u64, day: NaiveDate) -> impl Iterator<Item = Event> {
    let roll = move |what: &str| dice(&format!("{seed}/{ORGANIZATION}/{day}/{what}"));
    (0..80 + roll("visitors") % 60).flat_map(move |visitor| {
        let (source, anonymous, arrival) = match roll(&format!("{visitor}/way")) % 20 {
            0..=11 => (Source::App, false, "App Launched"),
            12..=16 => (Source::Web, false, "Web Session Started"),
            _ => (Source::Web, true, "Web Session Started"),
        };
        let minute = roll(&format!("{visitor}/minute")) % 1_400;
        (0..2 + roll(&format!("{visitor}/events")) % 3).map(move |step| {
            let (name, kind, properties) = match step {
                0 => (arrival, EventKind::System, [("CT Source", json!("demo"))]),
                3 => (
                    "Folio shared",
                    EventKind::Conversion,
                    [("channel", json!("mail"))],
                ),
                _ => (
                    "Folio opened",
                    EventKind::Custom,
                    [("pages", json!(8 + step * 4))],
                ),
            };
            Event {
                project: PROJECT.to_owned(),
                id: format!("{day}-{visitor}-{step}"),
                name: name.to_owned(),
                kind,
                identity: identity(day, visitor),
                source,
                anonymous,
                at: at(day, minute + step),
                properties: named(properties),
            }
        })
    })
}

/// The profile updates of a day, for some of its visitors.
fn known(seed: u64, day: NaiveDate) -> impl Iterator<Item = ProfileUpdate> {
    let roll = move |what: &str| dice(&format!("{seed}/{ORGANIZATION}/{day}/{what}"));
    (0..12).map(move |visitor| {
        let (name, value) = match roll(&format!("{visitor}/known")) % 3 {
            0 => ("customer_id", json!(1_000 + visitor)),
            1 => (
                "email",
                json!(format!("{}@visitor.example", identity(day, visitor))),
            ),
            _ => ("language", json!("en")),
        };
        ProfileUpdate {
            project: PROJECT.to_owned(),
            id: format!("{day}-{visitor}"),
            identity: identity(day, visitor),
            at: at(day, roll(&format!("{visitor}/minute")) % 1_400 + 9),
            properties: named([(name, value)]),
        }
    })
}

/// Every third visitor comes back on the next day, with the same identity.
fn identity(day: NaiveDate, visitor: u64) -> String {
    let (first, number) = match visitor % 3 {
        0 => (day.pred_opt().unwrap_or(day), visitor + 1),
        _ => (day, visitor),
    };
    format!("visitor-{first}-{number}")
}

fn at(day: NaiveDate, minute: u64) -> DateTime<Utc> {
    let minutes = i64::try_from(minute).unwrap_or_default();
    day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::minutes(minutes)
}

fn named<const N: usize>(properties: [(&str, Value); N]) -> BTreeMap<String, Value> {
    let named = properties.map(|(name, value)| (name.to_owned(), value));
    BTreeMap::from(named)
}
