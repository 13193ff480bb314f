//! Handlers to pause, to cancel, and to request a reactivation.

use api::account::leaving::{Cancellation, Pause};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::foundation::secret::fingerprint_of;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::request::extract::{Body, OrderKey};
use crate::http::response::{Failure, json};
use crate::leaving::{self, Depart, Departure, RequestReactivation};

/// `GET /leaving`
pub(super) async fn leaving(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    let mut tx = app.services.store.reading().await?;
    let now = app.services.clock.now();
    let leaving = leaving::leaving(&mut tx, member.organization_id(), now).await?;
    Ok(json(StatusCode::OK, &leaving))
}

/// `POST /pause`
pub(super) async fn pause(
    State(app): State<AppState>,
    member: Member,
    OrderKey(key): OrderKey,
    Body(order): Body<Pause>,
) -> Result<Response, Failure> {
    let request_hash = fingerprint_of(&order)?;
    depart(app, member, key, request_hash, Departure::Pause(order)).await
}

/// `POST /cancellation`
pub(super) async fn cancellation(
    State(app): State<AppState>,
    member: Member,
    OrderKey(key): OrderKey,
    Body(order): Body<Cancellation>,
) -> Result<Response, Failure> {
    let request_hash = fingerprint_of(&order)?;
    depart(app, member, key, request_hash, Departure::Cancel(order)).await
}

/// `POST /reactivation`
pub(super) async fn reactivation(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    let request = RequestReactivation {
        organization_id: member.user.organization_id,
        actor: member.actor,
        now: app.services.clock.now(),
    };
    let requested = app.services.store.write(request).await?;
    Ok(json(StatusCode::OK, &requested))
}

async fn depart(
    app: AppState,
    member: Member,
    key: String,
    request_hash: String,
    departure: Departure,
) -> Result<Response, Failure> {
    let work = Depart {
        key: member.key(key),
        actor: member.actor,
        departure,
        request_hash,
        now: app.services.clock.now(),
    };
    let left = app.services.store.write(work).await?;
    Ok(json(StatusCode::OK, &left))
}
