//! Pausing, cancelling, and asking for the way back.

use api::leaving::{Cancellation, Pause};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Desk;
use super::authorise::Member;
use super::extract::{Body, OrderKey};
use super::respond::{Failure, json};
use crate::jobs;
use crate::leaving::{self, Depart, Departure, RequestReactivation};
use crate::secret::fingerprint_of;

/// `GET /leaving`
pub(super) async fn leaving(State(desk): State<Desk>, member: Member) -> Result<Response, Failure> {
    jobs::catch_up(&desk.till, member.organization_id()).await?;
    let mut tx = desk.till.store.reading().await?;
    let now = desk.till.clock.now();
    let leaving = leaving::leaving(&mut tx, member.organization_id(), now).await?;
    Ok(json(StatusCode::OK, &leaving))
}

/// `POST /pause`
pub(super) async fn pause(
    State(desk): State<Desk>,
    member: Member,
    OrderKey(key): OrderKey,
    Body(order): Body<Pause>,
) -> Result<Response, Failure> {
    let request_hash = fingerprint_of(&order)?;
    depart(desk, member, (key, request_hash), Departure::Pause(order)).await
}

/// `POST /cancellation`
pub(super) async fn cancellation(
    State(desk): State<Desk>,
    member: Member,
    OrderKey(key): OrderKey,
    Body(order): Body<Cancellation>,
) -> Result<Response, Failure> {
    let request_hash = fingerprint_of(&order)?;
    depart(desk, member, (key, request_hash), Departure::Cancel(order)).await
}

/// `POST /reactivation`
pub(super) async fn reactivation(
    State(desk): State<Desk>,
    member: Member,
) -> Result<Response, Failure> {
    jobs::catch_up(&desk.till, member.organization_id()).await?;
    let request = RequestReactivation {
        organization_id: member.user.organization_id,
        actor: member.actor,
        now: desk.till.clock.now(),
    };
    let requested = desk.till.store.write(request).await?;
    Ok(json(StatusCode::OK, &requested))
}

async fn depart(
    desk: Desk,
    member: Member,
    (key, request_hash): (String, String),
    departure: Departure,
) -> Result<Response, Failure> {
    jobs::catch_up(&desk.till, member.organization_id()).await?;
    let work = Depart {
        key: member.key(key),
        actor: member.actor,
        departure,
        request_hash,
        now: desk.till.clock.now(),
    };
    let left = desk.till.store.write(work).await?;
    Ok(json(StatusCode::OK, &left))
}
