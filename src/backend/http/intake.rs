//! Usage that programs send, with a credential of their organization.

use api::events::{Events, Profiles};
use api::intake::{AddOnUseRow, AddOnUseRows, UsageRows};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Desk;
use super::authorise::Member;
use super::extract::{Body, Csv};
use super::program::Program;
use super::respond::{Failure, json};
use crate::add_on_use;
use crate::events::{Delivery, SendEvents, SendProfiles};
use crate::figures;
use crate::jobs;
use crate::store::records::Actor;

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

/// `POST /usage/add-ons`
pub(super) async fn send_add_on_use(
    State(desk): State<Desk>,
    program: Program,
    Body(sent): Body<AddOnUseRows>,
) -> Result<Response, Failure> {
    take_add_on_use(&desk, (program.organization_id, program.actor), sent.rows).await
}

/// `POST /usage/add-ons/file`
pub(super) async fn upload_add_on_use(
    State(desk): State<Desk>,
    member: Member,
    Csv(file): Csv,
) -> Result<Response, Failure> {
    let rows = add_on_use::read(&file)?;
    take_add_on_use(&desk, (member.user.organization_id, member.actor), rows).await
}

async fn take_add_on_use(
    desk: &Desk,
    (organization_id, actor): (String, Actor),
    rows: Vec<AddOnUseRow>,
) -> Result<Response, Failure> {
    jobs::catch_up(&desk.till, &organization_id).await?;
    let send = add_on_use::Send {
        organization_id,
        actor,
        rows,
        now: desk.till.clock.now(),
    };
    Ok(json(StatusCode::OK, &desk.till.store.write(send).await?))
}

/// `POST /events`
pub(super) async fn send_events(
    State(desk): State<Desk>,
    program: Program,
    Body(sent): Body<Events>,
) -> Result<Response, Failure> {
    jobs::catch_up(&desk.till, &program.organization_id).await?;
    let send = SendEvents {
        delivery: delivery(&desk, program),
        events: sent.events,
    };
    Ok(json(StatusCode::OK, &desk.till.store.write(send).await?))
}

/// `POST /profiles`
pub(super) async fn send_profiles(
    State(desk): State<Desk>,
    program: Program,
    Body(sent): Body<Profiles>,
) -> Result<Response, Failure> {
    jobs::catch_up(&desk.till, &program.organization_id).await?;
    let send = SendProfiles {
        delivery: delivery(&desk, program),
        updates: sent.profiles,
    };
    Ok(json(StatusCode::OK, &desk.till.store.write(send).await?))
}

fn delivery(desk: &Desk, program: Program) -> Delivery {
    Delivery {
        organization_id: program.organization_id,
        actor: program.actor,
        now: desk.till.clock.now(),
    }
}
