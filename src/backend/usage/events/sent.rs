//! Receives events.

use std::collections::{BTreeMap, BTreeSet};

use api::usage::events::{BatchResult, Event};
use billing::BillingPeriod;
use billing::metering::events::{Identified, Seen, counts, data_points_of_event};
use chrono::{DateTime, Utc};

use super::refusals::{Looking, OnFault, Unset};
use super::sorting::{Entry, Sent, sort_out};
use super::{BatchOutcome, Delivery, Frame, see};
use crate::foundation::error::Error;
use crate::store::usage::events::{self, Place};
use crate::store::usage::schema::{self, Known, Named, ValueType};
use crate::store::usage::totals::Moved;
use crate::store::{Changes, Tx, Work};

/// Events to check and store.
#[derive(Debug)]
pub struct SendEvents {
    /// The batch's organization, sender and time.
    pub delivery: Delivery,
    /// The events.
    pub events: Vec<Entry<Event>>,
    /// What happens to the other events when one is refused.
    pub on_fault: OnFault,
}

impl Work for SendEvents {
    type Output = BatchResult;

    fn changes(&self) -> Changes {
        Changes::Organization(self.delivery.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<BatchResult, Error> {
        let frame = self.delivery.frame(tx, self.events.len()).await?;
        let sorted = sort_out(tx, &self.delivery, &frame, &self.events, self.on_fault).await?;
        let mut taken = 0;
        for (project_id, fresh) in sorted.fresh {
            let place = Place {
                organization_id: &self.delivery.organization_id,
                project_id,
            };
            let new: Vec<_> = fresh
                .into_iter()
                .map(|fresh| (fresh.entry, fresh.print))
                .collect();
            taken += new.len() as u64;
            self.take(tx, place, &frame, &new).await?;
        }
        let outcome = BatchOutcome {
            taken,
            repeated: sorted.repeated,
            refused: sorted.refused,
        };
        self.delivery.finish(tx, frame.window.today, outcome).await
    }
}

impl Sent for Event {
    const LIST: &'static str = "events";
    const TABLE: &'static str = "events";

    fn project(&self) -> &str {
        &self.project
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn at(&self) -> DateTime<Utc> {
        self.at
    }

    fn check(&self, looking: &mut Looking<'_>) {
        looking.text("id", &self.id);
        looking.text("name", &self.name);
        looking.text("identity", &self.identity);
        looking.properties(&self.properties, Unset::No);
    }
}

impl SendEvents {
    async fn take(
        &self,
        tx: &mut Tx,
        place: Place<'_>,
        frame: &Frame,
        new: &[(&Event, String)],
    ) -> Result<(), Error> {
        events::add(tx, place, new, self.delivery.now).await?;
        if let Some(first) = new.iter().map(|(event, _)| event.at).min() {
            events::note_first(tx, place, first).await?;
        }
        let mut names = BTreeMap::new();
        let mut months: BTreeMap<_, Vec<&Event>> = BTreeMap::new();
        for (event, _) in new {
            name(event, &mut names);
            let period = BillingPeriod::of(frame.day(event.at)).ok_or(billing::OutOfRange)?;
            months.entry(period.start()).or_default().push(event);
        }
        schema::add(tx, place, names).await?;
        for (first, events) in months {
            let period = BillingPeriod::of(first).ok_or(billing::OutOfRange)?;
            let moved = self.moved(tx, place, frame, period, &events).await?;
            self.delivery.count(tx, place, period, &moved).await?;
        }
        Ok(())
    }

    /// How much the events of a month change a project's figures. Stores which people were seen.
    async fn moved(
        &self,
        tx: &mut Tx,
        place: Place<'_>,
        frame: &Frame,
        period: BillingPeriod,
        events: &[&Event],
    ) -> Result<Moved, Error> {
        let mut moved = Moved::default();
        let identities: BTreeSet<_> = events.iter().map(|event| event.identity.as_str()).collect();
        let before = events::sightings(tx, place, period, &identities).await?;
        let mut after: BTreeMap<&str, _> = BTreeMap::new();
        for event in events {
            let day = frame.day(event.at);
            let names = event.properties.keys().map(String::as_str);
            moved.points(day, data_points_of_event(event.kind, names));
            moved.counted(day, self.delivery.now);
            if counts(event.kind, &event.name) {
                let identity = event.identity.as_str();
                let seen = after
                    .entry(identity)
                    .or_insert_with(|| before.get(identity).copied().unwrap_or_default());
                *seen = seen.with(seen_by(event), day);
            }
        }
        let mut changed = Vec::new();
        for (identity, seen) in after {
            let known = before.get(identity).copied().unwrap_or_default();
            if known != seen {
                see(&mut moved, period, known, seen);
                changed.push((identity, seen));
            }
        }
        events::keep_sightings(tx, place, period, &changed).await?;
        Ok(moved)
    }
}

fn seen_by(event: &Event) -> Seen {
    let identified = if event.anonymous {
        Identified::No
    } else {
        Identified::Yes
    };
    Seen::by(event.source, identified)
}

/// Collects the event and property names of an event.
fn name(event: &Event, names: &mut BTreeMap<Named, Known>) {
    let mut note = |property: &str, value: Option<ValueType>| {
        let named = Named {
            event: event.name.clone(),
            property: property.to_owned(),
        };
        let known = Known {
            kind: Some(event.kind),
            value,
            first: event.at,
            last: event.at,
        };
        let both = names.get(&named).map_or(known, |before| before.and(known));
        names.insert(named, both);
    };
    note("", None);
    for (property, value) in &event.properties {
        note(property, ValueType::of(value));
    }
}
