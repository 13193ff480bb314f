//! The rows of uploaded files, a page of projects at a time. They are stored in `usage_rows` and do
//! not count until their file is applied.

use billing::metering::intake::DayCount;
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;

use super::totals::Figures;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Text};

/// A row of a file, and its line number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    pub project_id: String,
    pub count: DayCount,
    pub line: u64,
}

/// A page of an organization's projects, in order of their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRange {
    /// The first id of the page.
    pub first: String,
    /// The last id of the page.
    pub last: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    project_id: String,
    day: Text<NaiveDate>,
    line: Count,
    #[sqlx(flatten)]
    figures: Figures,
}

/// Adds rows to a file, and returns how many of them were new to it.
///
/// # Errors
/// A closed month.
pub async fn add(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    rows: &[Staged],
    now: DateTime<Utc>,
) -> Result<u64, Error> {
    let days = || rows.iter().map(|row| row.count.day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else {
        return Ok(0);
    };
    sqlx::query(
        "UPDATE usage_imports SET row_count = row_count + $3, \
         first_day = CASE WHEN first_day < $4 THEN first_day ELSE $4 END, \
         last_day = CASE WHEN last_day > $5 THEN last_day ELSE $5 END \
         WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .bind(Count(rows.len()))
    .bind(Text(first))
    .bind(Text(last))
    .execute(tx.connection())
    .await?;
    let text = insert_of(rows.len());
    let mut insert = sqlx::query(AssertSqlSafe(text))
        .bind(organization_id.as_str())
        .bind(id)
        .bind(Text(now));
    for row in rows {
        let parts = row.count.parts;
        insert = insert
            .bind(row.project_id.as_str())
            .bind(Text(row.count.day))
            .bind(Count(row.line))
            .bind(Count(parts.app))
            .bind(Count(parts.web_identified))
            .bind(Count(parts.api))
            .bind(Count(parts.anonymous_web))
            .bind(Count(row.count.data_points));
    }
    Ok(insert.execute(tx.connection()).await?.rows_affected())
}

/// An insert of `rows` rows; all rows share the first three parameters.
fn insert_of(rows: usize) -> String {
    let mut text = String::from(
        "INSERT INTO usage_rows (organization_id, import_id, counted_at, project_id, day, line, app, \
         web_identified, api, anonymous_web, data_points) VALUES ",
    );
    for row in 0..rows {
        let values: Vec<_> = (0..8)
            .map(|value| format!("${}", 4 + row * 8 + value))
            .collect();
        let comma = if row == 0 { "" } else { ", " };
        text.push_str(&format!("{comma}($1, $2, $3, {})", values.join(", ")));
    }
    text.push_str(" ON CONFLICT (organization_id, project_id, day, import_id) DO NOTHING");
    text
}

/// The line of a file that has a row's project and day; `None` when no line has both.
pub async fn line_of(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    row: &Staged,
) -> Result<Option<u64>, Error> {
    let line: Option<Count> = sqlx::query_scalar(
        "SELECT line FROM usage_rows WHERE organization_id = $1 AND project_id = $2 AND day = $3 \
         AND import_id = $4",
    )
    .bind(organization_id.as_str())
    .bind(row.project_id.as_str())
    .bind(Text(row.count.day))
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    Ok(line.map(u64::from))
}

/// The next `size` projects of an organization after an id; `None` after the last.
pub async fn page(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    after: &str,
    size: u32,
) -> Result<Option<ProjectRange>, Error> {
    let (first, last): (Option<String>, Option<String>) = sqlx::query_as(
        "SELECT MIN(p.id), MAX(p.id) FROM (SELECT id FROM projects WHERE organization_id = $1 \
         AND id > $2 ORDER BY id LIMIT $3) p",
    )
    .bind(organization_id.as_str())
    .bind(after)
    .bind(Count(size))
    .fetch_one(tx.connection())
    .await?;
    Ok(first
        .zip(last)
        .map(|(first, last)| ProjectRange { first, last }))
}

/// The rows of a file for a page of projects, ordered by project and day.
pub async fn rows(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    projects: &ProjectRange,
) -> Result<Vec<Staged>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT project_id, day, line, app, web_identified, api, anonymous_web, data_points \
         FROM usage_rows WHERE organization_id = $1 AND import_id = $2 AND project_id >= $3 \
         AND project_id <= $4 ORDER BY project_id, day",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .bind(&projects.first)
    .bind(&projects.last)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(Staged::from).collect())
}

