//! Handlers for quotes and orders.

use api::Code;
use api::plan::plan_change::Order;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use billing::{PlanChange, PlanChangeId};

use crate::account::OrganizationAccount;
use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::request::extract::{Body, OrderKey};
use crate::http::response::{Failure, RequestId, json, replied};
use crate::payments::orders::{Withdraw, look_again, submit};

/// `POST /quotes`
pub(super) async fn quote(
    State(app): State<AppState>,
    member: Member,
    Body(change): Body<PlanChange>,
) -> Result<Response, Failure> {
    let mut tx = app.services.store.reading().await?;
    let account =
        OrganizationAccount::load(&mut tx, member.organization_id(), app.services.clock.now())
            .await?;
    Ok(json(StatusCode::OK, &account.quote(&change)?))
}

/// `POST /plan-changes`
pub(super) async fn order(
    State(app): State<AppState>,
    member: Member,
    key: OrderKey,
    request_id: RequestId,
    Body(order): Body<Order>,
) -> Result<Response, Failure> {
    let submission = member.submission(key, request_id, order)?;
    // In a task of its own: a client that disconnects drops this handler, not the order.
    let work = app.tasks.spawn(submit(app.services, submission));
    replied(work.await.map_err(Error::unexpected)??)
}

/// `GET /plan-changes/{id}`
pub(super) async fn plan_change(
    State(app): State<AppState>,
    member: Member,
    Path(id): Path<PlanChangeId>,
) -> Result<Response, Failure> {
    let services = app.services;
    let organization_id = member.user.organization_id;
    let work = app
        .tasks
        .spawn(async move { look_again(&services, &organization_id, &id).await });
    let order = work.await.map_err(Error::unexpected)??;
    let order = order.ok_or_else(|| Error::refused(Code::NotFound, "There is no such order"))?;
    Ok(json(StatusCode::OK, &order.sent()))
}

/// `DELETE /scheduled-changes/{id}`
pub(super) async fn withdraw(
    State(app): State<AppState>,
    member: Member,
    Path(id): Path<PlanChangeId>,
) -> Result<Response, Failure> {
    let Member { user, actor, .. } = member;
    let now = app.services.clock.now();
    let withdraw = Withdraw {
        organization_id: user.organization_id,
        id,
        actor,
        now,
    };
    let subscription = app.services.store.write(withdraw).await?;
    Ok(json(StatusCode::OK, &subscription))
}
