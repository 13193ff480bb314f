//! Receives figures by project and day. They are checked against the rules and the stored figures, then
//! all are counted or none (SPEC 3).

use std::collections::BTreeMap;

use api::audit::Action;
use api::problem::FieldError;
use api::usage::intake::{IntakeResult, MOST_ROWS, UsageRow};
use api::{Code, Problem};
use billing::access::RequestUse;
use billing::metering::intake::{DayCount, Field, Unfit, Window, falls};
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use super::evaluation;
use crate::account::access_control::admit_request;
use crate::foundation::clock::billing_day;
use crate::foundation::error::{Error, count_faults};
use crate::store::invoices::closings;
use crate::store::organizations::Organization;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::usage::{self, MeteredBy, UsageChanges, UsageDay, counted_usage};
use crate::store::{Changes, Tx, Work, organizations};

/// The most faults that one reply lists.
pub const MOST_FAULTS: usize = 100;

/// Figures to check and store.
#[derive(Debug)]
pub struct Send {
    pub organization_id: OrganizationId,
    pub actor: Actor,
    pub rows: Vec<UsageRow>,
    pub now: DateTime<Utc>,
}

impl Work for Send {
    type Output = IntakeResult;

    fn changes(&self) -> Changes {
        Changes::Account(self.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<IntakeResult, Error> {
        let id = &self.organization_id;
        admit_request(tx, id, RequestUse::Ingestion, self.now).await?;
        if self.rows.len() > MOST_ROWS {
            let most = format!("At most {MOST_ROWS} rows in one request; send the rest in another");
            return Err(Problem::field("rows", most).into());
        }
        let organization = organizations::find(tx, id).await?;
        let window = window(tx, &organization, self.now).await?;
        let mut faults = self.faults(&usage::metering(tx, id).await?, &window);
        if faults.is_empty() {
            faults = falling(tx, id, &self.rows).await?;
        }
        if !faults.is_empty() {
            return Err(refused(faults));
        }
        let days: Vec<_> = self.rows.iter().map(|row| self.day(row)).collect();
        let written = evaluation::receive(tx, id, &days, self.now).await?;
        let what = "usage by project and day";
        record(tx, id, &self.actor, what, &written, self.now).await?;
        Ok(IntakeResult {
            added: written.added,
            corrected: written.corrected,
            unchanged: written.unchanged,
            metered: counted_usage::to_day(tx, id, window.today).await?.metered(),
        })
    }
}

impl Send {
    /// The faults of rows that do not depend on stored figures.
    fn faults(&self, projects: &BTreeMap<String, MeteredBy>, window: &Window) -> Vec<FieldError> {
        let mut seen: BTreeMap<(&str, NaiveDate), usize> = BTreeMap::new();
        let mut faults = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            if let Some(sentence) = unfit_project(projects, &row.project) {
                faults.push(fault(index, Field::Project, sentence));
            }
            if let Err(unfit) = row.count().check(window) {
                faults.push(fault(index, unfit.field(), unfit.to_string()));
            }
            if let Some(first) = seen.insert((&row.project, row.day), index) {
                let twice = format!("rows[{first}] is for the same project and day");
                faults.push(fault(index, Field::Day, twice));
            }
        }
        faults
    }

    fn day(&self, row: &UsageRow) -> UsageDay {
        UsageDay {
            project_id: row.project.clone(),
            day: row.day,
            parts: row.count().parts,
            data_points: row.data_points,
            counted_at: self.now,
        }
    }
}

/// Logs accepted rows, if they changed anything.
pub(crate) async fn record(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    actor: &Actor,
    what: &str,
    written: &UsageChanges,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (added, corrected, unchanged) = (written.added, written.corrected, written.unchanged);
    if added + corrected == 0 {
        return Ok(());
    }
    let entry = AuditEntry {
        actor,
        at: now,
        action: Action::UsageReceived,
        object: organization_id.as_str(),
        description: format!("{what}: {added} added, {corrected} corrected, {unchanged} unchanged"),
        change: AuditChange::NONE,
    };
    records::audit(tx, organization_id, entry).await
}

/// The days that may be sent now.
pub async fn window(
    tx: &mut Tx,
    organization: &Organization,
    now: DateTime<Utc>,
) -> Result<Window, Error> {
    Ok(Window {
        open_from: closings::first_open(tx, &organization.id).await?.start(),
        today: billing_day(now, organization.zone_offset_minutes),
    })
}

/// Why figures cannot be sent for a project; `None` when they can.
pub fn unfit_project(projects: &BTreeMap<String, MeteredBy>, id: &str) -> Option<&'static str> {
    match projects.get(id) {
        Some(MeteredBy::Figures) => None,
        Some(MeteredBy::Events) => Some(
            "this project is metered by its events; a project is metered by events or by figures, \
             never by both",
        ),
        None => Some("your organization has no project with this id"),
    }
}

