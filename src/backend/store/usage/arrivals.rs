//! What an organization has sent so far: the days of its first data, and the schema seen in it.

use api::data::Seen;
use api::data::integration::Arrived;
use billing::OrganizationId;
use chrono::{DateTime, NaiveDate, Utc};

use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::Text;

/// How many rows of the schema are returned at most.
const PAGE: i64 = 500;

#[derive(sqlx::FromRow)]
struct Row {
    project: String,
    event: String,
    property: String,
    kind: Option<String>,
    values_type: Option<String>,
    last_seen_at: Text<DateTime<Utc>>,
}

/// The first days with users, with a schema of its own and with events, in the organization's time zone.
pub async fn first(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    zone: i32,
) -> Result<Arrived, Error> {
    let users_on: Option<Text<NaiveDate>> = sqlx::query_scalar(
        "SELECT MIN(day) FROM usage_totals WHERE organization_id = $1 \
         AND (app > 0 OR web_identified > 0 OR anonymous_web > 0)",
    )
    .bind(organization_id.as_str())
    .fetch_one(tx.connection())
    .await?;
    let own_schema: Option<Text<DateTime<Utc>>> = sqlx::query_scalar(
        "SELECT MIN(first_seen_at) FROM schema_seen WHERE organization_id = $1 \
         AND ((event = '' AND property <> '') OR (kind IS NOT NULL AND kind <> 'system'))",
    )
    .bind(organization_id.as_str())
    .fetch_one(tx.connection())
    .await?;
    let event: Option<Text<DateTime<Utc>>> =
        sqlx::query_scalar("SELECT MIN(first_event_at) FROM projects WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_one(tx.connection())
            .await?;
    let on = |Text(at)| billing_day(at, zone);
    Ok(Arrived {
        users_on: users_on.map(NaiveDate::from),
        own_schema_on: own_schema.map(on),
        event_on: event.map(on),
    })
}

/// The schema seen, ordered by project, event and property.
pub async fn schema(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<Seen>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT p.name AS project, s.event, s.property, s.kind, s.type AS values_type, \
         s.last_seen_at FROM schema_seen s \
         JOIN projects p ON p.organization_id = s.organization_id AND p.id = s.project_id \
         WHERE s.organization_id = $1 ORDER BY p.name, s.event, s.property LIMIT $2",
    )
    .bind(organization_id.as_str())
    .bind(PAGE)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(Seen::from).collect())
}

impl From<Row> for Seen {
    fn from(row: Row) -> Self {
        let named = |text: String| (!text.is_empty()).then_some(text);
        Self {
            last_seen: row.last_seen_at.0,
            project: row.project,
            event: named(row.event),
            property: named(row.property),
            kind: row.kind,
            values: row.values_type,
        }
    }
}
