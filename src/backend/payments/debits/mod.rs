//! Debits: invoices that fell due are debited, once each (SPEC R12, R15 step 7, R17). [`pay`] pays by
//! hand what is open; [`look`] asks about a payment that waits for the payer's confirmation.

use billing::OrganizationId;
use billing::invoicing::collection::{AttemptState, Authentication, Unconfirmed};
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};

use super::attempts::{self, NewAttempt, begin, charge_of};
use super::outcomes;
use crate::account::confirmation;
use crate::foundation::error::Error;
use crate::services::Services;
use crate::services::gateway::Charge;
use crate::store::organizations::payment_methods;
use crate::store::payments::attempts::PaymentPurpose;
use crate::store::payments::open_invoices::{self, StoredOpenInvoice};
use crate::store::{Changes, Tx};

mod look;
mod pay;
mod payable;
mod progress;
mod retry;

pub use look::look;
pub use pay::{PaymentReply, pay};
pub use payable::{Payable, payable};
pub(crate) use retry::retry;

/// Debits an invoice if it is still due.
///
/// # Errors
/// Fails for an invoice that cannot be debited.
pub(crate) async fn debit(
    services: &Services,
    organization_id: &OrganizationId,
    number: &InvoiceNumber,
) -> Result<(), Error> {
    let (of, number, now) = (
        organization_id.clone(),
        number.clone(),
        services.clock.now(),
    );
    let changes = Changes::Account(of.clone(), now);
    let begin = async move |tx: &mut Tx| begin_debit(tx, &of, &number, now).await;
    match services.store.transaction(changes, begin).await? {
        Some(charge) => attempts::charge(services, organization_id, charge)
            .await
            .map(drop),
        None => Ok(()),
    }
}

/// Records the attempt to debit an invoice that has fallen due. Returns the charge to send to the
/// gateway, unless the attempt fails before that.
async fn begin_debit(
    tx: &mut Tx,
    id: &OrganizationId,
    number: &InvoiceNumber,
    now: DateTime<Utc>,
) -> Result<Option<Charge>, Error> {
    let open = open_invoices::list(tx, id).await?;
    let is_due = |open: &StoredOpenInvoice| {
        open.invoice.id == *number && open.debit_at.is_some_and(|at| at <= now)
    };
    let Some(open) = open.into_iter().find(is_due) else {
        // It was paid, or another process is debiting it.
        return Ok(None);
    };
    let method = payment_methods::default_of(tx, id).await?;
    let new = NewAttempt {
        purpose: PaymentPurpose::InvoiceDebit {
            number: number.clone(),
        },
        amount: open.amount,
        method: method.as_ref(),
    };
    let attempt = begin(tx, id, new, now).await?;
    let failed = match confirmation::when_due(tx, id, open.amount, now).await? {
        Some(Authentication::NotNeeded) => return charge_of(tx, id, &attempt).await.map(Some),
        // No payer is present to confirm it, so it fails before it is sent (A114).
        Some(Authentication::Needed) => AttemptState::NotConfirmed(Unconfirmed::PayerAbsent),
        None => AttemptState::Declined {
            reason: "no_payment_method".to_owned(),
        },
    };
    outcomes::settle(tx, id, attempt, failed, now).await?;
    Ok(None)
}
