//! What the outcome of an attempt means. An order takes effect, or stays without one; the payment of an
//! invoice moves the account's dunning. Nothing else differs between them.

use billing::OrganizationId;
use billing::account::dunning::Charge;
use billing::invoicing::collection::AttemptState;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::idempotency::Answer;
use crate::store::payments::attempts::{self, PaymentAttempt, PaymentPurpose};
use crate::store::{Tx, schedule};

mod invoice;
mod plan_change;
mod plan_change_log;

use invoice::InvoicePayment;
pub(super) use plan_change::take_effect;
pub(super) use plan_change_log::ordered;

/// An attempt after the gateway's answer was applied.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) attempt: PaymentAttempt,
    /// The final response to the order that it paid for, if that was stored with it.
    pub(super) answer: Option<Answer>,
}

/// Moves an attempt to its next state, with all that follows from it.
///
/// # Errors
/// [`Error::Conflict`] when another process has settled it meanwhile.
pub(super) async fn settle(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    mut attempt: PaymentAttempt,
    state: AttemptState,
    now: DateTime<Utc>,
) -> Result<Settled, Error> {
    if !attempts::advance(tx, organization_id, &attempt.id, &state, now).await? {
        return Err(Error::Conflict);
    }
    attempt.state = state;
    let payment = |number, charge| InvoicePayment {
        attempt: &attempt,
        number,
        charge,
    };
    let answer = match &attempt.purpose {
        PaymentPurpose::PlanChange { id } => {
            plan_change::settled(tx, organization_id, &attempt, id, now).await?
        }
        PaymentPurpose::InvoiceDebit { number } => {
            let payment = payment(number, Charge::Scheduled);
            invoice::settled(tx, organization_id, payment, now).await?;
            None
        }
        PaymentPurpose::Outstanding { number, .. } => {
            let payment = payment(number, Charge::OnDemand);
            invoice::settled(tx, organization_id, payment, now).await?;
            None
        }
    };
    schedule::unpark(tx, organization_id).await?;
    Ok(Settled { attempt, answer })
}
