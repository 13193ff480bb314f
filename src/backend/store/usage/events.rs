//! Stored events, and the identities that a project has seen in a month.

use std::collections::{BTreeMap, BTreeSet};

use api::usage::events::Event;
use billing::metering::events::{Sightings, data_points_of_event};
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Json, Text, Word};

/// How many rows one statement reads or writes at most.
const ROWS: usize = 100;

/// A project of an organization.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub organization_id: &'a OrganizationId,
    pub project_id: &'a str,
}

/// The fingerprints of the given ids that are stored, by id.
pub async fn known(
    tx: &mut Tx,
    place: Place<'_>,
    table: &'static str,
    ids: &[&str],
) -> Result<BTreeMap<String, String>, Error> {
    let mut known = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let text = format!(
            "SELECT id, fingerprint FROM {table} WHERE organization_id = $1 AND project_id = $2 \
             AND id IN ({})",
            places(3, ids.len())
        );
        let mut query = sqlx::query_as(AssertSqlSafe(text))
            .bind(place.organization_id.as_str())
            .bind(place.project_id);
        for id in ids {
            query = query.bind(*id);
        }
        let rows: Vec<(String, String)> = query.fetch_all(tx.connection()).await?;
        known.extend(rows);
    }
    Ok(known)
}

/// Stores events, each with its fingerprint.
///
/// # Errors
/// An event whose id is taken.
pub async fn add(
    tx: &mut Tx,
    place: Place<'_>,
    events: &[(&Event, String)],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for events in events.chunks(ROWS) {
        let text = format!(
            "INSERT INTO events (organization_id, project_id, received_at, id, name, kind, identity, \
             source, anonymous, at, properties, data_points, fingerprint) VALUES {}",
            rows("$1, $2, $3", 4, 10, events.len())
        );
        let mut insert = sqlx::query(AssertSqlSafe(text))
            .bind(place.organization_id.as_str())
            .bind(place.project_id)
            .bind(Text(now));
        for (event, fingerprint) in events {
            let names = event.properties.keys().map(String::as_str);
            insert = insert
                .bind(event.id.as_str())
                .bind(event.name.as_str())
                .bind(Word(&event.kind))
                .bind(event.identity.as_str())
                .bind(Word(&event.source))
                .bind(i64::from(event.anonymous))
                .bind(Text(event.at))
                .bind(Json(&event.properties))
                .bind(Count(data_points_of_event(event.kind, names)))
                .bind(fingerprint.as_str());
        }
        insert.execute(tx.connection()).await?;
    }
    Ok(())
}

/// The day on which each identity was first seen in the month, by source; unseen ones are missing.
pub async fn sightings(
    tx: &mut Tx,
    place: Place<'_>,
    period: BillingPeriod,
    identities: &BTreeSet<&str>,
) -> Result<BTreeMap<String, Sightings>, Error> {
    let identities: Vec<_> = identities.iter().copied().collect();
    let mut sightings = BTreeMap::new();
    for identities in identities.chunks(ROWS) {
        let text = format!(
            "SELECT identity, app_on, web_on, api_on, anonymous_on FROM monthly_users \
             WHERE organization_id = $1 AND project_id = $2 AND period_start = $3 \
             AND identity IN ({})",
            places(4, identities.len())
        );
        let mut query = sqlx::query_as(AssertSqlSafe(text))
            .bind(place.organization_id.as_str())
            .bind(place.project_id)
            .bind(Text(period.start()));
        for identity in identities {
            query = query.bind(*identity);
        }
        let found: Vec<SightingsRow> = query.fetch_all(tx.connection()).await?;
        for row in found {
            let on = |seen: Option<Text<NaiveDate>>| seen.map(NaiveDate::from);
            let seen = Sightings {
                app: on(row.app_on),
                web: on(row.web_on),
                api: on(row.api_on),
                anonymous_web: on(row.anonymous_on),
            };
            sightings.insert(row.identity, seen);
        }
    }
    Ok(sightings)
}

#[derive(sqlx::FromRow)]
struct SightingsRow {
    identity: String,
    app_on: Option<Text<NaiveDate>>,
    web_on: Option<Text<NaiveDate>>,
    api_on: Option<Text<NaiveDate>>,
    anonymous_on: Option<Text<NaiveDate>>,
}

/// Stores the day on which each identity was first seen in the month, by source.
pub async fn keep_sightings(
    tx: &mut Tx,
    place: Place<'_>,
    period: BillingPeriod,
    seen: &[(&str, Sightings)],
) -> Result<(), Error> {
    for seen in seen.chunks(ROWS) {
        let text = format!(
            "INSERT INTO monthly_users (organization_id, project_id, period_start, identity, app_on, \
             web_on, api_on, anonymous_on) VALUES {} \
             ON CONFLICT (organization_id, project_id, period_start, identity) DO UPDATE SET \
             app_on = excluded.app_on, web_on = excluded.web_on, api_on = excluded.api_on, \
             anonymous_on = excluded.anonymous_on",
            rows("$1, $2, $3", 4, 5, seen.len())
        );
        let mut insert = sqlx::query(AssertSqlSafe(text))
            .bind(place.organization_id.as_str())
            .bind(place.project_id)
            .bind(Text(period.start()));
        for (identity, seen) in seen {
            let days = [seen.app, seen.web, seen.api, seen.anonymous_web];
            insert = insert.bind(*identity);
            for day in days {
                insert = insert.bind(day.map(Text));
            }
        }
        insert.execute(tx.connection()).await?;
    }
    Ok(())
}

/// Meters a project by events from now on. Returns `false` when it already has figures.
pub async fn claim(tx: &mut Tx, place: Place<'_>) -> Result<bool, Error> {
    let claimed = sqlx::query(
        "UPDATE projects SET metered_by = 'events' WHERE organization_id = $1 AND id = $2 \
         AND (metered_by = 'events' OR NOT EXISTS (SELECT 1 FROM usage_days d \
         WHERE d.organization_id = $1 AND d.project_id = $2))",
    )
    .bind(place.organization_id.as_str())
    .bind(place.project_id)
    .execute(tx.connection())
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// Records the instant of a project's earliest event.
pub async fn note_first(tx: &mut Tx, place: Place<'_>, at: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query(
        "UPDATE projects SET first_event_at = $3 WHERE organization_id = $1 AND id = $2 \
         AND (first_event_at IS NULL OR first_event_at > $3)",
    )
    .bind(place.organization_id.as_str())
    .bind(place.project_id)
    .bind(Text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The placeholders of a list of parameters: `$3, $4, …`
fn places(first: usize, count: usize) -> String {
    let places: Vec<_> = (first..first + count)
        .map(|place| format!("${place}"))
        .collect();
    places.join(", ")
}

/// The `VALUES` of an insert of `count` rows: the placeholders shared by all, then `width` of its own.
pub(crate) fn rows(same: &str, first: usize, width: usize, count: usize) -> String {
    let row = |row: usize| format!("({same}, {})", places(first + row * width, width));
    let rows: Vec<_> = (0..count).map(row).collect();
    rows.join(", ")
}
