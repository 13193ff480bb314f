//! The audit log and the outbox: written in the transaction of their cause (SPEC R20).

use chrono::{DateTime, Utc};

use super::Tx;
use super::row::to_json;
use crate::clock::instant_text;
use crate::error::Error;
use crate::secret;

/// Who does something, from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Their e-mail address, or `system`.
    pub name: String,
    /// The address of their browser, or `-`.
    pub address: String,
}

/// Something that was done.
#[derive(Debug)]
pub struct Deed<'a> {
    /// The verb, such as `plan_change.applied`.
    pub action: &'a str,
    /// The id of what it was done to.
    pub object: &'a str,
    /// A line for people.
    pub description: String,
}

impl Actor {
    /// The program itself: jobs and reconciliation.
    #[must_use]
    pub fn system() -> Self {
        Self {
            name: "system".to_owned(),
            address: "-".to_owned(),
        }
    }
}

/// Writes a line of the audit log. Lines of an organization are numbered without holes.
///
/// # Errors
/// A store that does not answer.
pub async fn audit(
    tx: &mut Tx,
    organization_id: &str,
    (actor, at): (&Actor, DateTime<Utc>),
    deed: Deed<'_>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO audit (organization_id, position, at, actor, action, object, description, \
         address) SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5, $6, $7 \
         FROM audit WHERE organization_id = $1",
    )
    .bind(organization_id)
    .bind(instant_text(at))
    .bind(actor.name.as_str())
    .bind(deed.action)
    .bind(deed.object)
    .bind(deed.description)
    .bind(actor.address.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Puts something to be sent into the outbox, behind what the organization has posted before.
///
/// # Errors
/// A store that does not answer.
pub async fn post(
    tx: &mut Tx,
    organization_id: &str,
    (kind, at): (&str, DateTime<Utc>),
    body: &serde_json::Value,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO outbox (organization_id, position, id, kind, body, created_at) \
         SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5 FROM outbox WHERE organization_id = $1",
    )
    .bind(organization_id)
    .bind(secret::id("ob")?)
    .bind(kind)
    .bind(to_json(body)?)
    .bind(instant_text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}
