//! Orders to change the plan (SPEC R19). Their payments are [`attempts`](super::attempts).

use api::plan::plan_change::{PlanChange, State};
use api::plan::quote::Quote;
use billing::invoicing::collection::AttemptState;
use billing::invoicing::invoice::InvoiceNumber;
use billing::{OrganizationId, PaymentAttemptId, PlanChangeId, UserId};
use chrono::{DateTime, NaiveDate, Utc};

use super::attempts::StateRow;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Json, Text};
use crate::store::idempotency::Key;
use crate::store::records::Actor;

/// An order as it is stored.
#[derive(Debug, Clone)]
pub struct StoredOrder {
    pub id: PlanChangeId,
    /// The idempotency key of the request, with the person who ordered.
    pub key: Key,
    /// The same person as the audit log names them.
    pub actor: Actor,
    /// The id under which the server's log has the request.
    pub request_id: String,
    /// The quote that the person accepted.
    pub quote: Quote,
    /// The number of the invoice, once it is paid.
    pub invoice_number: Option<InvoiceNumber>,
    /// The day on which the change takes effect.
    pub effective_on: NaiveDate,
    pub ordered_at: DateTime<Utc>,
    /// The attempt to collect what it costs; `None` when nothing is charged.
    pub payment: Option<OrderPayment>,
}

/// The payment of an order.
#[derive(Debug, Clone)]
pub struct OrderPayment {
    pub attempt_id: PaymentAttemptId,
    pub state: AttemptState,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<PlanChangeId>,
    user_id: Text<UserId>,
    idempotency_key: String,
    ordered_by: String,
    address: String,
    request_id: String,
    quote: Json<Quote>,
    invoice_number: Option<Text<InvoiceNumber>>,
    effective_on: Text<NaiveDate>,
    ordered_at: Text<DateTime<Utc>>,
    attempt_id: Option<Text<PaymentAttemptId>>,
    #[sqlx(flatten)]
    payment: StateRow,
}

/// The columns of an order with its payment, and which orders of an organization.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT c.id, c.user_id, c.idempotency_key, c.ordered_by, c.address, c.request_id, \
             c.quote, c.invoice_number, c.effective_on, c.ordered_at, a.id AS attempt_id, \
             COALESCE(a.state, '') AS state, a.gateway_reference, a.reason, a.authenticate_by \
             FROM plan_changes c LEFT JOIN payment_attempts a \
             ON a.organization_id = c.organization_id AND a.plan_change_id = c.id \
             WHERE c.organization_id = $1 AND ",
            $which
        )
    };
}

/// Stores an order whose key is stored, before anything is charged for it.
pub async fn add(tx: &mut Tx, order: &StoredOrder) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO plan_changes (organization_id, id, user_id, idempotency_key, ordered_by, \
         address, request_id, quote, effective_on, ordered_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(order.key.organization_id.as_str())
    .bind(order.id.as_str())
    .bind(order.key.user_id.as_str())
    .bind(order.key.text.as_str())
    .bind(order.actor.name.as_str())
    .bind(order.actor.address.as_str())
    .bind(order.request_id.as_str())
    .bind(Json(&order.quote))
    .bind(Text(order.effective_on))
    .bind(Text(order.ordered_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Stores the number of the invoice by which an order was paid.
pub async fn invoiced(
    tx: &mut Tx,
    order: &StoredOrder,
    number: &InvoiceNumber,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE plan_changes SET invoice_number = $3 WHERE organization_id = $1 AND id = $2",
    )
    .bind(order.key.organization_id.as_str())
    .bind(order.id.as_str())
    .bind(number.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub async fn find(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &PlanChangeId,
) -> Result<Option<StoredOrder>, Error> {
    let row: Option<Row> = sqlx::query_as(select!("c.id = $2"))
        .bind(organization_id.as_str())
        .bind(id.as_str())
        .fetch_optional(tx.connection())
        .await?;
    row.map(|row| row.of(organization_id)).transpose()
}

/// The order that used a key.
pub async fn of_key(tx: &mut Tx, key: &Key) -> Result<Option<StoredOrder>, Error> {
    let row: Option<Row> = sqlx::query_as(select!("c.user_id = $2 AND c.idempotency_key = $3"))
        .bind(key.organization_id.as_str())
        .bind(key.user_id.as_str())
        .bind(key.text.as_str())
        .fetch_optional(tx.connection())
        .await?;
    row.map(|row| row.of(&key.organization_id)).transpose()
}

/// The one order of an organization that waits for its payment.
pub async fn pending(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Option<StoredOrder>, Error> {
    let row: Option<Row> = sqlx::query_as(select!(
        "c.id = (SELECT o.plan_change_id FROM payment_attempts o WHERE o.organization_id = $1 \
         AND o.purpose = 'plan_change' AND o.settled_at IS NULL)"
    ))
    .bind(organization_id.as_str())
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| row.of(organization_id)).transpose()
}

impl StoredOrder {
    /// The order as the API returns it.
    pub fn sent(&self) -> PlanChange {
        PlanChange {
            id: self.id.clone(),
            state: self.state(),
            change: self.quote.change.clone(),
            total: self.quote.due_now.total,
            ordered_at: self.ordered_at,
            billing_day: self.quote.billing_day,
            effective: self.effective_on,
            invoice: self.invoice_number.clone(),
        }
    }

    /// The state of its payment; without one it is in force, or waits for its day.
    pub fn state(&self) -> State {
        match &self.payment {
            Some(payment) => state_of(&payment.state),
            None if self.effective_on > self.quote.billing_day => State::Scheduled,
            None => State::Done,
        }
    }
}

/// The state of an order whose payment has a state.
pub fn state_of(payment: &AttemptState) -> State {
    match payment {
        AttemptState::Started => State::Started,
        AttemptState::Unknown => State::Unknown,
        AttemptState::Authentication { expires } => State::Authentication { expires: *expires },
        AttemptState::Paid { .. } => State::Done,
        AttemptState::Declined { reason } => State::Declined {
            reason: reason.clone(),
        },
        AttemptState::NotConfirmed(_) | AttemptState::Never => State::Expired,
    }
}

impl Row {
    fn of(self, organization_id: &OrganizationId) -> Result<StoredOrder, Error> {
        let payment = match self.attempt_id {
            Some(Text(attempt_id)) => Some(OrderPayment {
                attempt_id,
                state: self.payment.try_into()?,
            }),
            None => None,
        };
        Ok(StoredOrder {
            id: self.id.0,
            key: Key {
                organization_id: organization_id.clone(),
                user_id: self.user_id.0,
                text: self.idempotency_key,
            },
            actor: Actor {
                name: self.ordered_by,
                address: self.address,
            },
            request_id: self.request_id,
            quote: self.quote.0,
            invoice_number: self.invoice_number.map(|Text(number)| number),
            effective_on: self.effective_on.0,
            ordered_at: self.ordered_at.0,
            payment,
        })
    }
}
