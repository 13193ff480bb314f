//! Receives profile updates.

use std::collections::BTreeMap;

use api::usage::events::{BatchResult, Profile, ProfileUpdate};
use billing::BillingPeriod;
use billing::metering::events::{DATA_POINTS_OF_PROFILE, ProfileKind};
use chrono::{DateTime, Utc};

use super::refusals::{Looking, OnFault, Unset};
use super::sorting::{Entry, Fresh, Sent, sort_out};
use super::{BatchOutcome, Delivery, Frame};
use crate::foundation::error::Error;
use crate::store::usage::events::Place;
use crate::store::usage::profiles;
use crate::store::usage::schema::{self, Known, Named, ValueType};
use crate::store::usage::totals::Moved;
use crate::store::{Changes, Tx, Work};

/// Profile updates to check and store.
#[derive(Debug)]
pub struct SendProfiles {
    /// The batch's organization, sender and time.
    pub delivery: Delivery,
    /// The updates.
    pub updates: Vec<Entry<ProfileUpdate>>,
    /// What happens to the other updates when one is refused.
    pub on_fault: OnFault,
}

impl Work for SendProfiles {
    type Output = BatchResult;

    fn changes(&self) -> Changes {
        Changes::Organization(self.delivery.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<BatchResult, Error> {
        let frame = self.delivery.frame(tx, self.updates.len()).await?;
        let sorted = sort_out(tx, &self.delivery, &frame, &self.updates, self.on_fault).await?;
        let mut taken = 0;
        for (project_id, fresh) in sorted.fresh {
            let place = Place {
                organization_id: &self.delivery.organization_id,
                project_id,
            };
            taken += fresh.len() as u64;
            self.take(tx, place, &frame, &fresh).await?;
        }
        let outcome = BatchOutcome {
            taken,
            repeated: sorted.repeated,
            refused: sorted.refused,
        };
        self.delivery.finish(tx, frame.window.today, outcome).await
    }
}

impl SendProfiles {
    async fn take(
        &self,
        tx: &mut Tx,
        place: Place<'_>,
        frame: &Frame,
        fresh: &[Fresh<'_, ProfileUpdate>],
    ) -> Result<(), Error> {
        let mut names = BTreeMap::new();
        let mut months: BTreeMap<_, Moved> = BTreeMap::new();
        for Fresh { entry, print, .. } in fresh {
            profiles::add_update(tx, place, entry, print).await?;
            apply(tx, place, entry).await?;
            name(entry, &mut names);
            let day = frame.day(entry.at);
            let period = BillingPeriod::of(day).ok_or(billing::OutOfRange)?;
            let moved = months.entry(period.start()).or_default();
            moved.points(day, DATA_POINTS_OF_PROFILE);
            moved.counted(day, self.delivery.now);
        }
        schema::add(tx, place, names).await?;
        for (first, moved) in months {
            let period = BillingPeriod::of(first).ok_or(billing::OutOfRange)?;
            self.delivery.count(tx, place, period, &moved).await?;
        }
        Ok(())
    }
}

impl Sent for ProfileUpdate {
    const LIST: &'static str = "profiles";
    const TABLE: &'static str = "profile_updates";

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
        looking.text("identity", &self.identity);
        looking.properties(&self.properties, Unset::Yes);
    }
}

/// Sets and removes the properties of an update, and derives the profile from them.
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
    profiles::keep(tx, place, &update.identity, &profile, update.at).await
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
