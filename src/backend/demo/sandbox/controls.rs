//! Handlers that move the clock and script the gateway.

use api::Code;
use api::sandbox::{ClockMove, GatewayScript};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Sandbox;
use crate::demo::clock::NotMoved;
use crate::demo::travel::travel;
use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::request::extract::Body;
use crate::http::response::{Failure, json};
use crate::mail;
use crate::store::organizations::payment_methods;

/// `POST /sandbox/clock`. Runs the jobs that fall due until the new instant before it responds.
pub(super) async fn move_clock(
    State(app): State<AppState>,
    Extension(sandbox): Extension<Sandbox>,
    _: Member,
    Body(wanted): Body<ClockMove>,
) -> Result<Response, Failure> {
    let services = app.services.clone();
    let moved = app.tasks.spawn(async move {
        // One move at a time: two moves would interleave their jobs.
        let _alone = sandbox.travelling.lock().await;
        travel(&services, wanted.now).await
    });
    moved
        .await
        .map_err(Error::unexpected)??
        .map_err(|refusal| match refusal {
            NotMoved::Backwards { now } => Error::refused(
                Code::ClockBackwards,
                format!("The clock already shows {now}"),
            ),
            NotMoved::Real => {
                Error::refused(Code::NotFound, "The clock of this server is the real one")
            }
        })?;
    let (services, mailer) = (app.services.clone(), app.mailer.clone());
    let written = app.tasks.spawn(async move {
        match mailer {
            Some(mailer) => mail::write_out(&services, &mailer).await.map(drop),
            None => Ok(()),
        }
    });
    written.await.map_err(Error::unexpected)??;
    Ok(json(
        StatusCode::OK,
        &ClockMove {
            now: app.services.clock.now(),
        },
    ))
}

/// `POST /sandbox/gateway`. While the bank waits for the payer's confirmation, the next success or
/// decline in the script is the payer's reply.
pub(super) async fn script_gateway(
    State(app): State<AppState>,
    Extension(sandbox): Extension<Sandbox>,
    member: Member,
    Body(script): Body<GatewayScript>,
) -> Result<Response, Failure> {
    let mut tx = app.services.store.reading().await?;
    let method = payment_methods::default_of(&mut tx, member.organization_id()).await?;
    let method = method.ok_or_else(|| {
        Error::refused(
            Code::NoPaymentMethod,
            "There is no payment method to script",
        )
    })?;
    let outcomes = script.outcomes.clone();
    sandbox.script.write(&method.gateway_token, outcomes);
    Ok(json(StatusCode::OK, &script))
}
