//! Profiles in their current state, and the ids of the updates that were applied.

use api::usage::events::{Profile, ProfileUpdate};
use chrono::{DateTime, Utc};

use super::events::Place;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Json, Text, Word};

/// A profile; `None` before its first update.
pub async fn find(tx: &mut Tx, place: Place<'_>, identity: &str) -> Result<Option<Profile>, Error> {
    let row: Option<(Word<_>, Json<_>)> = sqlx::query_as(
        "SELECT kind, properties FROM profiles WHERE organization_id = $1 AND project_id = $2 \
         AND identity = $3",
    )
    .bind(place.organization_id.as_str())
    .bind(place.project_id)
    .bind(identity)
    .fetch_optional(tx.connection())
    .await?;
    let profile = |(Word(kind), Json(properties))| Profile { kind, properties };
    Ok(row.map(profile))
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
    .bind(Word(profile.kind))
    .bind(Json(&profile.properties))
    .bind(Text(at))
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
    .bind(Text(update.at))
    .bind(fingerprint)
    .execute(tx.connection())
    .await?;
    Ok(())
}
