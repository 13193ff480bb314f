//! Usage that programs send, with a credential of their organization.

use api::intake::UsageRows;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Desk;
use super::extract::Body;
use super::program::Program;
use super::respond::{Failure, json};
use crate::figures;
use crate::jobs;

/// `POST /usage`
pub(super) async fn send_usage(
    State(desk): State<Desk>,
    program: Program,
    Body(sent): Body<UsageRows>,
) -> Result<Response, Failure> {
    jobs::catch_up(&desk.till, &program.organization_id).await?;
    let send = figures::Send {
        organization_id: program.organization_id,
        actor: program.actor,
        rows: sent.rows,
        now: desk.till.clock.now(),
    };
    Ok(json(StatusCode::OK, &desk.till.store.write(send).await?))
}
