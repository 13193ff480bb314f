//! Attempts to collect money, stored before the gateway is called (SPEC R12, R17, R19).

use billing::invoicing::collection::{AttemptState, Occasion, Unconfirmed};
use billing::invoicing::invoice::InvoiceNumber;
use billing::{CurrencyCode, Money, OrganizationId, PaymentAttemptId, PlanChangeId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::foundation::error::Error;
use crate::store::database::column::Text;
use crate::store::database::row::damaged;
use crate::store::schedule::{DeadlineKind, Due};
use crate::store::{Tx, organizations};

/// How long an attempt belongs to the process that began it: longer than one call of the gateway may
/// last.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// How long after an order, or an attempt without an answer, the gateway is asked for the outcome. Where
/// a person waits, the server and the screen ask before that.
const CHECK_AFTER: TimeDelta = TimeDelta::minutes(1);

/// An attempt to collect money.
#[derive(Debug, Clone)]
pub struct PaymentAttempt {
    /// Also the idempotency key of the charge at the gateway.
    pub id: PaymentAttemptId,
    pub purpose: PaymentPurpose,
    pub amount: Money,
    /// The method that is charged; `None` when none was on file.
    pub payment_method_id: Option<String>,
    pub state: AttemptState,
    pub started_at: DateTime<Utc>,
}

/// What an attempt pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentPurpose {
    /// An order, which takes effect when it is paid.
    PlanChange { id: PlanChangeId },
    /// An invoice that has fallen due.
    InvoiceDebit { number: InvoiceNumber },
    /// An open invoice, in a run of payments that an admin has ordered.
    Outstanding { number: InvoiceNumber, run: String },
}

/// Which open attempts a process may ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// Also those that have just been started: no other process lives, as when the only server starts.
    Ignored,
    /// Those that no process is working on any more.
    Respected,
}

impl PaymentPurpose {
    /// The number of the invoice that is paid; `None` for an order, which has none before.
    pub fn invoice(&self) -> Option<&InvoiceNumber> {
        match self {
            Self::PlanChange { .. } => None,
            Self::InvoiceDebit { number } | Self::Outstanding { number, .. } => Some(number),
        }
    }

    /// The occasion, which decides whether the payer must confirm the charge. An invoice whose debit
    /// needs that is never debited without its payer (A114).
    pub const fn occasion(&self) -> Occasion {
        match self {
            Self::PlanChange { .. } | Self::Outstanding { .. } => Occasion::OneTime,
            Self::InvoiceDebit { .. } => Occasion::Recurring,
        }
    }

    const fn as_str(&self) -> &'static str {
        match self {
            Self::PlanChange { .. } => "plan_change",
            Self::InvoiceDebit { .. } => "invoice_debit",
            Self::Outstanding { .. } => "outstanding",
        }
    }
}

impl PaymentAttempt {
    /// Whether its outcome is open and a process may ask about it.
    pub fn can_be_asked_about(&self, lease: Lease, now: DateTime<Utc>) -> bool {
        let is_leased = self.state == AttemptState::Started
            && lease == Lease::Respected
            && now - self.started_at < LEASE;
        self.state.is_open() && !is_leased
    }

    /// When the gateway is asked about it for the first time.
    fn check_at(&self) -> DateTime<Utc> {
        match (&self.state, &self.purpose) {
            (AttemptState::Authentication { expires }, _) => *expires,
            (AttemptState::Unknown, _) | (_, PaymentPurpose::PlanChange { .. }) => {
                self.started_at + CHECK_AFTER
            }
            (_, PaymentPurpose::InvoiceDebit { .. } | PaymentPurpose::Outstanding { .. }) => {
                self.started_at + LEASE
            }
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<PaymentAttemptId>,
    plan_change_id: Option<Text<PlanChangeId>>,
    number: Option<Text<InvoiceNumber>>,
    payment_run_id: Option<String>,
    payment_method_id: Option<String>,
    amount_minor: i64,
    currency: Text<CurrencyCode>,
    started_at: Text<DateTime<Utc>>,
    #[sqlx(flatten)]
    state: StateRow,
}

/// The columns of an attempt's state.
#[derive(sqlx::FromRow)]
pub(super) struct StateRow {
    state: String,
    gateway_reference: Option<String>,
    reason: Option<String>,
    authenticate_by: Option<Text<DateTime<Utc>>>,
}

/// The columns of an attempt, and which attempts of an organization.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT id, plan_change_id, number, payment_run_id, payment_method_id, state, \
             amount_minor, currency, gateway_reference, reason, started_at, authenticate_by \
             FROM payment_attempts WHERE organization_id = $1 AND ",
            $which
        )
    };
}

