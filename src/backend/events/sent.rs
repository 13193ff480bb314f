//! Events.

use std::collections::{BTreeMap, BTreeSet};

use api::events::{BatchTaken, Event};
use billing::BillingPeriod;
use billing::events::{Identified, Seen, counts, data_points_of_event};

use super::{Delivery, Faults, Frame, Unset, see};
use crate::error::Error;
use crate::secret::fingerprint_of;
use crate::store::events::{self, Place};
use crate::store::schema::{self, Known, Named, ValueType};
use crate::store::usage_totals::Moved;
use crate::store::{Tx, Work};

/// Events on their way into the store.
#[derive(Debug)]
pub struct SendEvents {
    /// Whose, from whom, when.
    pub delivery: Delivery,
    /// The events.
    pub events: Vec<Event>,
}

/// An event, its place in the batch, its fingerprint.
type Sent<'a> = (usize, &'a Event, String);

impl Work for SendEvents {
    type Output = BatchTaken;

    async fn run(&self, tx: &mut Tx) -> Result<BatchTaken, Error> {
        let frame = self.delivery.frame(tx, self.events.len()).await?;
        let mut faults = Faults::of("events");
        let mut projects: BTreeMap<&str, Vec<Sent<'_>>> = BTreeMap::new();
        for (index, event) in self.events.iter().enumerate() {
            faults.index = index;
            check(&frame, event, &mut faults);
            let sent = (index, event, fingerprint_of(event)?);
            projects.entry(&event.project).or_default().push(sent);
        }
        faults.refuse()?;
        let (mut taken, mut repeated) = (0, 0);
        for (project_id, sent) in projects {
            let place = Place {
                organization_id: &self.delivery.organization_id,
                project_id,
            };
            let all = sent.len();
            let new = fresh(tx, place, sent).await?;
            (taken, repeated) = (taken + new.len(), repeated + all - new.len());
            if !new.is_empty() {
                self.take(tx, place, (&frame, &new)).await?;
            }
        }
        let counts = (taken as u64, repeated as u64);
        self.delivery.finish(tx, frame.window.today, counts).await
    }
}

impl SendEvents {
    async fn take(
        &self,
        tx: &mut Tx,
        place: Place<'_>,
        (frame, new): (&Frame, &[(&Event, String)]),
    ) -> Result<(), Error> {
        self.delivery.claim(tx, place, frame).await?;
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
            let moved = self.moved(tx, place, (frame, period, &events)).await?;
            self.delivery.count(tx, place, (period, &moved)).await?;
        }
        Ok(())
    }

    /// How far the events of a month move a project's figures. Whom it has seen is kept on the way.
    async fn moved(
        &self,
        tx: &mut Tx,
        place: Place<'_>,
        (frame, period, events): (&Frame, BillingPeriod, &[&Event]),
    ) -> Result<Moved, Error> {
        let mut moved = Moved::default();
        let identities: BTreeSet<_> = events.iter().map(|event| event.identity.as_str()).collect();
        let before = events::sightings(tx, place, (period, &identities)).await?;
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
                see(&mut moved, period, (known, seen));
                changed.push((identity, seen));
            }
        }
        events::keep_sightings(tx, place, (period, &changed)).await?;
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

fn check(frame: &Frame, event: &Event, faults: &mut Faults) {
    frame.check((&event.project, event.at), faults);
    faults.text("id", &event.id);
    faults.text("name", &event.name);
    faults.text("identity", &event.identity);
    faults.properties(&event.properties, Unset::No);
}

/// Those that were not taken before, each once. One whose id belongs to another is refused.
async fn fresh<'a>(
    tx: &mut Tx,
    place: Place<'_>,
    sent: Vec<Sent<'a>>,
) -> Result<Vec<(&'a Event, String)>, Error> {
    let ids: Vec<_> = sent.iter().map(|(_, event, _)| event.id.as_str()).collect();
    let mut known = events::known(tx, place, ("events", &ids)).await?;
    let mut faults = Faults::of("events");
    let mut fresh = Vec::new();
    for (index, event, print) in sent {
        match known.get(&event.id) {
            Some(same) if *same == print => {}
            Some(_) => {
                faults.index = index;
                faults.add("id", "another event has this id");
            }
            None => {
                known.insert(event.id.clone(), print.clone());
                fresh.push((event, print));
            }
        }
    }
    faults.refuse()?;
    Ok(fresh)
}

/// Notes the names that an event brings.
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
