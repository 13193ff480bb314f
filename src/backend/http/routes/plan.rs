//! Handlers for the organization, its prices, its subscription and its usage.

use api::session::Organization;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::account::OrganizationAccount;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::authorisation::snapshot::Reading;
use crate::http::request::query::Asked;
use crate::http::response::{Failure, json, text};
use crate::reports::metering;
use crate::reports::metering::Month;
use crate::store::{organizations, price_books};

/// `GET /organization`
pub(super) async fn organization(
    member: Member,
    Reading(mut tx): Reading,
) -> Result<Response, Failure> {
    let organization = organizations::find(&mut tx, member.organization_id()).await?;
    let shown = Organization {
        id: organization.id,
        name: organization.name,
        currency: organization.currency,
        offset_minutes: organization.zone_offset_minutes,
    };
    Ok(json(StatusCode::OK, &shown))
}

/// `GET /price-book`
pub(super) async fn price_book(
    member: Member,
    Reading(mut tx): Reading,
) -> Result<Response, Failure> {
    let organization = organizations::find(&mut tx, member.organization_id()).await?;
    let book = price_books::find(&mut tx, &organization.book).await?;
    Ok(text(StatusCode::OK, book.body.clone()))
}

/// `GET /subscription`
pub(super) async fn subscription(
    State(app): State<AppState>,
    member: Member,
    Reading(mut tx): Reading,
) -> Result<Response, Failure> {
    let account =
        OrganizationAccount::load(&mut tx, member.organization_id(), app.services.clock.now())
            .await?;
    Ok(json(StatusCode::OK, &account.shown))
}

/// `GET /usage`
pub(super) async fn usage(
    State(app): State<AppState>,
    member: Member,
    Reading(mut tx): Reading,
) -> Result<Response, Failure> {
    let now = app.services.clock.now();
    let usage = metering::month_usage(&mut tx, member.organization_id(), now).await?;
    Ok(json(StatusCode::OK, &usage))
}

/// `GET /usage/projects`
pub(super) async fn projects(
    State(app): State<AppState>,
    member: Member,
    mut asked: Asked,
) -> Result<Response, Failure> {
    let words = asked.text("words").unwrap_or_default();
    let after = asked.text("after");
    asked.finish()?;
    let mut tx = app.services.store.reading().await?;
    let (whose, now) = (member.organization_id(), app.services.clock.now());
    let month = Month::of(&mut tx, whose, now).await?;
    let page =
        metering::project_page(&mut tx, whose, &month, words.trim(), after.as_deref()).await?;
    Ok(json(StatusCode::OK, &page))
}