/// The figures that count now for a page of projects, in the months of the days, in the same order.
pub async fn counting(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    projects: &ProjectRange,
    first_day: NaiveDate,
    last_day: NaiveDate,
) -> Result<Vec<Staged>, Error> {
    let month = |day| BillingPeriod::of(day).ok_or(billing::OutOfRange);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT project_id, day, CAST(0 AS BIGINT) AS line, app, web_identified, api, \
         anonymous_web, data_points FROM usage_days WHERE organization_id = $1 \
         AND project_id >= $2 AND project_id <= $3 AND day >= $4 AND day < $5 \
         ORDER BY project_id, day",
    )
    .bind(organization_id.as_str())
    .bind(&projects.first)
    .bind(&projects.last)
    .bind(Text(month(first_day)?.start()))
    .bind(Text(month(last_day)?.end()))
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(Staged::from).collect())
}

/// The first project of a file that is metered by events; `None` when there is none.
pub async fn metered_by_events(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar(
        "SELECT p.id FROM projects p WHERE p.organization_id = $1 AND p.metered_by = 'events' \
         AND EXISTS (SELECT 1 FROM usage_rows r WHERE r.organization_id = p.organization_id \
         AND r.project_id = p.id AND r.import_id = $2) ORDER BY p.id LIMIT 1",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .fetch_optional(tx.connection())
    .await?)
}

/// Whether a file that is not applied has figures for a project.
pub async fn awaits(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    project_id: &str,
) -> Result<bool, Error> {
    let waiting: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM usage_imports i WHERE i.organization_id = $1 AND i.state <> 'applied' \
         AND EXISTS (SELECT 1 FROM usage_rows r WHERE r.organization_id = $1 AND r.project_id = $2 \
         AND r.import_id = i.id)",
    )
    .bind(organization_id.as_str())
    .bind(project_id)
    .fetch_one(tx.connection())
    .await?;
    Ok(waiting > 0)
}

/// Deletes the rows of a file that is not applied, for a page of projects.
pub async fn remove_rows(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    projects: &ProjectRange,
) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM usage_rows WHERE organization_id = $1 AND project_id >= $3 AND project_id <= $4 \
         AND import_id = $2 AND EXISTS (SELECT 1 FROM usage_imports i WHERE i.organization_id = $1 \
         AND i.id = $2 AND i.state <> 'applied')",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .bind(&projects.first)
    .bind(&projects.last)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Deletes rows that an applied file has replaced, for a page of projects and from a day on.
pub async fn remove_replaced(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    projects: &ProjectRange,
    from: NaiveDate,
) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM usage_rows WHERE organization_id = $1 AND project_id >= $3 AND project_id <= $4 \
         AND day >= $5 AND import_id <> $2 \
         AND NOT EXISTS (SELECT 1 FROM usage_days d WHERE d.organization_id = $1 \
         AND d.project_id = usage_rows.project_id AND d.day = usage_rows.day \
         AND d.import_id = usage_rows.import_id) \
         AND NOT EXISTS (SELECT 1 FROM usage_imports i WHERE i.organization_id = $1 \
         AND i.id = usage_rows.import_id AND i.state <> 'applied')",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .bind(&projects.first)
    .bind(&projects.last)
    .bind(Text(from))
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl From<Row> for Staged {
    fn from(row: Row) -> Self {
        Self {
            project_id: row.project_id,
            count: DayCount {
                day: row.day.0,
                parts: row.figures.parts,
                data_points: row.figures.data_points,
            },
            line: row.line.0,
        }
    }
}
