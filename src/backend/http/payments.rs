//! Paying what is open.

use api::payment::PayOutstanding;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Desk;
use super::authorise::Member;
use super::extract::{Body, OrderKey};
use super::respond::{Failure, RequestId, json, text};
use crate::collecting::{self, Reply, Submission};
use crate::error::Error;
use crate::secret::fingerprint;
use crate::store::idempotency::Key;

/// `POST /outstanding/payments`
pub(super) async fn pay(
    State(desk): State<Desk>,
    member: Member,
    OrderKey(key): OrderKey,
    RequestId(request_id): RequestId,
    Body(order): Body<PayOutstanding>,
) -> Result<Response, Failure> {
    let request_hash = fingerprint(&serde_json::to_vec(&order).map_err(Error::unexpected)?);
    let key = Key {
        organization_id: member.user.organization_id,
        user_id: member.user.id,
        text: key,
    };
    let submission = Submission {
        key,
        actor: member.actor,
        total: order.total,
        request_hash,
        request_id,
    };
    // A browser that hangs up drops this handler, not the work.
    let work = desk.tasks.spawn(collecting::pay(desk.till, submission));
    match work.await.map_err(Error::unexpected)?? {
        Reply::Settled(answer) => {
            let status = StatusCode::from_u16(answer.status).map_err(Error::unexpected)?;
            Ok(text(status, answer.body))
        }
        Reply::Pending(payments) => Ok(json(StatusCode::ACCEPTED, &payments)),
    }
}
