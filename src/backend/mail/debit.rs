//! The debit of the invoice that a mail is about, as it is stored when the mail is composed.

use billing::OrganizationId;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::organizations::payment_methods;
use crate::store::payments::open_invoices;

/// The coming debit of an open invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debit {
    /// It is not debited before this instant; `None` when it was tried, or is being debited now.
    pub debit_at: Option<DateTime<Utc>>,
    /// The method to debit, as text; `None` when no method is on file.
    pub method: Option<String>,
}

impl Debit {
    /// The debit of an invoice; `None` when the invoice is not open.
    pub(super) async fn of(
        tx: &mut Tx,
        organization_id: &OrganizationId,
        number: &InvoiceNumber,
    ) -> Result<Option<Self>, Error> {
        let open = open_invoices::list(tx, organization_id).await?;
        let Some(open) = open.into_iter().find(|open| open.invoice.id == *number) else {
            return Ok(None);
        };
        let method = payment_methods::default_of(tx, organization_id).await?;
        Ok(Some(Self {
            debit_at: open.debit_at,
            method: method.map(|method| format!("{} ending {}", method.brand, method.last4)),
        }))
    }
}
