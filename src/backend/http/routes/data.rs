//! Handlers for data and integration, and for the export of everything.

use api::audit::Action;
use api::data::integration::steps;
use api::data::{Data, StepDone};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use billing::access::RequestUse;
use billing::account::retention::{kept_until, oldest_kept};
use tokio_util::io::ReaderStream;

use crate::account::access_control::admit_request;
use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::response::{Failure, json};
use crate::reports::export::{self, Format};
use crate::store::records::LoggedAccess;
use crate::store::usage::arrivals;
use crate::store::{organizations, retention};

/// `GET /data`
pub(super) async fn data(State(app): State<AppState>, member: Member) -> Result<Response, Failure> {
    let now = app.services.clock.now();
    let (mut tx, id) = (
        app.services.store.reading().await?,
        member.organization_id(),
    );
    let organization = organizations::find(&mut tx, id).await?;
    let zone = organization.zone_offset_minutes;
    let (today, policy, plan) = (billing_day(now, zone), tx.policy(), retention::PLAN);
    let arrived = arrivals::first(&mut tx, id, zone).await?;
    let oldest_held = retention::oldest_event(&mut tx, id, zone).await?;
    let export_refused = match admit_request(&mut tx, id, RequestUse::Exports, now).await {
        Ok(()) => None,
        Err(Error::Refused(problem)) => Some(problem.detail),
        Err(other) => return Err(Failure::from(other)),
    };
    let steps = steps(arrived).map(|(step, done_on)| StepDone { step, done_on });
    let data = Data {
        plan,
        retention_months: policy.retention_months.of(plan),
        oldest_kept: oldest_kept(today, plan, &policy).ok_or(billing::OutOfRange)?,
        oldest_held,
        leaves_on: oldest_held.and_then(|day| kept_until(day, plan, &policy)),
        backup_days: policy.backup_purge_days,
        region: plan.region(),
        export_refused,
        steps: steps.to_vec(),
        schema: arrivals::schema(&mut tx, id).await?,
        offset_minutes: zone,
    };
    Ok(json(StatusCode::OK, &data))
}

/// `GET /exports/{format}`. The export is logged before it begins. A stream that fails on the way is
/// shorter than its `Content-Length`, so the browser sees an incomplete download.
pub(super) async fn export(
    State(app): State<AppState>,
    member: Member,
    Path(format): Path<String>,
) -> Result<Response, Failure> {
    let format = Format::parse(&format)?;
    let now = app.services.clock.now();
    let organization_id = member.user.organization_id;
    let logged = LoggedAccess {
        organization_id: organization_id.clone(),
        action: Action::DataExported,
        object: format.word().to_owned(),
        description: "everything the account holds".to_owned(),
        actor: member.actor,
        now,
    };
    app.services.store.write(logged).await?;
    let file = export::export(&app.services.store, &organization_id, format, now).await?;
    let bytes = file.metadata().map_err(Error::unavailable)?.len();
    let name = format!(
        "prorata-{organization_id}-{}-{}.zip",
        now.format("%Y-%m-%d"),
        format.word()
    );
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    let stream = ReaderStream::new(tokio::fs::File::from_std(file));
    Ok((headers, Body::from_stream(stream)).into_response())
}
