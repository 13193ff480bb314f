//! Debits failed invoices once more, at once, when another payment method becomes the default
//! (SPEC R12, A19).

use billing::OrganizationId;
use billing::invoicing::collection::{Authentication, to_retry};
use chrono::{DateTime, Utc};

use crate::account::confirmation;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::payments::open_invoices;

/// Makes the failed invoices due now, in the transaction that sets the default. Invoices whose debit
/// needs the payer's confirmation stay open until the payer pays them (A165).
pub(crate) async fn retry(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let open = open_invoices::list(tx, organization_id).await?;
    let invoices: Vec<_> = open.iter().map(|open| open.invoice.clone()).collect();
    for invoice in to_retry(&invoices) {
        let Some(open) = open.iter().find(|open| open.invoice.id == invoice.id) else {
            continue;
        };
        match confirmation::when_due(tx, organization_id, open.amount, now).await? {
            Some(Authentication::NotNeeded) => {
                open_invoices::retry(tx, organization_id, &invoice.id, now).await?;
            }
            Some(Authentication::Needed) | None => {}
        }
    }
    Ok(())
}
