//! Authorises programs by the credential of an organization (SPEC 7.2, "Usage and events by API").

use api::Code;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use billing::OrganizationId;

use crate::foundation::error::Error;
use crate::foundation::secret::Token;
use crate::http::AppState;
use crate::http::request::client_address::address;
use crate::http::response::Failure;
use crate::jobs;
use crate::store::Tx;
use crate::store::people::credentials;
use crate::store::people::sessions;
use crate::store::records::Actor;

/// A program that has shown a valid credential.
#[derive(Debug, Clone)]
pub(in crate::http) struct Program {
    pub(in crate::http) organization_id: OrganizationId,
    pub(in crate::http) actor: Actor,
}

impl<S: Sync> FromRequestParts<S> for Program {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let program = parts.extensions.get::<Self>().cloned();
        program.ok_or_else(|| Failure::from(unknown()))
    }
}

/// Checks the credential of a request and adds its [`Program`] to the extensions.
pub(super) async fn admit(app: &AppState, mut request: Request) -> Result<Request, Failure> {
    let token = shown(request.headers()).ok_or_else(unknown)?;
    let now = app.services.clock.now();
    let mut tx = app.services.store.reading().await?;
    let Some((organization_id, credential)) = credentials::holding(&mut tx, &token, now).await?
    else {
        let session = sessions::find(&mut tx, &token, app.session_clock.now()).await?;
        let refusal = session.map_or_else(unknown, |_| only_programs());
        return Err(Failure::from(refusal));
    };
    drop(tx);
    let organization_id = OrganizationId::new(organization_id);
    if credentials::is_stale(&credential, now) {
        let (whose, id) = (organization_id.clone(), credential.id.clone());
        let touch = async move |tx: &mut Tx| credentials::touch(tx, &whose, &id, now).await;
        app.services
            .store
            .transaction(organization_id.clone(), touch)
            .await?;
    }
    jobs::catch_up(&app.services, &organization_id).await?;
    let actor = Actor {
        name: format!("credential {}", credential.name),
        address: address(request.extensions()),
    };
    request.extensions_mut().insert(Program {
        organization_id,
        actor,
    });
    Ok(request)
}

fn shown(headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    Some(Token::shown(value.strip_prefix("Bearer ")?.trim()))
}

fn unknown() -> Error {
    Error::refused(
        Code::NotSignedIn,
        "Send a credential of your organization as Authorization: Bearer; this one is missing, unknown, \
         expired or revoked, and an admin can issue another",
    )
}

fn only_programs() -> Error {
    Error::refused(
        Code::Forbidden,
        "This takes a credential of your organization, not a person's session; an admin can issue one",
    )
}
