//! Usage by project and day. The view `usage_days` contains the figures that count; `usage_rows` also
//! contains uploaded files that are not applied yet and figures that a later file has replaced.

use std::collections::BTreeMap;

use billing::metering::usage::MauParts;
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use super::Tx;
use super::database::column::{Count, Text, Word};
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
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UsageDay {
    pub project_id: String,
    #[sqlx(try_from = "Text<NaiveDate>")]
    pub day: NaiveDate,
    /// The distinct users of the month to date.
    #[sqlx(flatten, try_from = "PartsRow")]
    pub parts: MauParts,
    /// The data points of that day alone.
    #[sqlx(try_from = "Count")]
    pub data_points: u64,
    #[sqlx(try_from = "Text<DateTime<Utc>>")]
    pub counted_at: DateTime<Utc>,
}

/// The columns of [`MauParts`].
#[derive(sqlx::FromRow)]
struct PartsRow {
    app: Count,
    web_identified: Count,
    api: Count,
    anonymous_web: Count,
}

/// What each project of an organization is metered by, by project id.
pub async fn metering(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<BTreeMap<String, MeteredBy>, Error> {
    let rows: Vec<(String, Word<MeteredBy>)> =
        sqlx::query_as("SELECT id, metered_by FROM projects WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_all(tx.connection())
            .await?;
    let metered = |(id, Word(by))| (id, by);
    Ok(rows.into_iter().map(metered).collect())
}

/// The counted days of a project in a month, in order.
pub async fn of_project(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    project_id: &str,
    period: BillingPeriod,
) -> Result<Vec<UsageDay>, Error> {
    Ok(sqlx::query_as(
        "SELECT project_id, day, app, web_identified, api, anonymous_web, data_points, counted_at \
         FROM usage_days WHERE organization_id = $1 AND project_id = $2 AND day >= $3 AND day < $4 \
         ORDER BY day",
    )
    .bind(organization_id.as_str())
    .bind(project_id)
    .bind(Text(period.start()))
    .bind(Text(period.end()))
    .fetch_all(tx.connection())
    .await?)
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct UsageChanges {
    #[sqlx(try_from = "Count")]
    pub added: u64,
    #[sqlx(try_from = "Count")]
    pub corrected: u64,
    #[sqlx(try_from = "Count")]
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
    .bind(Text(counted.day))
    .bind(Count(parts.app))
    .bind(Count(parts.web_identified))
    .bind(Count(parts.api))
    .bind(Count(parts.anonymous_web))
    .bind(Count(counted.data_points))
    .bind(Text(counted.counted_at))
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

impl From<PartsRow> for MauParts {
    fn from(row: PartsRow) -> Self {
        Self {
            app: row.app.0,
            web_identified: row.web_identified.0,
            api: row.api.0,
            anonymous_web: row.anonymous_web.0,
        }
    }
}
