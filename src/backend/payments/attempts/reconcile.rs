//! Attempts that a timeout or a crash left open: the gateway is asked, with the same key.

use billing::invoicing::collection::GatewayAnswer;
use billing::{OrganizationId, PaymentAttemptId};

use super::later::ask_later;
use super::{Lease, charge_of, settle};
use crate::foundation::error::Error;
use crate::services::Services;
use crate::services::gateway::in_time;
use crate::store::payments::attempts::{self, PaymentAttempt};
use crate::store::schedule::Due;
use crate::store::{Changes, Tx};

/// Asks about every order that waits for its payment. Returns how many are settled now. A failure for
/// one of them does not stop the others.
pub async fn reconcile(services: &Services, lease: Lease) -> Result<usize, Error> {
    let open = attempts::of_open_orders(&mut services.store.reading().await?).await?;
    let mut settled = 0;
    for (organization_id, id) in open {
        match look_again(services, &organization_id, &id, lease).await {
            Ok(Some(attempt)) if !attempt.state.is_open() => settled += 1,
            Ok(_) => {}
            Err(cause) => {
                tracing::error!(%organization_id, %id, %cause, "a payment was not reconciled")
            }
        }
    }
    Ok(settled)
}

/// The attempt as it is now. If its outcome is open, the gateway is asked first.
pub async fn look_again(
    services: &Services,
    organization_id: &OrganizationId,
    id: &PaymentAttemptId,
    lease: Lease,
) -> Result<Option<PaymentAttempt>, Error> {
    let now = services.clock.now();
    let mut tx = services.store.reading().await?;
    let Some(attempt) = attempts::find(&mut tx, organization_id, id).await? else {
        return Ok(None);
    };
    if !attempt.can_be_asked_about(lease, now) {
        return Ok(Some(attempt));
    }
    let charge = charge_of(&mut tx, organization_id, &attempt).await?;
    drop(tx);
    let answer = match in_time(services.gateway.outcome(&charge)).await {
        Some(GatewayAnswer::Authentication) if attempt.state.has_expired(now) => {
            in_time(services.gateway.give_up(&charge)).await
        }
        answer => answer,
    };
    let settled = settle(services, organization_id, charge.key, answer).await?;
    Ok(Some(settled.attempt))
}

/// Asks about an attempt whose check has fallen due, and schedules the next check if its outcome is
/// still open.
pub(crate) async fn check(
    services: &Services,
    organization_id: &OrganizationId,
    due: &Due,
) -> Result<(), Error> {
    let id = PaymentAttemptId::new(due.subject.as_str());
    let attempt = look_again(services, organization_id, &id, Lease::Respected).await?;
    let now = services.clock.now();
    let since = attempt.map_or(now, |attempt| attempt.started_at);
    let (of, due) = (organization_id.clone(), due.clone());
    let changes = Changes::Account(of.clone(), now);
    let later = async move |tx: &mut Tx| ask_later(tx, &of, &due, since, now).await;
    services.store.transaction(changes, later).await
}
