//! Paying what is open.

use api::payment::PayOutstanding;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Desk;
use super::authorise::Member;
use super::extract::{Body, OrderKey};
use super::respond::{Failure, RequestId, json, replied};
use crate::collecting::{self, Submission};
use crate::error::Error;
use crate::secret::fingerprint_of;

/// `POST /outstanding/payments`
pub(super) async fn pay(
    State(desk): State<Desk>,
    member: Member,
    OrderKey(key): OrderKey,
    RequestId(request_id): RequestId,
    Body(order): Body<PayOutstanding>,
) -> Result<Response, Failure> {
    let request_hash = fingerprint_of(&order)?;
    let submission = Submission {
        key: member.key(key),
        actor: member.actor,
        total: order.total,
        request_hash,
        request_id,
    };
    // A browser that hangs up drops this handler, not the work.
    let work = desk.tasks.spawn(collecting::pay(desk.till, submission));
    replied(work.await.map_err(Error::unexpected)??)
}

/// `GET /outstanding/payments`. The gateway is asked, as for an order.
pub(super) async fn under_way(
    State(desk): State<Desk>,
    member: Member,
) -> Result<Response, Failure> {
    let (till, organization_id) = (desk.till, member.user.organization_id);
    let work = desk
        .tasks
        .spawn(async move { collecting::look(&till, &organization_id).await });
    let payments = work.await.map_err(Error::unexpected)??;
    Ok(json(StatusCode::OK, &payments))
}
