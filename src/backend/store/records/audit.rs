//! Reads the activity log, newest first (SPEC R20). [`super`] writes it.

use api::audit::{Action, AuditValue, Entry};
use billing::OrganizationId;
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use super::NOWHERE;
use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Json, Text, Word};

/// Which entries of the log are read.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Entries of these actions; empty means every action.
    pub actions: Vec<Action>,
    /// Entries at or after this instant.
    pub from: Option<DateTime<Utc>>,
    /// Entries before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Entries older than the one at this position.
    pub before: Option<u64>,
}

/// The bounds used when the filter has none: every stored instant sorts between these two texts.
const EVER: [&str; 2] = ["", "9999-12-31"];

#[derive(sqlx::FromRow)]
struct Row {
    position: Count,
    at: Text<DateTime<Utc>>,
    actor: String,
    action: Word<Action>,
    object: String,
    description: String,
    address: String,
    was: Option<Json<AuditValue>>,
    became: Option<Json<AuditValue>>,
}

/// The newest entries that match the filter, `at_most` of them.
pub async fn page(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    filter: &AuditFilter,
    at_most: u64,
) -> Result<Vec<Entry>, Error> {
    let places: Vec<_> = (6..6 + filter.actions.len())
        .map(|place| format!("${place}"))
        .collect();
    let of_actions = match places.is_empty() {
        true => String::new(),
        false => format!("AND action IN ({})", places.join(", ")),
    };
    let text = AssertSqlSafe(format!(
        "SELECT position, at, actor, action, object, description, address, was, became FROM audit \
         WHERE organization_id = $1 AND position < $2 AND at >= $3 AND at < $4 {of_actions} \
         ORDER BY position DESC LIMIT $5"
    ));
    let mut query = sqlx::query_as(text)
        .bind(organization_id.as_str())
        .bind(Count(filter.before.unwrap_or(i64::MAX.unsigned_abs())))
        .bind(bound(filter.from, EVER[0]))
        .bind(bound(filter.until, EVER[1]))
        .bind(Count(at_most));
    for action in &filter.actions {
        query = query.bind(action.as_str());
    }
    let rows: Vec<Row> = query.fetch_all(tx.connection()).await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

fn bound(at: Option<DateTime<Utc>>, ever: &str) -> String {
    at.map_or_else(|| ever.to_owned(), instant_text)
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            position: row.position.0,
            at: row.at.0,
            actor: row.actor,
            action: row.action.0,
            object: row.object,
            description: row.description,
            address: Some(row.address).filter(|address| address != NOWHERE),
            before: row.was.map(|Json(value)| value),
            after: row.became.map(|Json(value)| value),
        }
    }
}
