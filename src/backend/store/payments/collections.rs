//! Invoices to collect, and the instant from which each is debited (SPEC R15, R17).

use billing::OrganizationId;
use billing::invoicing::invoice::InvoiceNumber;
use billing::invoicing::month_close::Collection;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::Text;

/// How an invoice is collected.
#[derive(Debug, Clone, Copy)]
pub struct NewCollection {
    /// What the close of the month has decided: at once, or after a notice.
    pub collection: Collection,
    pub issued_at: DateTime<Utc>,
}

/// Records that an invoice is to be collected. "At once" means from `issued_at`.
///
/// # Errors
/// An invoice that is to be collected already.
pub async fn add(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: &InvoiceNumber,
    due: NewCollection,
) -> Result<(), Error> {
    let (amount, notice_at, debit_at) = match due.collection {
        Collection::AtOnce { amount } => (amount, None, due.issued_at),
        Collection::AfterNotice {
            amount,
            notice_at,
            debit_at,
        } => (amount, Some(notice_at), debit_at),
    };
    sqlx::query(
        "INSERT INTO collections (organization_id, number, amount_minor, currency, notice_at, \
         debit_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(organization_id.as_str())
    .bind(number.as_str())
    .bind(amount.minor())
    .bind(Text(amount.currency().code()))
    .bind(notice_at.map(Text))
    .bind(Text(debit_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}
