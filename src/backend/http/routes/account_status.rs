//! Handlers for the account status, and for the calendar of coming dates.

use api::account::account_status::AccountStatus;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::response::{Failure, json};
use crate::reports::account_status::{self, Asked};
use crate::reports::calendar::Calendar;
use crate::store::{organizations, price_books};

/// `GET /account-status`. Closes the months that have ended first: the response has what is owed.
pub(super) async fn account_status(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    let account_status = stands(&app, &member).await?;
    Ok(json(StatusCode::OK, &account_status))
}

/// `GET /coming-up.ics`
pub(super) async fn coming_up(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    let account_status = stands(&app, &member).await?;
    let mut tx = app.services.store.reading().await?;
    let organization = organizations::find(&mut tx, member.organization_id()).await?;
    let book = price_books::find(&mut tx, &organization.book).await?;
    let calendar = Calendar {
        organization_id: &organization.id,
        name: &organization.name,
        list: organization.price_list(&book.book)?,
        now: account_status.now,
    };
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"coming-up.ics\"",
        ),
    ];
    Ok((headers, calendar.of(&account_status.coming)).into_response())
}

async fn stands(app: &AppState, member: &Member) -> Result<AccountStatus, Error> {
    let mut tx = app.services.store.reading().await?;
    let asked = Asked {
        organization_id: member.organization_id(),
        role: member.user.role,
        now: app.services.clock.now(),
        sandbox: app.offers_sandbox(member.user.role),
    };
    account_status::account_status(&mut tx, asked).await
}
