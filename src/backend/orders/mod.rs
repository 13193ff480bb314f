//! Orders: the commit protocol of SPEC R19.
//!
//! [`begin`] checks what the person saw and records the intent; the gateway is called outside any
//! transaction; [`settle`] applies the outcome, all at once. [`reconcile`] takes up what a time-out
//! or a crash has left between the two.

use api::plan_change::{Order, PlanChange, State};
use billing::collection::{Debit, Occasion, Source, authentication};
use billing::policy::Policy;

use crate::error::Error;
use crate::gateway::{Charge, in_time};
use crate::jobs;
use crate::services::Services;
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

/// An order as it came in.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The key it came with, and whose it is.
    pub key: Key,
    /// Who ordered, from where.
    pub actor: Actor,
    /// What was ordered.
    pub order: Order,
    /// The fingerprint of the request.
    pub request_hash: String,
    /// What leads to the request in the log.
    pub request_id: String,
}

/// How an order stands when its caller is answered.
pub type OrderReply = idempotency::StoredReply<Box<PlanChange>>;

/// Carries an order out. Runs to its end once it is begun: call it in a task that nobody cancels.
///
/// # Errors
/// What the order is refused for; then nothing was charged.
pub async fn submit(services: Services, submission: Submission) -> Result<OrderReply, Error> {
    let organization_id = submission.key.organization_id.clone();
    jobs::catch_up(&services, &organization_id).await?;
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
        // The gateway was asked, so nobody may say that nothing has happened: it is reconciled.
        tracing::error!(id = ordered.id, %cause, "a charge is not settled yet");
        Ok(OrderReply::Pending(Box::new(PlanChange {
            state: State::Unknown,
            ..*ordered
        })))
    })
}

/// An order's charge, which its payer has asked for: the regulator wants each of those confirmed where
/// it wants any (SPEC R17).
fn charge_of(
    intent: &crate::store::plan_changes::Intent,
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
