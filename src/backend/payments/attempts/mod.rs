//! The one way in which money is attempted, whatever for (SPEC R17, R19).
//!
//! 1. [`begin`] records the attempt, in the transaction that decides that something is to be paid.
//! 2. [`charge`] calls the gateway, outside any transaction, with the attempt's id as the key.
//! 3. [`settle`] applies the answer in one transaction, with all that follows from it
//!    ([`outcomes`](super::outcomes)).
//! 4. When a timeout or a crash interrupts an attempt between the two, the gateway is asked again with
//!    the same key: by a person who waits ([`look_again`]), by the schedule ([`check`]), and for orders
//!    by the server's ticks ([`reconcile`]).

use billing::invoicing::collection::{AttemptState, GatewayAnswer};
use billing::{Money, OrganizationId, OutOfRange, PaymentAttemptId};
use chrono::{DateTime, Utc};

use super::outcomes::{self, Settled};
use crate::account::confirmation;
use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::services::Services;
use crate::services::gateway::{Charge, in_time};
use crate::store::organizations::payment_methods::{self, PaymentMethod};
use crate::store::payments::attempts::{self, PaymentAttempt, PaymentPurpose};
use crate::store::{Changes, Tx};

mod later;
mod reconcile;

pub use crate::store::payments::attempts::Lease;
pub(crate) use reconcile::check;
pub use reconcile::{look_again, reconcile};

/// What is to be paid, and how.
#[derive(Debug)]
pub(super) struct NewAttempt<'a> {
    pub(super) purpose: PaymentPurpose,
    pub(super) amount: Money,
    /// `None` when no method is on file; such an attempt fails before it is sent.
    pub(super) method: Option<&'a PaymentMethod>,
}

/// Records an attempt. The gateway is not called before that is committed.
///
/// # Errors
/// [`Error::Conflict`] when another order of the organization, or another attempt for the invoice, is
/// open.
pub(super) async fn begin(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    new: NewAttempt<'_>,
    now: DateTime<Utc>,
) -> Result<PaymentAttempt, Error> {
    let attempt = PaymentAttempt {
        id: secret::id("pa")?.into(),
        purpose: new.purpose,
        amount: new.amount,
        payment_method_id: new.method.map(|method| method.id.clone()),
        state: AttemptState::Started,
        started_at: now,
    };
    attempts::add(tx, organization_id, &attempt).await?;
    Ok(attempt)
}

/// The charge of a recorded attempt, as it is sent to the gateway.
pub(super) async fn charge_of(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    attempt: &PaymentAttempt,
) -> Result<Charge, Error> {
    let method = attempt.payment_method_id.as_deref().ok_or(OutOfRange)?;
    Ok(Charge {
        key: attempt.id.clone(),
        token: payment_methods::token_of(tx, organization_id, method).await?,
        amount: attempt.amount,
        authentication: confirmation::of(
            tx,
            organization_id,
            attempt.amount,
            attempt.purpose.occasion(),
            attempt.started_at,
        )
        .await?,
    })
}

/// Sends a recorded charge to the gateway and applies the answer.
pub(super) async fn charge(
    services: &Services,
    organization_id: &OrganizationId,
    charge: Charge,
) -> Result<Settled, Error> {
    let answer = in_time(services.gateway.charge(&charge)).await;
    settle(services, organization_id, charge.key, answer).await
}

/// Applies the gateway's answer to an attempt, all at once or not at all. An answer that tells nothing
/// new changes nothing; `None` is no answer.
async fn settle(
    services: &Services,
    organization_id: &OrganizationId,
    id: PaymentAttemptId,
    answer: Option<GatewayAnswer>,
) -> Result<Settled, Error> {
    let (of, now) = (organization_id.clone(), services.clock.now());
    let changes = Changes::Account(of.clone(), now);
    let settle = async move |tx: &mut Tx| {
        let attempt = attempts::find(tx, &of, &id).await?;
        let attempt = attempt.ok_or_else(|| Error::unexpected(format!("no attempt {id}")))?;
        let state = attempt.state.clone();
        let state = state.after(answer, attempt.started_at, &tx.policy());
        if state == attempt.state {
            return Ok(Settled {
                attempt,
                answer: None,
            });
        }
        outcomes::settle(tx, &of, attempt, state, now).await
    };
    services.store.transaction(changes, settle).await
}
