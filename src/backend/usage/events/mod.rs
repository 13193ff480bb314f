//! Receives events and profiles (SPEC 3, 4.12): they are checked, stored once, and counted into the
//! same usage figures as everything else.

use std::collections::BTreeMap;

use api::Code;
use api::usage::events::{BatchResult, MOST_OF_A_BATCH, RefusedEntry};
use billing::access::RequestUse;
use billing::metering::events::{Seen, Sightings, part_of};
use billing::metering::intake::Window;
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use super::evaluation;
use super::intake::window;
use crate::account::access_control::admit_request;
use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::organizations::{self, Organization};
use crate::store::records::Actor;
use crate::store::usage::events::{self, Place};
use crate::store::usage::totals::{self, Moved, Series};
use crate::store::usage::{self, MeteredBy, UsageDay, counted_usage, staging};

mod profile;
mod refusals;
mod sent;
mod sorting;

pub use profile::SendProfiles;
pub use refusals::OnFault;
pub use sent::SendEvents;
pub use sorting::{Entry, Unreadable};

/// A batch that was received: its organization, its sender, and when.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub organization_id: OrganizationId,
    /// The program that sent it.
    pub actor: Actor,
    /// When it was received.
    pub now: DateTime<Utc>,
}

/// What the entries of a batch are checked against.
struct Frame {
    organization: Organization,
    projects: BTreeMap<String, MeteredBy>,
    window: Window,
}

/// What has become of the entries of a batch.
struct BatchOutcome {
    /// How many were new, and are stored now.
    taken: u64,
    /// How many were received before.
    repeated: u64,
    refused: Vec<RefusedEntry>,
}

impl Delivery {
    async fn frame(&self, tx: &mut Tx, length: usize) -> Result<Frame, Error> {
        let id = &self.organization_id;
        admit_request(tx, id, RequestUse::Ingestion, self.now).await?;
        if length > MOST_OF_A_BATCH {
            let most =
                format!("At most {MOST_OF_A_BATCH} in one request; send the rest in another");
            return Err(Error::refused(Code::InvalidField, most));
        }
        let organization = organizations::find(tx, id).await?;
        Ok(Frame {
            projects: usage::metering(tx, id).await?,
            window: window(tx, &organization, self.now).await?,
            organization,
        })
    }

    /// Marks a project as metered by events when its first event arrives. Returns false when the
    /// project has figures, or when a staged usage file has some for it.
    async fn claim(&self, tx: &mut Tx, place: Place<'_>, frame: &Frame) -> Result<bool, Error> {
        if frame.projects.get(place.project_id) == Some(&MeteredBy::Events) {
            return Ok(true);
        }
        if staging::awaits(tx, place.organization_id, place.project_id).await? {
            return Ok(false);
        }
        events::claim(tx, place).await
    }

    /// Adds what a project's month has seen to the organization's usage figures.
    async fn count(
        &self,
        tx: &mut Tx,
        place: Place<'_>,
        period: BillingPeriod,
        moved: &Moved,
    ) -> Result<(), Error> {
        let days = usage::of_project(tx, place.organization_id, place.project_id, period).await?;
        let before: Series = days.iter().map(UsageDay::counted).collect();
        let after = totals::after(&before, moved)?;
        let changed = after
            .into_iter()
            .filter(|(day, figures)| before.get(day) != Some(figures));
        let changed: Vec<_> = changed
            .map(|(day, figures)| UsageDay {
                project_id: place.project_id.to_owned(),
                day,
                parts: figures.parts,
                data_points: figures.data_points,
                counted_at: self.now,
            })
            .collect();
        usage::put(tx, place.organization_id, &changed).await?;
        Ok(())
    }

    /// Evaluates the month against its limit, and returns what it has counted.
    async fn finish(
        &self,
        tx: &mut Tx,
        today: NaiveDate,
        outcome: BatchOutcome,
    ) -> Result<BatchResult, Error> {
        let BatchOutcome {
            taken,
            repeated,
            refused,
        } = outcome;
        let id = &self.organization_id;
        if taken > 0 {
            evaluation::evaluate(tx, id, self.now).await?;
        }
        Ok(BatchResult {
            taken,
            repeated,
            refused,
            metered: counted_usage::to_day(tx, id, today).await?.metered(),
        })
    }
}

impl Frame {
    fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        billing_day(at, self.organization.zone_offset_minutes)
    }
}

/// Changes the month's figures by the change in how one person was seen.
fn see(moved: &mut Moved, period: BillingPeriod, before: Sightings, after: Sightings) {
    if before == after {
        return;
    }
    let days = period.start().iter_days();
    for day in days.take_while(|day| period.contains(*day)) {
        let part = |seen: Option<Seen>| seen.map(part_of).unwrap_or_default();
        moved.user(day, part(before.at(day)), part(after.at(day)));
    }
}
