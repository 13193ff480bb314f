//! Uploaded files of figures. Their rows in `usage_rows` do not count until the file is applied, which
//! is one update of its state in `usage_imports`.

use billing::OrganizationId;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;

use super::UsageChanges;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Text, Word};
use crate::store::database::row::changed_one;

/// The state of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its rows are being read.
    Staging,
    /// It waits for confirmation.
    Ready,
    /// Its figures count.
    Applied,
}

/// An uploaded file of figures.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: String,
    pub state: State,
    pub rows: u64,
    /// Its earliest and its latest day; `None` before its first row.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// When work on it was last recorded.
    pub touched_at: DateTime<Utc>,
    /// How many days it has changed, once it is applied.
    pub written: UsageChanges,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    state: Word<State>,
    row_count: Count,
    first_day: Option<Text<NaiveDate>>,
    last_day: Option<Text<NaiveDate>>,
    touched_at: Text<DateTime<Utc>>,
    #[sqlx(flatten)]
    written: UsageChanges,
}

const COLUMNS: &str =
    "id, state, row_count, first_day, last_day, touched_at, added, corrected, unchanged";

/// Begins a file; an organization has at most one that is not applied.
///
/// # Errors
/// [`Error::Conflict`] when there is one already.
pub async fn begin(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO usage_imports (organization_id, id, state, started_by, started_at, touched_at) \
         VALUES ($1, $2, 'staging', $3, $4, $4)",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .bind(by)
    .bind(Text(now))
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub async fn find(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<Option<Import>, Error> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM usage_imports WHERE organization_id = $1 AND id = $2"
    )))
    .bind(organization_id.as_str())
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(Import::from))
}

/// The file of an organization that is not applied yet.
pub async fn open(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Option<Import>, Error> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM usage_imports WHERE organization_id = $1 AND state <> 'applied'"
    )))
    .bind(organization_id.as_str())
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(Import::from))
}

/// The files in a state that nobody has worked on since an instant, as organization and id.
pub async fn silent_since(
    tx: &mut Tx,
    state: State,
    since: DateTime<Utc>,
) -> Result<Vec<(OrganizationId, String)>, Error> {
    let silent: Vec<(Text<OrganizationId>, String)> = sqlx::query_as(
        "SELECT organization_id, id FROM usage_imports WHERE state = $1 AND touched_at < $2 \
         ORDER BY organization_id, id",
    )
    .bind(Word(state))
    .bind(Text(since))
    .fetch_all(tx.connection())
    .await?;
    let file = |(Text(organization_id), id)| (organization_id, id);
    Ok(silent.into_iter().map(file).collect())
}

/// Records work on a file that is not applied, and its state. Returns `false` when there is none.
pub async fn touch(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    state: State,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let touched = sqlx::query(
        "UPDATE usage_imports SET touched_at = $3, state = $4 WHERE organization_id = $1 AND id = $2 \
         AND state <> 'applied'",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .bind(Text(now))
    .bind(Word(state))
    .execute(tx.connection())
    .await?;
    Ok(touched.rows_affected() == 1)
}

/// Applies a file: from now on its figures replace earlier ones.
///
/// # Errors
/// [`Error::Conflict`] when the file is gone or applied already.
pub async fn apply(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    written: &UsageChanges,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let applied = sqlx::query(
        "UPDATE usage_imports SET state = 'applied', applied_at = $3, touched_at = $3, added = $4, \
         corrected = $5, unchanged = $6, position = (SELECT COALESCE(MAX(o.position), 0) + 1 \
         FROM usage_imports o WHERE o.organization_id = $1) \
         WHERE organization_id = $1 AND id = $2 AND state <> 'applied'",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .bind(Text(now))
    .bind(Count(written.added))
    .bind(Count(written.corrected))
    .bind(Count(written.unchanged))
    .execute(tx.connection())
    .await?;
    changed_one(&applied)
}

/// Deletes a file that is not applied, after its rows were deleted.
pub async fn forget(tx: &mut Tx, organization_id: &OrganizationId, id: &str) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM usage_imports WHERE organization_id = $1 AND id = $2 AND state <> 'applied'",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl From<Row> for Import {
    fn from(row: Row) -> Self {
        let days = row.first_day.zip(row.last_day);
        Self {
            id: row.id,
            state: row.state.0,
            rows: row.row_count.0,
            days: days.map(|(Text(first), Text(last))| (first, last)),
            touched_at: row.touched_at.0,
            written: row.written,
        }
    }
}
