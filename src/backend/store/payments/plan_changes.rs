//! Orders to change the plan, and their payments; stored before the gateway is called (SPEC R19).

use api::plan::plan_change::{PlanChange, State};
use api::plan::quote::Quote;
use billing::OrganizationId;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::row::{damaged, day, instant, json, to_json};
use crate::store::records::Actor;

/// How long after an order the gateway is asked for the outcome of its payment.
const CHECK_AFTER: TimeDelta = TimeDelta::minutes(1);

/// An order as it is stored.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Also the idempotency key of the charge at the gateway.
    pub id: String,
    /// The person who ordered.
    pub user_id: String,
    /// The same person as the audit log names them.
    pub actor: Actor,
    /// The id under which the server's log has the request.
    pub request_id: String,
    /// The idempotency key of the request.
    pub idempotency_key: String,
    pub state: State,
    /// The quote that the person accepted.
    pub quote: Quote,
    /// The charge in minor units.
    pub amount_minor: i64,
    /// The method that is charged; `None` when nothing is charged.
    pub payment_method_id: Option<String>,
    /// The number of the invoice, once it is paid.
    pub invoice_number: Option<String>,
    /// The day on which the change takes effect.
    pub effective_on: NaiveDate,
    pub ordered_at: DateTime<Utc>,
}

/// A change of state after an answer of the gateway.
#[derive(Debug, Clone)]
pub struct Transition<'a> {
    pub state: &'a State,
    /// The gateway's reference, once it has captured the amount.
    pub reference: Option<&'a str>,
    /// The number of the invoice, once it is paid.
    pub invoice_number: Option<&'a str>,
    pub now: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    user_id: String,
    ordered_by: String,
    address: String,
    request_id: String,
    idempotency_key: String,
    state: String,
    quote: String,
    amount_minor: i64,
    payment_method_id: Option<String>,
    reason: Option<String>,
    invoice_number: Option<String>,
    effective_on: String,
    ordered_at: String,
    authenticate_by: Option<String>,
}

