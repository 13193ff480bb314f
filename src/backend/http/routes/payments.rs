//! Handlers to pay all open invoices.

use api::invoicing::payment::PayOutstanding;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::request::extract::{Body, OrderKey};
use crate::http::response::{Failure, RequestId, json, replied};
use crate::payments::debits;

/// `POST /outstanding/payments`
pub(super) async fn pay(
    State(app): State<AppState>,
    member: Member,
    key: OrderKey,
    request_id: RequestId,
    Body(order): Body<PayOutstanding>,
) -> Result<Response, Failure> {
    let submission = member.submission(key, request_id, order)?;
    // In a task of its own: a client that disconnects drops this handler, not the payment.
    let work = app.tasks.spawn(debits::pay(app.services, submission));
    replied(work.await.map_err(Error::unexpected)??)
}

/// `GET /outstanding/payments`. Asks the gateway for open outcomes, as for an order.
pub(super) async fn under_way(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    let (services, organization_id) = (app.services, member.user.organization_id);
    let work = app
        .tasks
        .spawn(async move { debits::look(&services, &organization_id).await });
    let payments = work.await.map_err(Error::unexpected)??;
    Ok(json(StatusCode::OK, &payments))
}
