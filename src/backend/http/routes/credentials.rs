//! Handlers for the credentials of programs, which admins list, issue and revoke.

use api::Code;
use api::usage::credential::{Credentials, IssueCredential, IssuedCredential};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::request::extract::Body;
use crate::http::response::{Failure, json};
use crate::people::credentials::{Issue, Revoke};
use crate::store::people::credentials as stored;

/// `GET /credentials`
pub(super) async fn credentials(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    let mut tx = app.services.store.reading().await?;
    let credentials = stored::list(&mut tx, member.organization_id()).await?;
    Ok(json(StatusCode::OK, &Credentials { credentials }))
}

/// `POST /credentials`
pub(super) async fn issue(
    State(app): State<AppState>,
    member: Member,
    Body(wanted): Body<IssueCredential>,
) -> Result<Response, Failure> {
    let now = app.services.clock.now();
    let issue = Issue::new(member.user.organization_id, member.actor, &wanted, now)?;
    let (credential, token) = app.services.store.write(issue).await?;
    let token = token.reveal().to_owned();
    Ok(json(
        StatusCode::CREATED,
        &IssuedCredential { credential, token },
    ))
}

/// `DELETE /credentials/{id}`
pub(super) async fn revoke(
    State(app): State<AppState>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let revoke = Revoke {
        organization_id: member.user.organization_id,
        id,
        actor: member.actor,
        now: app.services.clock.now(),
    };
    let credentials = app.services.store.write(revoke).await?;
    let credentials = credentials.ok_or_else(|| {
        Error::refused(
            Code::NotFound,
            "Your organization has no credential with this id, or it is revoked already",
        )
    })?;
    Ok(json(StatusCode::OK, &Credentials { credentials }))
}
