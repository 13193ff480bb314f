//! Handlers for usage, events and profiles, which programs send with a credential.

use api::body::{RequestBody, Texts};
use api::usage::events::{Event, ProfileUpdate};
use api::usage::intake::{AddOnUseRow, AddOnUseRows, UsageRows};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use billing::OrganizationId;
use billing::text::TextKind;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::authorisation::program::Program;
use crate::http::request::extract::{Body, Csv};
use crate::http::response::{Failure, json};
use crate::store::records::Actor;
use crate::usage::events::{Delivery, Entry, OnFault, SendEvents, SendProfiles, Unreadable};
use crate::usage::{add_on_use, intake};

/// A batch of events; an entry that cannot be parsed does not reject the others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventsSent {
    events: Vec<Read<Event>>,
}

/// A batch of updates of profiles; an entry that cannot be parsed does not reject the others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfilesSent {
    profiles: Vec<Read<ProfileUpdate>>,
}

/// The texts of an entry are checked when the entry is processed, which reports its faults by entry.
impl RequestBody for EventsSent {
    const TEXTS: &'static [(&'static str, Texts)] = &[("events", Texts::Properties)];
}

impl RequestBody for ProfilesSent {
    const TEXTS: &'static [(&'static str, Texts)] = &[("profiles", Texts::Properties)];
}

/// An entry of a batch, or why it cannot be parsed.
#[derive(Debug)]
struct Read<T>(Entry<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = Value::deserialize(deserializer)?;
        Ok(Self(
            serde_json::from_value(entry).map_err(|cause| unreadable(&cause)),
        ))
    }
}

/// Why an entry cannot be parsed. The message leaves out a text that no response may contain.
fn unreadable(cause: &serde_json::Error) -> Unreadable {
    let said = cause.to_string();
    match TextKind::Data.check(&said) {
        Ok(()) => Unreadable(said),
        Err(fault) => Unreadable(fault.to_string()),
    }
}

/// `POST /usage`
pub(super) async fn send_usage(
    State(app): State<AppState>,
    program: Program,
    Body(sent): Body<UsageRows>,
) -> Result<Response, Failure> {
    let send = intake::Send {
        organization_id: program.organization_id,
        actor: program.actor,
        rows: sent.rows,
        now: app.services.clock.now(),
    };
    Ok(json(StatusCode::OK, &app.services.store.write(send).await?))
}

/// `POST /usage/add-ons`
pub(super) async fn send_add_on_use(
    State(app): State<AppState>,
    program: Program,
    Body(sent): Body<AddOnUseRows>,
) -> Result<Response, Failure> {
    take_add_on_use(&app, program.organization_id, program.actor, sent.rows).await
}

/// `POST /usage/add-ons/file`
pub(super) async fn upload_add_on_use(
    State(app): State<AppState>,
    member: Member,
    Csv(file): Csv,
) -> Result<Response, Failure> {
    let rows = add_on_use::read(&file)?;
    take_add_on_use(&app, member.user.organization_id, member.actor, rows).await
}

async fn take_add_on_use(
    app: &AppState,
    organization_id: OrganizationId,
    actor: Actor,
    rows: Vec<AddOnUseRow>,
) -> Result<Response, Failure> {
    let send = add_on_use::Send {
        organization_id,
        actor,
        rows,
        now: app.services.clock.now(),
    };
    Ok(json(StatusCode::OK, &app.services.store.write(send).await?))
}

/// `POST /events`
pub(super) async fn send_events(
    State(app): State<AppState>,
    program: Program,
    Body(sent): Body<EventsSent>,
) -> Result<Response, Failure> {
    let send = SendEvents {
        delivery: delivery(&app, program),
        events: sent.events.into_iter().map(|Read(entry)| entry).collect(),
        on_fault: OnFault::TakeTheRest,
    };
    Ok(json(StatusCode::OK, &app.services.store.write(send).await?))
}

/// `POST /profiles`
pub(super) async fn send_profiles(
    State(app): State<AppState>,
    program: Program,
    Body(sent): Body<ProfilesSent>,
) -> Result<Response, Failure> {
    let send = SendProfiles {
        delivery: delivery(&app, program),
        updates: sent.profiles.into_iter().map(|Read(entry)| entry).collect(),
        on_fault: OnFault::TakeTheRest,
    };
    Ok(json(StatusCode::OK, &app.services.store.write(send).await?))
}

fn delivery(app: &AppState, program: Program) -> Delivery {
    Delivery {
        organization_id: program.organization_id,
        actor: program.actor,
        now: app.services.clock.now(),
    }
}
