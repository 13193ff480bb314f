//! How the account stands, and what comes next as a calendar.

use api::standing::Standing;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Desk;
use super::authorise::Member;
use super::respond::{Failure, json};
use crate::calendar::Calendar;
use crate::error::Error;
use crate::jobs;
use crate::standing::{self, Asked};
use crate::store::organizations;

/// `GET /standing`. Months that have ended are closed first: what is owed is part of the answer.
pub(super) async fn standing(
    State(desk): State<Desk>,
    member: Member,
) -> Result<Response, Failure> {
    let standing = stands(&desk, &member).await?;
    Ok(json(StatusCode::OK, &standing))
}

/// `GET /coming-up.ics`
pub(super) async fn coming_up(
    State(desk): State<Desk>,
    member: Member,
) -> Result<Response, Failure> {
    let standing = stands(&desk, &member).await?;
    let mut tx = desk.till.store.reading().await?;
    let organization = organizations::find(&mut tx, member.organization_id()).await?;
    let calendar = Calendar {
        organization_id: &organization.id,
        name: &organization.name,
        now: standing.now,
    };
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"coming-up.ics\"",
        ),
    ];
    Ok((headers, calendar.of(&standing.coming)).into_response())
}

async fn stands(desk: &Desk, member: &Member) -> Result<Standing, Error> {
    jobs::catch_up(&desk.till, member.organization_id()).await?;
    let mut tx = desk.till.store.reading().await?;
    let asked = Asked {
        organization_id: member.organization_id(),
        role: member.user.role,
        now: desk.till.clock.now(),
        sandbox: desk.offers_sandbox(member.user.role),
    };
    standing::standing(&mut tx, asked).await
}
