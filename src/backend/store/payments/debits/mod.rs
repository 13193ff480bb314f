//! Collection: open invoices, and the debits made for them (SPEC R12, R17).

use billing::{Currency, OrganizationId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::row::{damaged, instant};
use crate::store::organizations;
use crate::store::price_books;
use crate::store::schedule::{DeadlineKind, Due};

mod open;

pub use open::{Open, open, outstanding, retry};

/// How long a debit belongs to the process that began it: longer than one call of the gateway may last.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// How long after an attempt without an answer the gateway is asked for the outcome.
const CHECK_AFTER: TimeDelta = TimeDelta::minutes(1);
/// The state of a debit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Stored; the gateway is being called.
    Started,
    /// The call of the gateway ended without an answer.
    Unknown,
    /// The bank waits for the payer's confirmation.
    Authentication {
        /// The end of the time in which the payer can confirm.
        expires: DateTime<Utc>,
    },
    /// The gateway has captured the amount.
    Paid,
    Declined,
    NotConfirmed,
    /// The gateway never received it. Nobody is at fault, so the invoice is debited again.
    Never,
}

/// One debit of an invoice.
#[derive(Debug, Clone)]
pub struct Debit {
    /// Also the idempotency key of the charge at the gateway.
    pub id: String,
    /// The number of the invoice.
    pub number: String,
    /// The payment run an admin ordered; `None` when the debit fell due by itself.
    pub run: Option<String>,
    /// The method that is debited; `None` when none was on file.
    pub payment_method_id: Option<String>,
    pub state: State,
    /// The amount in minor units.
    pub amount_minor: i64,
    /// The currency code.
    pub currency: String,
    pub started_at: DateTime<Utc>,
}

/// A change of state after an answer of the gateway.
#[derive(Debug, Clone, Copy)]
pub struct Transition<'a> {
    pub state: State,
    /// The gateway's reference, once it has captured the amount.
    pub reference: Option<&'a str>,
    /// Why the debit failed.
    pub reason: Option<&'a str>,
    pub now: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    number: String,
    payment_run_id: Option<String>,
    payment_method_id: Option<String>,
    state: String,
    amount_minor: i64,
    currency: String,
    started_at: String,
    authenticate_by: Option<String>,
}

/// Stores a debit before the gateway is called.
///
/// # Errors
/// An invoice that another debit is under way for.
pub async fn begin(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    debit: &Debit,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO debits (organization_id, id, number, payment_run_id, payment_method_id, \
         state, amount_minor, currency, started_at) VALUES ($1, $2, $3, $4, $5, 'started', $6, $7, $8)",
    )
    .bind(organization_id.as_str())
    .bind(debit.id.as_str())
    .bind(debit.number.as_str())
    .bind(debit.run.as_deref())
    .bind(debit.payment_method_id.as_deref())
    .bind(debit.amount_minor)
    .bind(debit.currency.as_str())
    .bind(instant_text(debit.started_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Moves an open debit to its next state. Returns `false` when another process has settled it.
pub async fn advance(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    to: Transition<'_>,
) -> Result<bool, Error> {
    let authenticate_by = match to.state {
        State::Authentication { expires } => Some(instant_text(expires)),
        _ => None,
    };
    let moved = sqlx::query(
        "UPDATE debits SET state = $3, gateway_reference = $4, reason = $5, \
         authenticate_by = COALESCE($6, authenticate_by), settled_at = $7 \
         WHERE organization_id = $1 AND id = $2 \
         AND state IN ('started', 'unknown', 'authentication')",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .bind(to.state.as_str())
    .bind(to.reference)
    .bind(to.reason)
    .bind(authenticate_by)
    .bind((!to.state.is_under_way()).then(|| instant_text(to.now)))
    .execute(tx.connection())
    .await?;
    Ok(moved.rows_affected() == 1)
}

pub async fn find(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<Option<Debit>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, number, payment_run_id, payment_method_id, state, amount_minor, currency, \
         started_at, authenticate_by FROM debits WHERE organization_id = $1 AND id = $2",
    )
    .bind(organization_id.as_str())
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    row.map(Debit::try_from).transpose()
}

/// The debits of an admin's payment run, in the order in which they were made.
pub async fn of_run(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    run: &str,
) -> Result<Vec<Debit>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, number, payment_run_id, payment_method_id, state, amount_minor, currency, \
         started_at, authenticate_by FROM debits WHERE organization_id = $1 \
         AND payment_run_id = $2 ORDER BY started_at, number",
    )
    .bind(organization_id.as_str())
    .bind(run)
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Debit::try_from).collect()
}

