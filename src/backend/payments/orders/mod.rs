//! Orders to change the plan: the commit protocol of SPEC R19.
//!
//! [`begin`] checks what the person saw and records the order, with the attempt to collect what it
//! costs ([`attempts`](super::attempts)). When that is paid the order takes effect
//! ([`outcomes`](super::outcomes)).

use api::plan::plan_change::{Order, PlanChange, State};
use billing::{OrganizationId, PlanChangeId};

use super::outcomes::Settled;
use super::{Submission, attempts};
use crate::foundation::error::Error;
use crate::services::Services;
use crate::store::Tx;
use crate::store::idempotency::{self, Key, StoredReply, Used};
use crate::store::payments::attempts::Lease;
use crate::store::payments::plan_changes::{self, StoredOrder};

mod begin;
mod withdraw;

pub use begin::{Begin, Begun};
pub use withdraw::Withdraw;

/// The reply to an order.
pub type OrderReply = StoredReply<Box<PlanChange>>;

/// Carries an order out. Once begun it must run to its end, so call it in a task that is not cancelled.
///
/// # Errors
/// The refusal of the order; nothing was charged then.
pub async fn submit(
    services: Services,
    submission: Submission<Order>,
) -> Result<OrderReply, Error> {
    let (key, request_hash) = (submission.key.clone(), submission.request_hash.clone());
    let begin = Begin {
        submission,
        now: services.clock.now(),
    };
    let (charge, ordered) = match services.store.write(begin).await? {
        Begun::Replied(reply) => return Ok(reply),
        Begun::Charge(charge, ordered) => (charge, ordered),
    };
    match attempts::charge(&services, &key.organization_id, charge).await {
        Ok(Settled { attempt, answer }) => match answer {
            Some(answer) => Ok(OrderReply::Settled(answer)),
            None if attempt.state.is_open() => Ok(OrderReply::Pending(Box::new(PlanChange {
                state: plan_changes::state_of(&attempt.state),
                ..*ordered
            }))),
            // Another process has settled it meanwhile.
            None => stored_reply(&services, &key, &request_hash).await,
        },
        Err(cause) => {
            // The gateway was called, so an error that says "nothing was charged" would be wrong. The
            // payment is reconciled later.
            tracing::error!(id = %ordered.id, %cause, "a charge is not settled yet");
            Ok(OrderReply::Pending(Box::new(PlanChange {
                state: State::Unknown,
                ..*ordered
            })))
        }
    }
}

async fn stored_reply(
    services: &Services,
    key: &Key,
    request_hash: &str,
) -> Result<OrderReply, Error> {
    let mut tx = services.store.reading().await?;
    match idempotency::find(&mut tx, key, request_hash).await? {
        Used::Answered(answer) => Ok(OrderReply::Settled(answer)),
        Used::Begun | Used::Never => pending(&mut tx, key).await,
    }
}

/// The order as it is now. If the outcome of its payment is open, the gateway is asked first.
pub async fn look_again(
    services: &Services,
    organization_id: &OrganizationId,
    id: &PlanChangeId,
) -> Result<Option<StoredOrder>, Error> {
    let mut tx = services.store.reading().await?;
    let order = plan_changes::find(&mut tx, organization_id, id).await?;
    drop(tx);
    let payment = order.as_ref().and_then(|order| order.payment.as_ref());
    let Some(payment) = payment.filter(|payment| payment.state.is_open()) else {
        return Ok(order);
    };
    let attempt = &payment.attempt_id;
    attempts::look_again(services, organization_id, attempt, Lease::Respected).await?;
    let mut tx = services.store.reading().await?;
    plan_changes::find(&mut tx, organization_id, id).await
}

/// What is known so far about the order that used a key.
async fn pending(tx: &mut Tx, key: &Key) -> Result<OrderReply, Error> {
    let order = plan_changes::of_key(tx, key).await?;
    let order = order.ok_or_else(|| Error::unexpected("a key without its order"))?;
    Ok(OrderReply::Pending(Box::new(order.sent())))
}
