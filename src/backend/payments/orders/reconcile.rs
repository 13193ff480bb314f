//! Orders that a timeout or a crash left open: the gateway is asked again, with the same key.

use api::plan::plan_change::State;
use billing::OrganizationId;
use chrono::{DateTime, TimeDelta, Utc};

use super::{Settle, charge_of};
use crate::foundation::error::Error;
use crate::services::Services;
use crate::services::gateway::in_time;
use crate::store::organizations::{self, payment_methods};
use crate::store::payments::plan_changes::{self, Intent};
use crate::store::{Tx, price_books};

/// How long a started order belongs to the request that started it. That is longer than the request
/// waits for the gateway.
const LEASE: TimeDelta = TimeDelta::seconds(30);

/// Which open orders are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All: no other process works on them, as when the only server starts.
    Everything,
    /// Those that no request is working on any more.
    Abandoned,
}

/// Checks every open order. Returns how many are settled now. A failure for one order does not stop the
/// others.
pub async fn reconcile(services: &Services, scope: Scope) -> Result<usize, Error> {
    let pending = plan_changes::all_pending(&mut services.store.reading().await?).await?;
    let mut settled = 0;
    for (organization_id, id) in pending {
        match look_again(services, (&organization_id, &id), scope).await {
            Ok(Some(intent)) if !intent.state.is_pending() => settled += 1,
            Ok(_) => {}
            Err(cause) => {
                tracing::error!(%organization_id, id, %cause, "an order was not reconciled")
            }
        }
    }
    Ok(settled)
}

/// The order as it is now. If its outcome is open, the gateway is asked first.
pub async fn look_again(
    services: &Services,
    (organization_id, id): (&OrganizationId, &str),
    scope: Scope,
) -> Result<Option<Intent>, Error> {
    let now = services.clock.now();
    let mut tx = services.store.reading().await?;
    let Some(intent) = plan_changes::find(&mut tx, organization_id, id).await? else {
        return Ok(None);
    };
    if !is_open(&intent, scope, now) {
        return Ok(Some(intent));
    }
    let charge = charge(&mut tx, organization_id, &intent).await?;
    drop(tx);
    let overdue = matches!(intent.state, State::Authentication { expires } if expires <= now);
    let outcome = match in_time(services.gateway.outcome(&charge)).await {
        Ok(crate::services::gateway::Outcome::Authentication) if overdue => {
            in_time(services.gateway.give_up(&charge)).await
        }
        outcome => outcome,
    };
    let (organization_id, id) = (organization_id.clone(), id.to_owned());
    let settle = Settle {
        organization_id: organization_id.clone(),
        id: id.clone(),
        outcome,
        now,
    };
    services.store.write(settle).await?;
    plan_changes::find(&mut services.store.reading().await?, &organization_id, &id).await
}

fn is_open(intent: &Intent, scope: Scope, now: DateTime<Utc>) -> bool {
    match intent.state {
        State::Started => match scope {
            Scope::Everything => true,
            Scope::Abandoned => now - intent.ordered_at >= LEASE,
        },
        State::Unknown | State::Authentication { .. } => true,
        State::Done | State::Scheduled | State::Declined { .. } | State::Expired => false,
    }
}

async fn charge(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    intent: &Intent,
) -> Result<crate::services::gateway::Charge, Error> {
    let method = intent.payment_method_id.as_deref().unwrap_or_default();
    let token = payment_methods::token_of(tx, organization_id, method).await?;
    let organization = organizations::find(tx, organization_id).await?;
    let book = price_books::find(tx, &organization.book).await?;
    let list = book
        .book
        .list(&intent.quote.currency)
        .ok_or(billing::OutOfRange)?;
    Ok(charge_of(intent, token, (list.currency, &tx.policy())))
}
