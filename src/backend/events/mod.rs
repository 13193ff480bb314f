//! Events and profiles as they come in (SPEC 3, 4.12): checked, kept once, and counted into the same
//! figures as everything else.

use std::collections::BTreeMap;

use api::events::{BatchTaken, MOST_OF_A_BATCH};
use api::problem::FieldError;
use api::{Code, Problem};
use billing::BillingPeriod;
use billing::access::Uses;
use billing::events::{Seen, Sightings, part_of};
use billing::identity::{CardNumberFound, TextKind, contains_issued_card_number};
use billing::intake::Window;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::admission::let_in;
use crate::clock::billing_day;
use crate::counting;
use crate::error::Error;
use crate::figures::{MOST_FAULTS, window};
use crate::store::events::{self, Place};
use crate::store::organizations::{self, Organization};
use crate::store::records::Actor;
use crate::store::schema::ValueType;
use crate::store::usage::{self, MeteredBy, UsageDay};
use crate::store::usage_totals::{self, Moved, Series};
use crate::store::{Tx, counted_usage, usage_staging};

mod profile;
mod sent;

pub use profile::SendProfiles;
pub use sent::SendEvents;

/// The longest name of an event, of a property, of an id.
const LONGEST_NAME: usize = 120;
/// The most properties of an event or an update.
const MOST_PROPERTIES: usize = 256;
/// The longest value, as JSON.
const LONGEST_VALUE: usize = 2_000;

/// A batch on its way: whose, from whom, when.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The organization.
    pub organization_id: String,
    /// The program.
    pub actor: Actor,
    /// When it came in.
    pub now: DateTime<Utc>,
}

/// What a batch may contain.
struct Frame {
    organization: Organization,
    projects: BTreeMap<String, MeteredBy>,
    window: Window,
}

impl Delivery {
    async fn frame(&self, tx: &mut Tx, length: usize) -> Result<Frame, Error> {
        let id = self.organization_id.as_str();
        let_in(tx, id, Uses::Ingestion, self.now).await?;
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

    /// Makes sure that a project is metered by events, from its first one on.
    async fn claim(&self, tx: &mut Tx, place: Place<'_>, frame: &Frame) -> Result<(), Error> {
        if frame.projects.get(place.project_id) == Some(&MeteredBy::Events) {
            return Ok(());
        }
        if events::claim(tx, place).await? && !self.awaited(tx, place).await? {
            return Ok(());
        }
        let detail = format!(
            "Nothing was taken: {} is metered by figures; a project is metered by events or by figures, \
             never by both, and another project can take the events",
            place.project_id
        );
        Err(Error::refused(Code::InvalidField, detail))
    }

    /// Whether a file on its way has figures for the project.
    async fn awaited(&self, tx: &mut Tx, place: Place<'_>) -> Result<bool, Error> {
        usage_staging::awaits(tx, (place.organization_id, place.project_id)).await
    }

    /// Counts what a project's month has seen into the organization's figures.
    async fn count(
        &self,
        tx: &mut Tx,
        place: Place<'_>,
        (period, moved): (BillingPeriod, &Moved),
    ) -> Result<(), Error> {
        let days = usage::of_project(tx, place.organization_id, place.project_id, period).await?;
        let before: Series = days.iter().map(UsageDay::counted).collect();
        let after = usage_totals::after(&before, moved)?;
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

    /// Holds the month against its limit, and answers what it has counted.
    async fn finish(
        &self,
        tx: &mut Tx,
        today: NaiveDate,
        (taken, repeated): (u64, u64),
    ) -> Result<BatchTaken, Error> {
        let id = self.organization_id.as_str();
        if taken > 0 {
            counting::evaluate(tx, id, self.now).await?;
        }
        Ok(BatchTaken {
            taken,
            repeated,
            metered: counted_usage::to_day(tx, id, today).await?.metered(),
        })
    }
}

impl Frame {
    fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        billing_day(at, self.organization.zone_offset_minutes)
    }

    /// What is wrong with what events and updates have in common.
    fn check(&self, (project, at): (&str, DateTime<Utc>), faults: &mut Faults) {
        if !self.projects.contains_key(project) {
            faults.add("project", "your organization has no project with this id");
        }
        if let Err(unfit) = self.window.admits(self.day(at)) {
            faults.add("at", unfit.to_string());
        }
    }
}

/// What is wrong with a batch.
struct Faults {
    list: &'static str,
    index: usize,
    faults: Vec<FieldError>,
}

impl Faults {
    fn of(list: &'static str) -> Self {
        Self {
            list,
            index: 0,
            faults: Vec::new(),
        }
    }

    fn add(&mut self, field: &str, message: impl Into<String>) {
        self.faults.push(FieldError {
            field: format!("{}[{}].{field}", self.list, self.index),
            message: message.into(),
        });
    }

    fn text(&mut self, field: &str, text: &str) {
        let length = text.chars().count();
        if length == 0 || length > LONGEST_NAME || text.contains(char::is_control) {
            let needs = format!("1 to {LONGEST_NAME} characters on one line");
            self.add(field, needs);
        } else if let Err(fault) = TextKind::Data.check(text) {
            self.add(field, fault.to_string());
        }
    }

    /// What no text from outside may hold, in the value of a property.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) if contains_issued_card_number(&number.to_string()) => {
                self.add("properties", CardNumberFound.to_string());
            }
            Value::Number(_) => {}
            Value::String(text) => {
                if let Err(fault) = TextKind::Data.check(text) {
                    self.add("properties", fault.to_string());
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.value(value)),
            Value::Object(members) => members.values().for_each(|value| self.value(value)),
        }
    }

    fn properties(&mut self, properties: &BTreeMap<String, Value>, may_unset: Unset) {
        if properties.len() > MOST_PROPERTIES {
            self.add("properties", format!("at most {MOST_PROPERTIES}"));
        }
        for (name, value) in properties {
            self.text("properties", name);
            self.value(value);
            let unset = value.is_null() && matches!(may_unset, Unset::Yes);
            if ValueType::of(value).is_none() && !unset {
                let words =
                    format!("{name} is neither text, number, yes or no, nor a list of these");
                self.add("properties", words);
            }
            if value.to_string().len() > LONGEST_VALUE {
                self.add(
                    "properties",
                    format!("{name} is longer than {LONGEST_VALUE} bytes"),
                );
            }
        }
    }

    /// Nothing was taken, and why; nothing where nothing is wrong.
    fn refuse(mut self) -> Result<(), Error> {
        if self.faults.is_empty() {
            return Ok(());
        }
        let count = self.faults.len();
        self.faults.truncate(MOST_FAULTS);
        let detail = format!("Nothing was taken: {count} things need another value, see `fields`");
        Err(Error::from(Problem {
            fields: self.faults,
            ..Problem::new(Code::InvalidField, detail)
        }))
    }
}

/// Whether a value may take a property away.
#[derive(Debug, Clone, Copy)]
enum Unset {
    Yes,
    No,
}

/// Moves the figures of the month by what a person's sightings have become.
fn see(moved: &mut Moved, period: BillingPeriod, (before, after): (Sightings, Sightings)) {
    if before == after {
        return;
    }
    let days = period.start().iter_days();
    for day in days.take_while(|day| period.contains(*day)) {
        let part = |seen: Option<Seen>| seen.map(part_of).unwrap_or_default();
        moved.user(day, (part(before.at(day)), part(after.at(day))));
    }
}
