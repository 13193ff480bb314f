//! Orders: the commit protocol of SPEC R19.
//!
//! [`begin`] checks what the person saw and records the order; the gateway is called outside any
//! transaction; [`settle`] applies the outcome, all at once. When a timeout or a crash interrupts an
//! order between the two, [`reconcile`] completes it.

use api::plan::plan_change::{Order, PlanChange, State};
use billing::catalog::policy::Policy;
use billing::invoicing::collection::{Debit, Occasion, Source, authentication};

use crate::foundation::error::Error;
use crate::services::Services;
use crate::services::gateway::{Charge, in_time};
use crate::store::idempotency::{self, Key};
use crate::store::records::Actor;

mod begin;
mod logged;
mod reconcile;
mod settle;
mod withdraw;

pub use begin::{Begin, Begun};
pub(crate) use logged::because;
pub use reconcile::{Scope, look_again, reconcile};
pub use settle::Settle;
pub use withdraw::Withdraw;

/// An order, as received.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The idempotency key, with the person who used it.
    pub key: Key,
    /// Who ordered it, and from which address.
    pub actor: Actor,
    pub order: Order,
    /// The hash of the request, which tells a repeated order from another one.
    pub request_hash: String,
    /// The id that finds the request in the log.
    pub request_id: String,
}

/// The reply to an order.
pub type OrderReply = idempotency::StoredReply<Box<PlanChange>>;

/// Carries an order out. Once begun it must run to its end, so call it in a task that is not cancelled.
///
/// # Errors
/// The refusal of the order; nothing was charged then.
pub async fn submit(services: Services, submission: Submission) -> Result<OrderReply, Error> {
    let organization_id = submission.key.organization_id.clone();
    let begun = services
        .store
        .write(Begin {
            submission,
            now: services.clock.now(),
        })
        .await?;
    let (charge, ordered) = match begun {
        Begun::Replied(reply) => return Ok(reply),
        Begun::Charge(charge, ordered) => (charge, ordered),
    };
    let outcome = in_time(services.gateway.charge(&charge)).await;
    let settle = Settle {
        organization_id,
        id: charge.key,
        outcome,
        now: services.clock.now(),
    };
    services.store.write(settle).await.or_else(|cause| {
        // The gateway was called, so an error that says "nothing was charged" would be wrong. The order
        // is reconciled later.
        tracing::error!(id = ordered.id, %cause, "a charge is not settled yet");
        Ok(OrderReply::Pending(Box::new(PlanChange {
            state: State::Unknown,
            ..*ordered
        })))
    })
}

/// The charge of an order. The payer has ordered it, so the regulator wants it confirmed wherever it
/// wants any charge confirmed (SPEC R17).
fn charge_of(
    intent: &crate::store::payments::plan_changes::Intent,
    token: String,
    (currency, policy): (billing::Currency, &Policy),
) -> Charge {
    let amount = billing::Money::new(intent.amount_minor, currency);
    let debit = Debit {
        amount,
        source: Source::Card,
        occasion: Occasion::OneTime,
    };
    Charge {
        key: intent.id.clone(),
        token,
        amount,
        authentication: authentication(&debit, intent.quote.billing_day, policy),
    }
}