/// Stores an attempt before the gateway is called.
///
/// # Errors
/// [`Error::Conflict`] when another order of the organization, or another attempt for the invoice, is
/// open.
pub async fn add(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    attempt: &PaymentAttempt,
) -> Result<(), Error> {
    let (plan_change, run) = match &attempt.purpose {
        PaymentPurpose::PlanChange { id } => (Some(id.as_str()), None),
        PaymentPurpose::InvoiceDebit { .. } => (None, None),
        PaymentPurpose::Outstanding { run, .. } => (None, Some(run.as_str())),
    };
    sqlx::query(
        "INSERT INTO payment_attempts (organization_id, id, purpose, plan_change_id, number, \
         payment_run_id, payment_method_id, state, amount_minor, currency, started_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'started', $8, $9, $10)",
    )
    .bind(organization_id.as_str())
    .bind(attempt.id.as_str())
    .bind(attempt.purpose.as_str())
    .bind(plan_change)
    .bind(attempt.purpose.invoice().map(InvoiceNumber::as_str))
    .bind(run)
    .bind(attempt.payment_method_id.as_deref())
    .bind(attempt.amount.minor())
    .bind(Text(attempt.amount.currency().code()))
    .bind(Text(attempt.started_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Moves an open attempt to its next state. Returns `false` when another process has settled it.
pub async fn advance(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &PaymentAttemptId,
    to: &AttemptState,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (reference, expires) = match to {
        AttemptState::Paid { reference } => (Some(reference.as_str()), None),
        AttemptState::Authentication { expires } => (None, Some(Text(*expires))),
        AttemptState::Started
        | AttemptState::Unknown
        | AttemptState::Declined { .. }
        | AttemptState::NotConfirmed(_)
        | AttemptState::Never => (None, None),
    };
    let moved = sqlx::query(
        "UPDATE payment_attempts SET state = $3, gateway_reference = $4, reason = $5, \
         authenticate_by = COALESCE($6, authenticate_by), settled_at = $7 \
         WHERE organization_id = $1 AND id = $2 AND settled_at IS NULL",
    )
    .bind(organization_id.as_str())
    .bind(id.as_str())
    .bind(to.as_str())
    .bind(reference)
    .bind(to.reason())
    .bind(expires)
    .bind((!to.is_open()).then_some(Text(now)))
    .execute(tx.connection())
    .await?;
    Ok(moved.rows_affected() == 1)
}

pub async fn find(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &PaymentAttemptId,
) -> Result<Option<PaymentAttempt>, Error> {
    let rows = sqlx::query_as(select!("id = $2"))
        .bind(organization_id.as_str())
        .bind(id.as_str())
        .fetch_all(tx.connection())
        .await?;
    Ok(read(tx, organization_id, rows).await?.pop())
}

/// The attempts of an admin's payment run, in the order in which they were made.
pub async fn of_run(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    run: &str,
) -> Result<Vec<PaymentAttempt>, Error> {
    let rows = sqlx::query_as(select!("payment_run_id = $2 ORDER BY started_at, number"))
        .bind(organization_id.as_str())
        .bind(run)
        .fetch_all(tx.connection())
        .await?;
    read(tx, organization_id, rows).await
}

/// The attempts whose outcome is open; those that wait for the payer's confirmation come first.
pub async fn open(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Vec<PaymentAttempt>, Error> {
    let rows = sqlx::query_as(select!(
        "settled_at IS NULL \
         ORDER BY CASE state WHEN 'authentication' THEN 0 ELSE 1 END, started_at, number"
    ))
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    read(tx, organization_id, rows).await
}

/// Whether an order waits for its payment.
pub async fn has_open_order(tx: &mut Tx, organization_id: &OrganizationId) -> Result<bool, Error> {
    let found: Option<i32> = sqlx::query_scalar(
        "SELECT 1 FROM payment_attempts WHERE organization_id = $1 AND purpose = 'plan_change' \
         AND settled_at IS NULL",
    )
    .bind(organization_id.as_str())
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.is_some())
}

/// The first open attempt to pay an invoice.
pub async fn for_invoices(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Option<PaymentAttempt>, Error> {
    let mut open = open(tx, organization_id).await?.into_iter();
    Ok(open.find(|attempt| attempt.purpose.invoice().is_some()))
}

/// Every order that waits for its payment, as organization and attempt. A person waits for it, so it
/// is asked about more often than the schedule does.
pub async fn of_open_orders(tx: &mut Tx) -> Result<Vec<(OrganizationId, PaymentAttemptId)>, Error> {
    let open: Vec<(Text<_>, Text<_>)> = sqlx::query_as(
        "SELECT organization_id, id FROM payment_attempts WHERE purpose = 'plan_change' \
         AND settled_at IS NULL ORDER BY started_at",
    )
    .fetch_all(tx.connection())
    .await?;
    let order = |(Text(organization_id), Text(id))| (organization_id, id);
    Ok(open.into_iter().map(order).collect())
}

/// When the gateway is asked about the open attempts.
pub(crate) async fn due(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<Due>, Error> {
    let open = open(tx, organization_id).await?.into_iter();
    let check = |attempt: PaymentAttempt| {
        let at = attempt.check_at();
        Due::of(at, DeadlineKind::PaymentCheck, attempt.id.as_str())
    };
    Ok(open.map(check).collect())
}

async fn read(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    rows: Vec<Row>,
) -> Result<Vec<PaymentAttempt>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let currency = organizations::currency(tx, organization_id).await?;
    let attempt = |row: Row| {
        if row.currency.0 != currency.code() {
            return Err(damaged("currency", row.currency.0));
        }
        let purpose = match (row.plan_change_id, row.number, row.payment_run_id) {
            (Some(Text(id)), None, None) => PaymentPurpose::PlanChange { id },
            (None, Some(Text(number)), None) => PaymentPurpose::InvoiceDebit { number },
            (None, Some(Text(number)), Some(run)) => PaymentPurpose::Outstanding { number, run },
            _ => return Err(damaged("purpose of the payment", row.id.0)),
        };
        Ok(PaymentAttempt {
            id: row.id.0,
            purpose,
            amount: Money::new(row.amount_minor, currency),
            payment_method_id: row.payment_method_id,
            state: row.state.try_into()?,
            started_at: row.started_at.0,
        })
    };
    rows.into_iter().map(attempt).collect()
}

impl TryFrom<StateRow> for AttemptState {
    type Error = Error;

    fn try_from(row: StateRow) -> Result<Self, Error> {
        let StateRow {
            state,
            gateway_reference,
            reason,
            authenticate_by,
        } = row;
        let expires = authenticate_by.map(|Text(at)| at);
        Ok(match (state.as_str(), reason) {
            ("started", _) => Self::Started,
            ("unknown", _) => Self::Unknown,
            ("authentication", _) => Self::Authentication {
                expires: expires.ok_or_else(|| damaged("state of the payment", &state))?,
            },
            ("paid", _) => Self::Paid {
                reference: gateway_reference.unwrap_or_default(),
            },
            ("declined", Some(reason)) => Self::Declined { reason },
            ("not_confirmed", Some(reason)) => Self::NotConfirmed(
                [Unconfirmed::Expired, Unconfirmed::PayerAbsent]
                    .into_iter()
                    .find(|because| because.as_str() == reason)
                    .ok_or_else(|| damaged("reason", reason))?,
            ),
            ("never", _) => Self::Never,
            _ => return Err(damaged("state of the payment", state)),
        })
    }
}
