//! Unpaid invoices, and how far the collection of each has come.

use billing::invoicing::collection::{OpenInvoice, Outstanding, Progress};
use billing::invoicing::invoice::InvoiceNumber;
use billing::{Currency, Money, OrganizationId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::foundation::error::Error;
use crate::store::database::column::{Count, Text};
use crate::store::schedule::{DeadlineKind, Due};
use crate::store::{Tx, organizations};

/// The wait before a debit that never reached the gateway is made again; it doubles each time.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(15);
/// How often that wait doubles: up to four hours.
const DOUBLINGS: u64 = 4;

/// An unpaid invoice, and when it is debited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOpenInvoice {
    /// Its number, its age, and how far its collection has come.
    pub invoice: OpenInvoice<InvoiceNumber>,
    pub amount: Money,
    /// When it is debited without an order; `None` when it no longer is.
    pub debit_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    number: Text<InvoiceNumber>,
    amount_minor: i64,
    debit_at: Text<DateTime<Utc>>,
    issued_at: Text<DateTime<Utc>>,
    failed_at: Option<Text<DateTime<Utc>>>,
    under_way: i64,
    lost: Count,
    lost_at: Option<Text<DateTime<Utc>>>,
    retry_at: Option<Text<DateTime<Utc>>>,
    retries: i64,
}

/// The unpaid invoices, oldest first.
pub async fn list(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Vec<StoredOpenInvoice>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT c.number, c.amount_minor, c.debit_at, i.issued_at, \
         (SELECT MIN(d.settled_at) FROM payment_attempts d WHERE d.organization_id = c.organization_id \
         AND d.number = c.number AND d.purpose = 'invoice_debit' \
         AND d.state IN ('declined', 'not_confirmed')) AS failed_at, \
         (SELECT COUNT(*) FROM payment_attempts d WHERE d.organization_id = c.organization_id \
         AND d.number = c.number AND d.settled_at IS NULL) AS under_way, \
         (SELECT COUNT(*) FROM payment_attempts d WHERE d.organization_id = c.organization_id \
         AND d.number = c.number AND d.purpose = 'invoice_debit' AND d.state = 'never') AS lost, \
         (SELECT MAX(d.settled_at) FROM payment_attempts d WHERE d.organization_id = c.organization_id \
         AND d.number = c.number AND d.purpose = 'invoice_debit' AND d.state = 'never') AS lost_at, \
         c.retry_at, \
         (SELECT COUNT(*) FROM payment_attempts d WHERE d.organization_id = c.organization_id \
         AND d.number = c.number AND d.started_at >= c.retry_at AND d.state <> 'never' \
         AND COALESCE(d.payment_method_id, '') = COALESCE((SELECT m.id FROM payment_methods m \
         WHERE m.organization_id = c.organization_id AND m.is_default = 1), '')) AS retries \
         FROM collections c JOIN invoices i ON i.organization_id = c.organization_id \
         AND i.number = c.number WHERE c.organization_id = $1 AND NOT EXISTS (SELECT 1 \
         FROM payments p WHERE p.organization_id = c.organization_id AND p.number = c.number) \
         ORDER BY i.issued_at, i.number",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let currency = organizations::currency(tx, organization_id).await?;
    Ok(rows.into_iter().map(|row| row.of(currency)).collect())
}

/// The unpaid invoices as dunning and a pause see them.
pub async fn outstanding(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Outstanding, Error> {
    let open = list(tx, organization_id).await?;
    let invoices: Vec<_> = open.into_iter().map(|open| open.invoice).collect();
    Ok(Outstanding::of(&invoices))
}

/// Records that a failed invoice is debited once more, from an instant on.
pub async fn retry(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: &InvoiceNumber,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query("UPDATE collections SET retry_at = $3 WHERE organization_id = $1 AND number = $2")
        .bind(organization_id.as_str())
        .bind(number.as_str())
        .bind(Text(at))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// When the open invoices fall due to be debited.
pub(crate) async fn due(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<Due>, Error> {
    let open = list(tx, organization_id).await?.into_iter();
    let debit = |open: StoredOpenInvoice| {
        let at = open.debit_at?;
        Some(Due::of(
            at,
            DeadlineKind::Collect,
            open.invoice.id.to_string(),
        ))
    };
    Ok(open.filter_map(debit).collect())
}

impl StoredOpenInvoice {
    /// Whether it is still going to be debited without an order, or is being debited.
    pub const fn is_to_be_debited(&self) -> bool {
        match self.invoice.progress {
            Progress::Issued | Progress::AwaitsPayer | Progress::Processing { .. } => true,
            Progress::Failed { .. } => self.debit_at.is_some(),
        }
    }
}

impl Row {
    fn of(self, currency: Currency) -> StoredOpenInvoice {
        let at = |stored: Option<Text<_>>| stored.map(|Text(at)| at);
        let progress = match at(self.failed_at) {
            failed_at if self.under_way > 0 => Progress::Processing { failed_at },
            Some(at) => Progress::Failed { at },
            None => Progress::Issued,
        };
        let doubled = self.lost.0.saturating_sub(1).min(DOUBLINGS);
        let again_at = at(self.lost_at).map(|at| at + AGAIN_AFTER * (1 << doubled));
        let debit_at = match progress {
            Progress::Issued | Progress::AwaitsPayer => Some(again_at.unwrap_or(self.debit_at.0)),
            Progress::Failed { .. } if self.retries == 0 => {
                at(self.retry_at).map(|at| again_at.map_or(at, |again| again.max(at)))
            }
            Progress::Processing { .. } | Progress::Failed { .. } => None,
        };
        StoredOpenInvoice {
            invoice: OpenInvoice {
                issued_at: self.issued_at.0,
                id: self.number.0,
                progress,
            },
            amount: Money::new(self.amount_minor, currency),
            debit_at,
        }
    }
}
