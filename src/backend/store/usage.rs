//! Usage by project and day.

use billing::BillingPeriod;
use billing::usage::{MauParts, Metered};
use chrono::{DateTime, NaiveDate, Utc};

use super::Tx;
use super::row::{count, day, instant, stored};
use crate::clock::instant_text;
use crate::error::Error;

/// A project.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its id within the organization.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What a project had counted by the end of a day.
#[derive(Debug, Clone)]
pub struct UsageDay {
    /// The project.
    pub project_id: String,
    /// The day.
    pub day: NaiveDate,
    /// The distinct users of the month to date.
    pub parts: MauParts,
    /// The data points of that day alone.
    pub data_points: u64,
    /// When it was counted.
    pub counted_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    project_id: String,
    day: String,
    app: i64,
    web_identified: i64,
    api: i64,
    anonymous_web: i64,
    data_points: i64,
    counted_at: String,
}

/// The projects of an organization, by name.
///
/// # Errors
/// A store that does not answer.
pub async fn projects(tx: &mut Tx, organization_id: &str) -> Result<Vec<Project>, Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, name FROM projects WHERE organization_id = $1 ORDER BY name")
            .bind(organization_id)
            .fetch_all(tx.connection())
            .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| Project { id, name })
        .collect())
}

/// The days of a month up to `last`, in order, project by project.
///
/// # Errors
/// A store that does not answer.
pub async fn days(
    tx: &mut Tx,
    organization_id: &str,
    period: BillingPeriod,
    last: NaiveDate,
) -> Result<Vec<UsageDay>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT project_id, day, app, web_identified, api, anonymous_web, data_points, counted_at \
         FROM usage_days WHERE organization_id = $1 AND day >= $2 AND day < $3 AND day <= $4 \
         ORDER BY project_id, day",
    )
    .bind(organization_id)
    .bind(period.start().to_string())
    .bind(period.end().to_string())
    .bind(last.to_string())
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(UsageDay::try_from).collect()
}

/// What a month has counted up to and with `last`, over all projects: the last count of each
/// project, the data points of every day.
///
/// # Errors
/// A store that does not answer.
pub async fn metered(
    tx: &mut Tx,
    organization_id: &str,
    period: BillingPeriod,
    last: NaiveDate,
) -> Result<Metered, Error> {
    let (app, web_identified, api, anonymous_web, data_points): (i64, i64, i64, i64, i64) =
        sqlx::query_as(
            "SELECT CAST(COALESCE(SUM(app), 0) AS BIGINT), \
             CAST(COALESCE(SUM(web_identified), 0) AS BIGINT), CAST(COALESCE(SUM(api), 0) AS BIGINT), \
             CAST(COALESCE(SUM(anonymous_web), 0) AS BIGINT), \
             (SELECT CAST(COALESCE(SUM(d.data_points), 0) AS BIGINT) FROM usage_days d \
             WHERE d.organization_id = $1 AND d.day >= $2 AND d.day < $3 AND d.day <= $4) \
             FROM usage_days u \
             WHERE organization_id = $1 AND day = (SELECT MAX(day) FROM usage_days l \
             WHERE l.organization_id = $1 AND l.project_id = u.project_id \
             AND l.day >= $2 AND l.day < $3 AND l.day <= $4)",
        )
        .bind(organization_id)
        .bind(period.start().to_string())
        .bind(period.end().to_string())
        .bind(last.to_string())
        .fetch_one(tx.connection())
        .await?;
    let parts = MauParts {
        app: count(app)?,
        web_identified: count(web_identified)?,
        api: count(api)?,
        anonymous_web: count(anonymous_web)?,
    };
    Ok(Metered {
        mau: parts.actual_mau(),
        data_points: count(data_points)?,
    })
}

/// What a month has counted from a day on, up to and with `last`: what its figures have grown by. A
/// user who was counted before that day is not counted again, since the figures of a month name
/// nobody (A112).
///
/// # Errors
/// A store that does not answer.
pub async fn metered_since(
    tx: &mut Tx,
    organization_id: &str,
    (period, from): (BillingPeriod, NaiveDate),
    last: NaiveDate,
) -> Result<Metered, Error> {
    let all = metered(tx, organization_id, period, last).await?;
    let Some(eve) = from.pred_opt().filter(|eve| period.contains(*eve)) else {
        return Ok(all);
    };
    let before = metered(tx, organization_id, period, eve).await?;
    Ok(Metered {
        mau: all.mau.saturating_sub(before.mau),
        data_points: all.data_points.saturating_sub(before.data_points),
    })
}

/// Adds a project; one that is there already stays as it is.
///
/// # Errors
/// An organization that is not stored.
pub async fn add_project(
    tx: &mut Tx,
    organization_id: &str,
    project: &Project,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO projects (organization_id, id, name) VALUES ($1, $2, $3) \
         ON CONFLICT (organization_id, id) DO NOTHING",
    )
    .bind(organization_id)
    .bind(project.id.as_str())
    .bind(project.name.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Adds a counted day; one that is there already stays as it is.
///
/// # Errors
/// A project that is not stored, and counts beyond what is stored.
pub async fn add_day(tx: &mut Tx, organization_id: &str, counted: &UsageDay) -> Result<(), Error> {
    let parts = counted.parts;
    sqlx::query(
        "INSERT INTO usage_days (organization_id, project_id, day, app, web_identified, api, \
         anonymous_web, data_points, counted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (organization_id, project_id, day) DO NOTHING",
    )
    .bind(organization_id)
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