/// Stores an order before anything is charged for it.
///
/// # Errors
/// [`Error::Conflict`] when another payment of the organization is pending.
pub async fn add(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    intent: &Intent,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO plan_changes (organization_id, id, user_id, ordered_by, address, \
         request_id, idempotency_key, state, quote, amount_minor, currency, payment_method_id, \
         effective_on, ordered_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(organization_id.as_str())
    .bind(intent.id.as_str())
    .bind(intent.user_id.as_str())
    .bind(intent.actor.name.as_str())
    .bind(intent.actor.address.as_str())
    .bind(intent.request_id.as_str())
    .bind(intent.idempotency_key.as_str())
    .bind(word(&intent.state))
    .bind(to_json(&intent.quote)?)
    .bind(intent.amount_minor)
    .bind(intent.quote.currency.as_str())
    .bind(intent.payment_method_id.as_deref())
    .bind(intent.effective_on.to_string())
    .bind(instant_text(intent.ordered_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Moves a pending order to its next state. Returns `false` when another process has settled it.
pub async fn advance(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    to: &Transition<'_>,
) -> Result<bool, Error> {
    let (reason, authenticate_by) = match to.state {
        State::Declined { reason } => (Some(reason.as_str()), None),
        State::Authentication { expires } => (None, Some(instant_text(*expires))),
        State::Started | State::Unknown | State::Done | State::Scheduled | State::Expired => {
            (None, None)
        }
    };
    let settled = (!to.state.is_pending()).then(|| instant_text(to.now));
    let moved = sqlx::query(
        "UPDATE plan_changes SET state = $3, gateway_reference = $4, invoice_number = $5, \
         reason = $6, authenticate_by = COALESCE($7, authenticate_by), settled_at = $8 \
         WHERE organization_id = $1 AND id = $2 \
         AND state IN ('started', 'unknown', 'authentication')",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .bind(word(to.state))
    .bind(to.reference)
    .bind(to.invoice_number)
    .bind(reason)
    .bind(authenticate_by)
    .bind(settled)
    .execute(tx.connection())
    .await?;
    Ok(moved.rows_affected() == 1)
}

pub async fn find(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<Option<Intent>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, user_id, ordered_by, address, request_id, idempotency_key, state, quote, \
         amount_minor, payment_method_id, reason, invoice_number, effective_on, ordered_at, authenticate_by \
         FROM plan_changes WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    row.map(Intent::try_from).transpose()
}

/// The one order of an organization whose payment is not settled.
pub async fn pending(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Option<Intent>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, user_id, ordered_by, address, request_id, idempotency_key, state, quote, \
         amount_minor, payment_method_id, reason, invoice_number, effective_on, ordered_at, authenticate_by \
         FROM plan_changes WHERE organization_id = $1 \
         AND state IN ('started', 'unknown', 'authentication')",
    )
    .bind(organization_id.as_str())
    .fetch_optional(tx.connection())
    .await?;
    row.map(Intent::try_from).transpose()
}

/// The pending order, and the instant at which the gateway is asked for its outcome. The request that
/// placed the order asks before that by itself.
pub async fn next_check(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Option<(String, DateTime<Utc>)>, Error> {
    let intent = pending(tx, organization_id).await?;
    Ok(intent.map(|intent| match intent.state {
        State::Authentication { expires } => (intent.id, expires),
        State::Started
        | State::Unknown
        | State::Done
        | State::Scheduled
        | State::Declined { .. }
        | State::Expired => (intent.id, intent.ordered_at + CHECK_AFTER),
    }))
}

/// Every order whose payment is not settled, as organization and id, for reconciliation.
pub async fn all_pending(tx: &mut Tx) -> Result<Vec<(OrganizationId, String)>, Error> {
    let pending: Vec<(String, String)> = sqlx::query_as(
        "SELECT organization_id, id FROM plan_changes \
         WHERE state IN ('started', 'unknown', 'authentication') ORDER BY ordered_at",
    )
    .fetch_all(tx.connection())
    .await?;
    let pending = pending.into_iter();
    Ok(pending
        .map(|(organization_id, id)| (OrganizationId::new(organization_id), id))
        .collect())
}

impl Intent {
    /// The order as the API returns it.
    pub fn sent(&self) -> PlanChange {
        PlanChange {
            id: self.id.clone(),
            state: self.state.clone(),
            change: self.quote.change.clone(),
            currency: self.quote.currency.clone(),
            total: self.quote.due_now.total.clone(),
            ordered_at: self.ordered_at,
            billing_day: self.quote.billing_day,
            effective: self.effective_on,
            invoice: self.invoice_number.clone(),
        }
    }
}

impl TryFrom<Row> for Intent {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            state: state(&row)?,
            quote: json(&row.quote)?,
            amount_minor: row.amount_minor,
            effective_on: day(&row.effective_on)?,
            ordered_at: instant(&row.ordered_at)?,
            actor: Actor {
                name: row.ordered_by,
                address: row.address,
            },
            id: row.id,
            user_id: row.user_id,
            request_id: row.request_id,
            idempotency_key: row.idempotency_key,
            payment_method_id: row.payment_method_id,
            invoice_number: row.invoice_number,
        })
    }
}

fn state(row: &Row) -> Result<State, Error> {
    Ok(match row.state.as_str() {
        "started" => State::Started,
        "unknown" => State::Unknown,
        "authentication" => State::Authentication {
            expires: instant(row.authenticate_by.as_deref().unwrap_or_default())?,
        },
        "done" => State::Done,
        "scheduled" => State::Scheduled,
        "declined" => State::Declined {
            reason: row.reason.clone().unwrap_or_default(),
        },
        "expired" => State::Expired,
        other => return Err(damaged("state", other)),
    })
}

const fn word(state: &State) -> &'static str {
    match state {
        State::Started => "started",
        State::Unknown => "unknown",
        State::Authentication { .. } => "authentication",
        State::Done => "done",
        State::Scheduled => "scheduled",
        State::Declined { .. } => "declined",
        State::Expired => "expired",
    }
}