/// Rows after which a later day of a month would have fewer distinct users than an earlier one.
async fn falling(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    rows: &[UsageRow],
) -> Result<Vec<FieldError>, Error> {
    let mut months: BTreeMap<(&str, NaiveDate), BTreeMap<NaiveDate, usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let period = BillingPeriod::of(row.day).ok_or(billing::OutOfRange)?;
        let month = months.entry((&row.project, period.start())).or_default();
        month.insert(row.day, index);
    }
    let mut faults = Vec::new();
    for ((project, first), sent) in months {
        let period = BillingPeriod::of(first).ok_or(billing::OutOfRange)?;
        let there = usage::of_project(tx, organization_id, project, period).await?;
        let mut days: BTreeMap<_, _> = there.iter().map(stored).collect();
        for (day, index) in sent {
            days.insert(day, (rows[index].count(), Some(index)));
        }
        let days: Vec<_> = days.into_values().collect();
        for (origin, unfit) in falls_of(&days) {
            faults.push(fault(origin, unfit.field(), unfit.to_string()));
        }
    }
    Ok(faults)
}

fn stored(day: &UsageDay) -> (NaiveDate, (DayCount, Option<usize>)) {
    let count = DayCount {
        day: day.day,
        parts: day.parts,
        data_points: day.data_points,
    };
    (day.day, (count, None))
}

/// The days of a month, in order, on which the users fall, with the new row that causes it. Days that
/// were already stored have no origin.
pub(crate) fn falls_of<O: Copy>(days: &[(DayCount, Option<O>)]) -> Vec<(O, Unfit)> {
    let mut faults = Vec::new();
    for pair in days.windows(2) {
        let [(earlier, first), (later, second)] = pair else {
            continue;
        };
        let Some(field) = falls(earlier, later) else {
            continue;
        };
        if let Some(origin) = second {
            let (day, users) = (earlier.day, users(earlier, field));
            faults.push((*origin, Unfit::BelowEarlier { field, day, users }));
        } else if let Some(origin) = first {
            let (day, users) = (later.day, users(later, field));
            faults.push((*origin, Unfit::AboveLater { field, day, users }));
        }
    }
    faults
}

const fn users(count: &DayCount, field: Field) -> u64 {
    match field {
        Field::App => count.parts.app,
        Field::WebIdentified => count.parts.web_identified,
        Field::Api => count.parts.api,
        Field::AnonymousWeb => count.parts.anonymous_web,
        Field::Project | Field::Day | Field::DataPoints | Field::AddOn | Field::Used => 0,
    }
}

/// A fault in a field of a row.
pub(crate) fn fault(index: usize, field: Field, message: impl Into<String>) -> FieldError {
    FieldError {
        field: format!("rows[{index}].{}", field.as_str()),
        message: message.into(),
    }
}

/// The refusal of all rows, with their faults.
pub(crate) fn refused(mut faults: Vec<FieldError>) -> Error {
    let count = faults.len();
    faults.truncate(MOST_FAULTS);
    let detail = format!("No row was taken: {}, see `fields`", count_faults(count));
    Error::from(Problem {
        fields: faults,
        ..Problem::new(Code::InvalidField, detail)
    })
}
