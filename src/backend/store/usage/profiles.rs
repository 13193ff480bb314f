//! Profiles in their current state, and the ids of the updates that were applied.

use std::collections::BTreeMap;

use api::usage::events::{Profile, ProfileUpdate};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::events::Place;
use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::row::{json, to_json, word, word_of};

/// A profile; `None` before its first update.
pub async fn find(tx: &mut Tx, place: Place<'_>, identity: &str) -> Result<Option<Profile>, Error> {
    let row: Option<(String, String)> = sqlx::query_as(
        "SELECT kind, properties FROM profiles WHERE organization_id = $1 AND project_id = $2 \
         AND identity = $3",
    )
    .bind(place.organization_id.as_str())
    .bind(place.project_id)
    .bind(identity)
    .fetch_optional(tx.connection())
    .await?;
    let read = |(kind, properties): (String, String)| {
        Ok(Profile {
            kind: word(&kind)?,
            properties: json::<BTreeMap<String, Value>>(&properties)?,
        })
    };
    row.map(read).transpose()
}

/// Stores the current state of a profile.
pub async fn keep(
    tx: &mut Tx,
    place: Place<'_>,
    identity: &str,
    profile: &Profile,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO profiles (organization_id, project_id, identity, kind, properties, created_at, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6) \
         ON CONFLICT (organization_id, project_id, identity) DO UPDATE SET kind = excluded.kind, \
         properties = excluded.properties, updated_at = excluded.updated_at",
    )
    .bind(place.organization_id.as_str())
    .bind(place.project_id)
    .bind(identity)
    .bind(word_of(&profile.kind)?)
    .bind(to_json(&profile.properties)?)
    .bind(instant_text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Records that an update was applied.
///
/// # Errors
/// An update whose id is stored already.
pub async fn add_update(
    tx: &mut Tx,
    place: Place<'_>,
    update: &ProfileUpdate,
    fingerprint: &str,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO profile_updates (organization_id, project_id, id, identity, at, fingerprint) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(place.organization_id.as_str())
    .bind(place.project_id)
    .bind(update.id.as_str())
    .bind(update.identity.as_str())
    .bind(instant_text(update.at))
    .bind(fingerprint)
    .execute(tx.connection())
    .await?;
    Ok(())
}
