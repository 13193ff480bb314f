//! How the invoice that a mail is about is debited, as the store has it now.

use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::store::{Tx, debits, payment_methods};

/// The debit that an open invoice waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debit {
    /// Before when nothing is debited; none where it has been tried, or is being.
    pub debit_at: Option<DateTime<Utc>>,
    /// What is debited; none where there is nothing to debit.
    pub method: Option<String>,
}

impl Debit {
    /// That of an invoice; none where the invoice is not open.
    pub(super) async fn of(
        tx: &mut Tx,
        organization_id: &str,
        number: &str,
    ) -> Result<Option<Self>, Error> {
        let open = debits::open(tx, organization_id).await?;
        let Some(open) = open.into_iter().find(|open| open.invoice.id == number) else {
            return Ok(None);
        };
        let method = payment_methods::default_of(tx, organization_id).await?;
        Ok(Some(Self {
            debit_at: open.debit_at,
            method: method.map(|method| format!("{} ending {}", method.brand, method.last4)),
        }))
    }
}
