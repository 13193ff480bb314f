//! Usage by project and day. The view `usage_days` contains the figures that count; `usage_rows` also
//! contains uploaded files that are not applied yet and figures that a later file has replaced.

use std::collections::BTreeMap;

use billing::metering::usage::MauParts;
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use super::Tx;
use super::database::row::{count, day, instant, stored, word};
use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use totals::{Figures, Moved, Series};

pub mod add_on_use;
pub mod alert_crossings;
pub mod arrivals;
pub mod counted_usage;
pub mod cuts;
pub mod events;
pub mod imports;
pub mod marks;
pub mod profiles;
pub mod projects;
pub mod schema;
pub mod staging;
pub mod totals;

#[derive(Debug, Clone)]
pub struct Project {
    pub id: String,
    pub name: String,
}

/// What a project is metered by; never by both (SPEC 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeteredBy {
    /// Daily figures; the default until the project's first event.
    Figures,
    Events,
}

/// The usage that a project had counted by the end of a day.
#[derive(Debug, Clone)]
pub struct UsageDay {
    pub project_id: String,
    pub day: NaiveDate,
    /// The distinct users of the month to date.
    pub parts: MauParts,
    /// The data points of that day alone.
    pub data_points: u64,
    pub counted_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    project_id: String,
    day: String,
    app: i64,
    web_identified: i64,
    api: i64,
    anonymous_web: i64,
    data_points: i64,
    counted_at: String,
}

/// What each project of an organization is metered by, by project id.
pub async fn metering(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<BTreeMap<String, MeteredBy>, Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, metered_by FROM projects WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_all(tx.connection())
            .await?;
    let read = |(id, by): (String, String)| Ok((id, word(&by)?));
    rows.into_iter().map(read).collect()
}

/// The counted days of a project in a month, in order.
pub async fn of_project(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    project_id: &str,
    period: BillingPeriod,
) -> Result<Vec<UsageDay>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT project_id, day, app, web_identified, api, anonymous_web, data_points, counted_at \
         FROM usage_days WHERE organization_id = $1 AND project_id = $2 AND day >= $3 AND day < $4 \
         ORDER BY day",
    )
    .bind(organization_id.as_str())
    .bind(project_id)
    .bind(period.start().to_string())
    .bind(period.end().to_string())
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(UsageDay::try_from).collect()
}

/// Adds a project; an existing one is not changed.
pub async fn add_project(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    project: &Project,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO projects (organization_id, id, name) VALUES ($1, $2, $3) \
         ON CONFLICT (organization_id, id) DO NOTHING",
    )
    .bind(organization_id.as_str())
    .bind(project.id.as_str())
    .bind(project.name.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How many days a write has added, corrected and left alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UsageChanges {
    pub added: u64,
    pub corrected: u64,
    pub unchanged: u64,
}

/// Writes counted days and updates the organization's totals. An existing day gets the new figures.
///
/// # Errors
/// A closed month.
pub async fn put(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    days: &[UsageDay],
) -> Result<UsageChanges, Error> {
    let mut written = UsageChanges::default();
    let mut moved = Moved::default();
    let mut by_project: BTreeMap<(&str, NaiveDate), Vec<&UsageDay>> = BTreeMap::new();
    for day in days {
        let period = BillingPeriod::of(day.day).ok_or(billing::OutOfRange)?;
        let key = (day.project_id.as_str(), period.start());
        by_project.entry(key).or_default().push(day);
    }
    for ((project_id, first), rows) in by_project {
        let period = BillingPeriod::of(first).ok_or(billing::OutOfRange)?;
        let before = of_project(tx, organization_id, project_id, period).await?;
        let before: Series = before.iter().map(UsageDay::counted).collect();
        let mut after = before.clone();
        for row in rows {
            let (day, figures) = row.counted();
            match before.get(&day) {
                Some(same) if *same == figures => {
                    written.unchanged += 1;
                    continue;
                }
                Some(_) => written.corrected += 1,
                None => written.added += 1,
            }
            write(tx, organization_id, row).await?;
            after.insert(day, figures);
            moved.counted(day, row.counted_at);
        }
        moved.shift(period, &before, &after);
    }
    totals::apply(tx, organization_id, &moved).await?;
    Ok(written)
}

/// Writes one counted day, as [`put`] does.
pub async fn add_day(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    counted: &UsageDay,
) -> Result<(), Error> {
    put(tx, organization_id, std::slice::from_ref(counted)).await?;
    Ok(())
}

/// Replaces the row that counts, or adds one.
async fn write(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    counted: &UsageDay,
) -> Result<(), Error> {
    let parts = counted.parts;
    sqlx::query(
        "INSERT INTO usage_rows (organization_id, project_id, day, import_id, app, web_identified, \
         api, anonymous_web, data_points, counted_at) VALUES ($1, $2, $3, \
         COALESCE((SELECT d.import_id FROM usage_days d WHERE d.organization_id = $1 \
         AND d.project_id = $2 AND d.day = $3), ''), $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (organization_id, project_id, day, import_id) DO UPDATE SET \
         app = excluded.app, web_identified = excluded.web_identified, api = excluded.api, \
         anonymous_web = excluded.anonymous_web, data_points = excluded.data_points, \
         counted_at = excluded.counted_at",
    )
    .bind(organization_id.as_str())
    .bind(counted.project_id.as_str())
    .bind(counted.day.to_string())
    .bind(stored(parts.app)?)
    .bind(stored(parts.web_identified)?)
    .bind(stored(parts.api)?)
    .bind(stored(parts.anonymous_web)?)
    .bind(stored(counted.data_points)?)
    .bind(instant_text(counted.counted_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl UsageDay {
    /// The day and its figures, without the project.
    pub const fn counted(&self) -> (NaiveDate, Figures) {
        let figures = Figures {
            parts: self.parts,
            data_points: self.data_points,
        };
        (self.day, figures)
    }
}

impl TryFrom<Row> for UsageDay {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            day: day(&row.day)?,
            parts: MauParts {
                app: count(row.app)?,
                web_identified: count(row.web_identified)?,
                api: count(row.api)?,
                anonymous_web: count(row.anonymous_web)?,
            },
            data_points: count(row.data_points)?,
            counted_at: instant(&row.counted_at)?,
            project_id: row.project_id,
        })
    }
}
