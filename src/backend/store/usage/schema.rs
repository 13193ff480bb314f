//! The schema seen: events, their properties, and properties of profiles, each with its type and when
//! it was first and last seen.

use std::collections::BTreeMap;

use billing::metering::events::EventKind;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Text, Word};
use crate::store::usage::events::Place;

/// The type of the values of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    Text,
    Number,
    Boolean,
    /// A list of texts, numbers and booleans.
    List,
    /// Values of more than one type.
    Mixed,
}

impl ValueType {
    /// The type of a value; `None` for a value that a property cannot have.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(_) => Some(Self::Text),
            Value::Number(_) => Some(Self::Number),
            Value::Bool(_) => Some(Self::Boolean),
            Value::Array(values) => values
                .iter()
                .all(|value| !matches!(value, Value::Array(_) | Value::Object(_) | Value::Null))
                .then_some(Self::List),
            Value::Null | Value::Object(_) => None,
        }
    }

    /// The type that covers both.
    pub fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Mixed }
    }
}

/// An event (no property), a property of an event, or a property of profiles (no event).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The event's name; empty for profiles.
    pub event: String,
    /// The property's name; empty for the event itself.
    pub property: String,
}

/// What is known of an event or a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The kind of an event.
    pub kind: Option<EventKind>,
    /// The type of a property.
    pub value: Option<ValueType>,
    /// When it was first seen.
    pub first: DateTime<Utc>,
    /// When it was last seen.
    pub last: DateTime<Utc>,
}

impl Known {
    /// Merges two sightings; the kind of the later one is kept.
    pub fn and(self, other: Self) -> Self {
        let latest = if other.last >= self.last { other } else { self };
        let value = match (self.value, other.value) {
            (Some(one), Some(other)) => Some(one.and(other)),
            (one, other) => one.or(other),
        };
        Self {
            kind: latest.kind,
            value,
            first: self.first.min(other.first),
            last: self.last.max(other.last),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    event: String,
    property: String,
    kind: Option<Word<EventKind>>,
    #[sqlx(rename = "type")]
    value: Option<Word<ValueType>>,
    first_seen_at: Text<DateTime<Utc>>,
    last_seen_at: Text<DateTime<Utc>>,
}

/// The schema that a project has seen, by name.
pub async fn seen(tx: &mut Tx, place: Place<'_>) -> Result<BTreeMap<Named, Known>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT event, property, kind, type, first_seen_at, last_seen_at FROM schema_seen \
         WHERE organization_id = $1 AND project_id = $2 ORDER BY event, property",
    )
    .bind(place.organization_id.as_str())
    .bind(place.project_id)
    .fetch_all(tx.connection())
    .await?;
    let read = |row: Row| {
        let named = Named {
            event: row.event,
            property: row.property,
        };
        let known = Known {
            kind: row.kind.map(|Word(kind)| kind),
            value: row.value.map(|Word(value)| value),
            first: row.first_seen_at.0,
            last: row.last_seen_at.0,
        };
        (named, known)
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Merges the schema of a batch into the stored one.
pub async fn add(
    tx: &mut Tx,
    place: Place<'_>,
    batch: BTreeMap<Named, Known>,
) -> Result<(), Error> {
    let before = seen(tx, place).await?;
    for (named, known) in batch {
        let after = before.get(&named).map_or(known, |before| before.and(known));
        if before.get(&named) == Some(&after) {
            continue;
        }
        sqlx::query(
            "INSERT INTO schema_seen (organization_id, project_id, event, property, kind, type, \
             first_seen_at, last_seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (organization_id, project_id, event, property) DO UPDATE SET \
             kind = excluded.kind, type = excluded.type, first_seen_at = excluded.first_seen_at, \
             last_seen_at = excluded.last_seen_at",
        )
        .bind(place.organization_id.as_str())
        .bind(place.project_id)
        .bind(named.event.as_str())
        .bind(named.property.as_str())
        .bind(after.kind.map(Word))
        .bind(after.value.map(Word))
        .bind(Text(after.first))
        .bind(Text(after.last))
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}
