//! How the account stands.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Desk;
use super::authorise::Member;
use super::respond::{Failure, json};
use crate::month;
use crate::standing::{self, Asked};

/// `GET /standing`. Months that have ended are closed first: what is owed is part of the answer.
pub(super) async fn standing(
    State(desk): State<Desk>,
    member: Member,
) -> Result<Response, Failure> {
    month::catch_up(&desk.till, member.organization_id()).await?;
    let mut tx = desk.till.store.reading().await?;
    let asked = Asked {
        organization_id: member.organization_id(),
        role: member.user.role,
        now: desk.till.clock.now(),
        sandbox: desk.sandbox.is_some(),
    };
    let standing = standing::standing(&mut tx, asked).await?;
    Ok(json(StatusCode::OK, &standing))
}
