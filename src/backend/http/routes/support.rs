//! Handlers for support tickets.

use api::support::{NewTicket, Support, Teammate};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::foundation::secret::fingerprint_of;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::request::extract::{OrderKey, Upload};
use crate::http::response::{Failure, json};
use crate::people::tickets::Open;
use crate::store::organizations;
use crate::store::people::users;
use crate::store::records::tickets;

/// `GET /support`
pub(super) async fn support(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    let mut tx = app.services.store.reading().await?;
    let organization = organizations::find(&mut tx, member.organization_id()).await?;
    let everybody = users::all(&mut tx, member.organization_id()).await?;
    let others = everybody
        .into_iter()
        .filter(|user| user.id != member.user.id);
    let people = others.map(|user| Teammate {
        id: user.id,
        name: user.name,
        email: user.email,
    });
    let support = Support {
        email: member.user.email.clone(),
        account_id: organization.id,
        account_name: organization.name,
        offset_minutes: organization.zone_offset_minutes,
        people: people.collect(),
        tickets: tickets::latest(&mut tx, member.organization_id()).await?,
    };
    Ok(json(StatusCode::OK, &support))
}

/// `POST /support/tickets`
pub(super) async fn open(
    State(app): State<AppState>,
    member: Member,
    OrderKey(text): OrderKey,
    Upload(ticket): Upload<NewTicket>,
) -> Result<Response, Failure> {
    let request_hash = fingerprint_of(&ticket)?;
    let open = Open {
        key: member.key(text),
        request_hash,
        ticket,
        actor: member.actor,
        now: app.services.clock.now(),
    };
    let ticket = app.services.store.write(open).await?;
    Ok(json(StatusCode::OK, &ticket))
}
