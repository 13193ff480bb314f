//! Quotes and orders.

use api::Code;
use api::plan_change::Order;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use billing::PlanChange;

use super::Desk;
use super::authorise::Member;
use super::extract::{Body, OrderKey};
use super::respond::{Failure, RequestId, json, replied};
use crate::account::Account;
use crate::error::Error;
use crate::jobs;
use crate::orders::{Scope, Submission, Withdraw, look_again, submit};
use crate::secret::fingerprint_of;

/// `POST /quotes`
pub(super) async fn quote(
    State(desk): State<Desk>,
    member: Member,
    Body(change): Body<PlanChange>,
) -> Result<Response, Failure> {
    jobs::catch_up(&desk.till, member.organization_id()).await?;
    let mut tx = desk.till.store.reading().await?;
    let account = Account::load(&mut tx, member.organization_id(), desk.till.clock.now()).await?;
    Ok(json(StatusCode::OK, &account.quote(&change)?))
}

/// `POST /plan-changes`
pub(super) async fn order(
    State(desk): State<Desk>,
    member: Member,
    OrderKey(key): OrderKey,
    RequestId(request_id): RequestId,
    Body(order): Body<Order>,
) -> Result<Response, Failure> {
    let request_hash = fingerprint_of(&order)?;
    let submission = Submission {
        key: member.key(key),
        actor: member.actor,
        order,
        request_hash,
        request_id,
    };
    // A browser that hangs up drops this handler, not the work.
    let work = desk.tasks.spawn(submit(desk.till, submission));
    replied(work.await.map_err(Error::unexpected)??)
}

/// `GET /plan-changes/{id}`
pub(super) async fn plan_change(
    State(desk): State<Desk>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let till = desk.till;
    let organization_id = member.user.organization_id;
    let work = desk
        .tasks
        .spawn(async move { look_again(&till, (&organization_id, &id), Scope::Abandoned).await });
    let intent = work.await.map_err(Error::unexpected)??;
    let intent = intent.ok_or_else(|| Error::refused(Code::NotFound, "There is no such order"))?;
    Ok(json(StatusCode::OK, &intent.sent()))
}

/// `DELETE /scheduled-changes/{id}`
pub(super) async fn withdraw(
    State(desk): State<Desk>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    jobs::catch_up(&desk.till, member.organization_id()).await?;
    let Member { user, actor, .. } = member;
    let now = desk.till.clock.now();
    let withdraw = Withdraw {
        organization_id: user.organization_id,
        id,
        actor,
        now,
    };
    let subscription = desk.till.store.write(withdraw).await?;
    Ok(json(StatusCode::OK, &subscription))
}