/// A debit whose outcome is open; the one that waits for the payer's confirmation comes first.
pub async fn under_way(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Option<Debit>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, number, payment_run_id, payment_method_id, state, amount_minor, currency, \
         started_at, authenticate_by FROM debits WHERE organization_id = $1 \
         AND state IN ('started', 'unknown', 'authentication') \
         ORDER BY CASE state WHEN 'authentication' THEN 0 ELSE 1 END, started_at, number LIMIT 1",
    )
    .bind(organization_id.as_str())
    .fetch_optional(tx.connection())
    .await?;
    row.map(Debit::try_from).transpose()
}

/// Whether a payment method has paid before; the payer confirms its first debit (R17).
pub async fn has_paid(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    method: &str,
) -> Result<bool, Error> {
    let paid: Option<i32> = sqlx::query_scalar(
        "SELECT 1 FROM payments WHERE organization_id = $1 AND payment_method_id = $2 LIMIT 1",
    )
    .bind(organization_id.as_str())
    .bind(method)
    .fetch_optional(tx.connection())
    .await?;
    Ok(paid.is_some())
}

/// What falls due: debits of open invoices, and checks of debits whose outcome is open.
pub(crate) async fn due(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<Due>, Error> {
    let open = open(tx, organization_id).await?;
    let debits = open.into_iter().filter_map(|open| {
        let at = open.debit_at?;
        Some(Due::of(at, DeadlineKind::Collect, open.invoice.id))
    });
    let mut due: Vec<_> = debits.collect();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, number, payment_run_id, payment_method_id, state, amount_minor, currency, \
         started_at, authenticate_by FROM debits WHERE organization_id = $1 \
         AND state IN ('started', 'unknown', 'authentication')",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    for row in rows {
        let debit = Debit::try_from(row)?;
        let at = match debit.state {
            State::Authentication { expires } => expires,
            State::Unknown => debit.started_at + CHECK_AFTER,
            State::Started | State::Paid | State::Declined | State::NotConfirmed | State::Never => {
                debit.started_at + LEASE
            }
        };
        due.push(Due::of(at, DeadlineKind::DebitCheck, debit.id));
    }
    Ok(due)
}

/// The currency of an open invoice or a debit.
///
/// # Errors
/// A currency that the organization's price book does not have.
pub async fn currency(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    code: &str,
) -> Result<Currency, Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let book = price_books::find(tx, &organization.book).await?;
    let list = book.book.list(code);
    Ok(list.ok_or_else(|| damaged("currency", code))?.currency)
}

impl Debit {
    /// Whether its outcome is open and any process may settle it: its lease is over, or it waits.
    pub fn is_anyones(&self, now: DateTime<Utc>) -> bool {
        match self.state {
            State::Started => now - self.started_at >= LEASE,
            State::Unknown | State::Authentication { .. } => true,
            State::Paid | State::Declined | State::NotConfirmed | State::Never => false,
        }
    }
}

impl State {
    /// Whether its outcome is open.
    pub const fn is_under_way(self) -> bool {
        matches!(
            self,
            Self::Started | Self::Unknown | Self::Authentication { .. }
        )
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Unknown => "unknown",
            Self::Authentication { .. } => "authentication",
            Self::Paid => "paid",
            Self::Declined => "declined",
            Self::NotConfirmed => "not_confirmed",
            Self::Never => "never",
        }
    }
}

impl TryFrom<Row> for Debit {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let state = match row.state.as_str() {
            "started" => State::Started,
            "unknown" => State::Unknown,
            "authentication" => State::Authentication {
                expires: instant(row.authenticate_by.as_deref().unwrap_or_default())?,
            },
            "paid" => State::Paid,
            "declined" => State::Declined,
            "not_confirmed" => State::NotConfirmed,
            "never" => State::Never,
            other => return Err(damaged("state of a debit", other)),
        };
        Ok(Self {
            state,
            started_at: instant(&row.started_at)?,
            id: row.id,
            number: row.number,
            run: row.payment_run_id,
            payment_method_id: row.payment_method_id,
            amount_minor: row.amount_minor,
            currency: row.currency,
        })
    }
}
