//! Files of figures on their way: their rows lie in `usage_rows` and count for nothing until the file
//! is applied, which is one word in `usage_imports`.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;

use super::Tx;
use super::row::{count, day, instant, stored, word};
use super::usage::UsageChanges;
use crate::clock::instant_text;
use crate::error::Error;

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its rows are being read.
    Staging,
    /// It waits for a person to say yes.
    Ready,
    /// It counts.
    Applied,
}

/// A file of figures.
#[derive(Debug, Clone)]
pub struct Import {
    /// Its id within the organization.
    pub id: String,
    /// How far it has come.
    pub state: State,
    /// How many rows it has.
    pub rows: u64,
    /// Its earliest and its latest day; none before its first row.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// The last sign of life.
    pub touched_at: DateTime<Utc>,
    /// What it has led to, once it counts.
    pub written: UsageChanges,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    state: String,
    row_count: i64,
    first_day: Option<String>,
    last_day: Option<String>,
    touched_at: String,
    added: i64,
    corrected: i64,
    unchanged: i64,
}

const COLUMNS: &str =
    "id, state, row_count, first_day, last_day, touched_at, added, corrected, unchanged";

/// Begins a file; an organization has at most one that does not count yet.
///
/// # Errors
/// [`Error::Conflict`] where there is one.
pub async fn begin(
    tx: &mut Tx,
    (organization_id, id): (&str, &str),
    (by, now): (&str, DateTime<Utc>),
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO usage_imports (organization_id, id, state, started_by, started_at, touched_at) \
         VALUES ($1, $2, 'staging', $3, $4, $4)",
    )
    .bind(organization_id)
    .bind(id)
    .bind(by)
    .bind(instant_text(now))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The file under an id.
pub async fn find(
    tx: &mut Tx,
    (organization_id, id): (&str, &str),
) -> Result<Option<Import>, Error> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM usage_imports WHERE organization_id = $1 AND id = $2"
    )))
    .bind(organization_id)
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    row.map(Import::try_from).transpose()
}

/// The file of an organization that does not count yet.
pub async fn open(tx: &mut Tx, organization_id: &str) -> Result<Option<Import>, Error> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM usage_imports WHERE organization_id = $1 AND state <> 'applied'"
    )))
    .bind(organization_id)
    .fetch_optional(tx.connection())
    .await?;
    row.map(Import::try_from).transpose()
}

/// The organizations, and their files, that gave no sign of life since then.
pub async fn silent_since(
    tx: &mut Tx,
    (state, since): (&str, DateTime<Utc>),
) -> Result<Vec<(String, String)>, Error> {
    Ok(sqlx::query_as(
        "SELECT organization_id, id FROM usage_imports WHERE state = $1 AND touched_at < $2 \
         ORDER BY organization_id, id",
    )
    .bind(state)
    .bind(instant_text(since))
    .fetch_all(tx.connection())
    .await?)
}

/// Gives a sign of life, and makes the file ready if it has been read. False where it is gone.
pub async fn touch(
    tx: &mut Tx,
    (organization_id, id): (&str, &str),
    (state, now): (&str, DateTime<Utc>),
) -> Result<bool, Error> {
    let touched = sqlx::query(
        "UPDATE usage_imports SET touched_at = $3, state = $4 WHERE organization_id = $1 AND id = $2 \
         AND state <> 'applied'",
    )
    .bind(organization_id)
    .bind(id)
    .bind(instant_text(now))
    .bind(state)
    .execute(tx.connection())
    .await?;
    Ok(touched.rows_affected() == 1)
}

/// From now on the file counts, over everything that came before it.
///
/// # Errors
/// A file that is gone or counts already.
pub async fn apply(
    tx: &mut Tx,
    (organization_id, id): (&str, &str),
    (written, now): (&UsageChanges, DateTime<Utc>),
) -> Result<(), Error> {
    let applied = sqlx::query(
        "UPDATE usage_imports SET state = 'applied', applied_at = $3, touched_at = $3, added = $4, \
         corrected = $5, unchanged = $6, position = (SELECT COALESCE(MAX(o.position), 0) + 1 \
         FROM usage_imports o WHERE o.organization_id = $1) \
         WHERE organization_id = $1 AND id = $2 AND state <> 'applied'",
    )
    .bind(organization_id)
    .bind(id)
    .bind(instant_text(now))
    .bind(stored(written.added)?)
    .bind(stored(written.corrected)?)
    .bind(stored(written.unchanged)?)
    .execute(tx.connection())
    .await?;
    if applied.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Conflict)
    }
}

/// Forgets a file whose rows are gone.
pub async fn forget(tx: &mut Tx, (organization_id, id): (&str, &str)) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM usage_imports WHERE organization_id = $1 AND id = $2 AND state <> 'applied'",
    )
    .bind(organization_id)
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl TryFrom<Row> for Import {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let first = row.first_day.as_deref().map(day).transpose()?;
        let last = row.last_day.as_deref().map(day).transpose()?;
        Ok(Self {
            state: word(&row.state)?,
            rows: count(row.row_count)?,
            days: first.zip(last),
            touched_at: instant(&row.touched_at)?,
            written: UsageChanges {
                added: count(row.added)?,
                corrected: count(row.corrected)?,
                unchanged: count(row.unchanged)?,
            },
            id: row.id,
        })
    }
}
