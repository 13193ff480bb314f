//! Orders to pause or to cancel, and requests for a reactivation (SPEC R13, R14).

use api::account::leaving::{Counts, Left, Requested};
use billing::OrganizationId;
use billing::account::reason::Reason;
use chrono::{DateTime, NaiveDate, Utc};

use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::store::Tx;
use crate::store::database::column::{Count, Json, Text};
use crate::store::idempotency::Key;

/// A pause or a cancellation as it is stored.
#[derive(Debug)]
pub struct Departure<'a> {
    /// The fingerprint of the request.
    pub request_hash: &'a str,
    /// `pause` or `cancellation`.
    pub kind: &'static str,
    /// Why; `None` for a pause.
    pub reason: Option<&'a Reason>,
    /// The response that was sent.
    pub answer: &'a Left,
    pub ordered_at: DateTime<Utc>,
}

/// The fingerprint and the response of the order that used a key; `None` when the key is new.
pub async fn find(tx: &mut Tx, key: &Key) -> Result<Option<(String, Left)>, Error> {
    let row: Option<(String, Json<Left>)> = sqlx::query_as(
        "SELECT request_hash, answer FROM departures WHERE organization_id = $1 \
         AND user_id = $2 AND idempotency_key = $3",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|(hash, Json(answer))| (hash, answer)))
}

/// Stores an order.
///
/// # Errors
/// [`Error::Conflict`] when the key is taken.
pub async fn add(tx: &mut Tx, key: &Key, departure: &Departure<'_>) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO departures (organization_id, user_id, idempotency_key, request_hash, kind, \
         reason, answer, ordered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(key.organization_id.as_str())
    .bind(key.user_id.as_str())
    .bind(key.text.as_str())
    .bind(departure.request_hash)
    .bind(departure.kind)
    .bind(departure.reason.map(Json))
    .bind(Json(departure.answer))
    .bind(Text(departure.ordered_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How many projects, users and events a cancellation deletes, and how many invoices there are.
pub async fn counts(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Counts, Error> {
    let (Count(projects), Count(users), Count(events), Count(invoices)) = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM projects WHERE organization_id = $1), \
         (SELECT COUNT(*) FROM users WHERE organization_id = $1), \
         (SELECT COUNT(*) FROM usage_days WHERE organization_id = $1) + \
         (SELECT COUNT(*) FROM events WHERE organization_id = $1), \
         (SELECT COUNT(*) FROM invoices WHERE organization_id = $1)",
    )
    .bind(organization_id.as_str())
    .fetch_one(tx.connection())
    .await?;
    Ok(Counts {
        projects,
        users,
        events,
        invoices,
    })
}

/// The day after the last one that an invoice has charged in advance; `None` before the first.
pub async fn paid_until(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Option<NaiveDate>, Error> {
    let end: Option<Text<_>> = sqlx::query_scalar(
        "SELECT MAX(period_end) FROM invoices WHERE organization_id = $1 \
         AND kind IN ('scheduled', 'trial_first', 'reactivation', 'annual')",
    )
    .bind(organization_id.as_str())
    .fetch_one(tx.connection())
    .await?;
    Ok(end.map(|Text(day)| day))
}

/// The open request for a reactivation.
pub async fn requested(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Option<Requested>, Error> {
    let row: Option<(String, Text<_>)> = sqlx::query_as(
        "SELECT requested_by, requested_at FROM reactivation_requests \
         WHERE organization_id = $1 AND settled_at IS NULL",
    )
    .bind(organization_id.as_str())
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|(by, Text(at))| Requested { by, at }))
}

/// Stores a request for a reactivation.
///
/// # Errors
/// [`Error::Conflict`] when one is open already.
pub async fn request(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    requested: &Requested,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO reactivation_requests (organization_id, id, requested_by, requested_at) \
         VALUES ($1, $2, $3, $4)",
    )
    .bind(organization_id.as_str())
    .bind(secret::id("rr")?)
    .bind(requested.by.as_str())
    .bind(Text(requested.at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Closes the open request.
pub async fn settle(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE reactivation_requests SET settled_at = $2 \
         WHERE organization_id = $1 AND settled_at IS NULL",
    )
    .bind(organization_id.as_str())
    .bind(Text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}
