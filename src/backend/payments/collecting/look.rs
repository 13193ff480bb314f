//! Asks the gateway about a payment that waits for confirmation at the bank, when a person asks for it:
//! also after a reload, and whoever started the payment (SPEC R17).

use api::Code;
use api::invoicing::payment::Payments;
use billing::OrganizationId;

use super::check;
use super::pay::{PaymentProgress, failure};
use crate::foundation::error::Error;
use crate::services::Services;
use crate::store::payments::debits::{self, State};

/// Asks the gateway about the debit that is under way and returns its status.
///
/// # Errors
/// Fails when no debit is under way, or when this one has failed.
pub async fn look(
    services: &Services,
    organization_id: &OrganizationId,
) -> Result<Payments, Error> {
    let mut tx = services.store.reading().await?;
    let debit = debits::under_way(&mut tx, organization_id).await?;
    drop(tx);
    let debit = debit.ok_or_else(|| {
        Error::refused(
            Code::NotFound,
            "No payment of your organization is under way",
        )
    })?;
    check(services, organization_id, &debit.id).await?;
    let mut tx = services.store.reading().await?;
    let now = debits::find(&mut tx, organization_id, &debit.id).await?;
    let debit = now.unwrap_or(debit);
    let open = debits::open(&mut tx, organization_id).await?;
    let left: Vec<_> = open
        .into_iter()
        .filter(|open| open.invoice.id == debit.number)
        .collect();
    let made = [debit];
    let progress = PaymentProgress::of(&mut tx, organization_id, (&made, &left)).await?;
    let [debit] = &made;
    match debit.state {
        State::Paid => Ok(progress.done()),
        State::Started | State::Unknown | State::Authentication { .. } => {
            Ok(progress.pending(debit.state))
        }
        State::Declined | State::NotConfirmed | State::Never => {
            Err(failure(debit, &progress).into())
        }
    }
}
