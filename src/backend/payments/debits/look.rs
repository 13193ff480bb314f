//! Asks the gateway about a payment that waits for confirmation at the bank, when a person asks for it:
//! also after a reload, and whoever started the payment (SPEC R17).

use api::Code;
use api::invoicing::payment::Payments;
use billing::OrganizationId;
use billing::invoicing::collection::AttemptState;

use super::progress::PaymentProgress;
use crate::foundation::error::Error;
use crate::payments::attempts::look_again;
use crate::services::Services;
use crate::store::payments::attempts::{self, Lease};
use crate::store::payments::open_invoices;

/// Asks the gateway about the open attempt to pay an invoice and returns its status.
///
/// # Errors
/// Fails when there is none, or when it has failed.
pub async fn look(
    services: &Services,
    organization_id: &OrganizationId,
) -> Result<Payments, Error> {
    let mut tx = services.store.reading().await?;
    let attempt = attempts::for_invoices(&mut tx, organization_id).await?;
    drop(tx);
    let attempt = attempt.ok_or_else(|| {
        Error::refused(
            Code::NotFound,
            "No payment of your organization is under way",
        )
    })?;
    let now = look_again(services, organization_id, &attempt.id, Lease::Respected).await?;
    let made = [now.unwrap_or(attempt)];
    let [attempt] = &made;
    let mut tx = services.store.reading().await?;
    let open = open_invoices::list(&mut tx, organization_id).await?;
    let left: Vec<_> = open
        .into_iter()
        .filter(|open| attempt.purpose.invoice() == Some(&open.invoice.id))
        .collect();
    let progress = PaymentProgress::of(&mut tx, organization_id, &made, &left).await?;
    match attempt.state {
        AttemptState::Paid { .. } => Ok(progress.done()),
        AttemptState::Started | AttemptState::Unknown | AttemptState::Authentication { .. } => {
            Ok(progress.pending(&attempt.state))
        }
        AttemptState::Declined { .. } | AttemptState::NotConfirmed(_) | AttemptState::Never => {
            Err(progress.failure(attempt).into())
        }
    }
}
