//! Profiles.

use std::collections::BTreeMap;

use api::events::{BatchTaken, Profile, ProfileUpdate};
use billing::BillingPeriod;
use billing::events::{DATA_POINTS_OF_PROFILE, ProfileKind};

use super::{Delivery, Faults, Frame, Unset};
use crate::error::Error;
use crate::secret::fingerprint_of;
use crate::store::events::{self, Place};
use crate::store::schema::{self, Known, Named, ValueType};
use crate::store::usage_totals::Moved;
use crate::store::{Tx, Work, profiles};

/// Updates of profiles on their way into the store.
#[derive(Debug)]
pub struct SendProfiles {
    /// Whose, from whom, when.
    pub delivery: Delivery,
    /// The updates.
    pub updates: Vec<ProfileUpdate>,
}

impl Work for SendProfiles {
    type Output = BatchTaken;

    async fn run(&self, tx: &mut Tx) -> Result<BatchTaken, Error> {
        let frame = self.delivery.frame(tx, self.updates.len()).await?;
        let mut faults = Faults::of("profiles");
        let mut projects: BTreeMap<&str, Vec<(usize, &ProfileUpdate)>> = BTreeMap::new();
        for (index, update) in self.updates.iter().enumerate() {
            faults.index = index;
            frame.check((&update.project, update.at), &mut faults);
            faults.text("id", &update.id);
            faults.text("identity", &update.identity);
            faults.properties(&update.properties, Unset::Yes);
            let sent = projects.entry(&update.project).or_default();
            sent.push((index, update));
        }
        faults.refuse()?;
        let (mut taken, mut repeated) = (0, 0);
        for (project_id, sent) in projects {
            let place = Place {
                organization_id: &self.delivery.organization_id,
                project_id,
            };
            let new = self.take(tx, place, (&frame, &sent)).await?;
            (taken, repeated) = (taken + new, repeated + sent.len() as u64 - new);
        }
        self.delivery
            .finish(tx, frame.window.today, (taken, repeated))
            .await
    }
}

impl SendProfiles {
    /// Takes what is new, and answers how much that is.
    async fn take(
        &self,
        tx: &mut Tx,
        place: Place<'_>,
        (frame, sent): (&Frame, &[(usize, &ProfileUpdate)]),
    ) -> Result<u64, Error> {
        let ids: Vec<_> = sent.iter().map(|(_, update)| update.id.as_str()).collect();
        let mut known = events::known(tx, place, ("profile_updates", &ids)).await?;
        let mut faults = Faults::of("profiles");
        let mut names = BTreeMap::new();
        let mut months: BTreeMap<_, Moved> = BTreeMap::new();
        let mut taken = 0;
        for (index, update) in sent {
            let print = fingerprint_of(update)?;
            if let Some(before) = known.get(&update.id) {
                if *before != print {
                    faults.index = *index;
                    faults.add("id", "another update has this id");
                }
                continue;
            }
            if taken == 0 {
                self.delivery.claim(tx, place, frame).await?;
            }
            profiles::add_update(tx, place, (update, &print)).await?;
            apply(tx, place, update).await?;
            name(update, &mut names);
            let day = frame.day(update.at);
            let period = BillingPeriod::of(day).ok_or(billing::OutOfRange)?;
            let moved = months.entry(period.start()).or_default();
            moved.points(day, DATA_POINTS_OF_PROFILE);
            moved.counted(day, self.delivery.now);
            known.insert(update.id.clone(), print);
            taken += 1;
        }
        faults.refuse()?;
        schema::add(tx, place, names).await?;
        for (first, moved) in months {
            let period = BillingPeriod::of(first).ok_or(billing::OutOfRange)?;
            self.delivery.count(tx, place, (period, &moved)).await?;
        }
        Ok(taken)
    }
}

/// Sets and takes away what an update says; what the profile is follows from that.
async fn apply(tx: &mut Tx, place: Place<'_>, update: &ProfileUpdate) -> Result<(), Error> {
    let before = profiles::find(tx, place, &update.identity).await?;
    let mut properties = before.map(|before| before.properties).unwrap_or_default();
    for (name, value) in &update.properties {
        if value.is_null() {
            properties.remove(name);
        } else {
            properties.insert(name.clone(), value.clone());
        }
    }
    let kind = ProfileKind::of(properties.keys().map(String::as_str));
    let profile = Profile { kind, properties };
    profiles::keep(tx, place, (&update.identity, &profile), update.at).await
}

fn name(update: &ProfileUpdate, names: &mut BTreeMap<Named, Known>) {
    for (property, value) in &update.properties {
        let Some(value) = ValueType::of(value) else {
            continue;
        };
        let named = Named {
            event: String::new(),
            property: property.clone(),
        };
        let known = Known {
            kind: None,
            value: Some(value),
            first: update.at,
            last: update.at,
        };
        let both = names.get(&named).map_or(known, |before| before.and(known));
        names.insert(named, both);
    }
}
