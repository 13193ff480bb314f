//! Handlers to sign in and out.

use api::session::{Session, SignIn};
use api::{Code, Problem};
use axum::extract::State;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::AppState;
use super::authorise::{COOKIE, cookie};
use super::client_address::{address, peer};
use super::extract::Body;
use super::member::Member;
use super::respond::{Failure, json};
use crate::foundation::error::Error;
use crate::foundation::secret::Token;
use crate::people::sign_in::{Sessions, SignInFailed, SignedIn, SignedOut};
use crate::store::organizations;
use crate::store::people::sessions::Open;
use crate::store::people::users::{self, User};
use crate::store::records::Actor;

/// A hash that no password has: refusing an unknown account takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA";

/// `POST /session`. Ends the session that the browser has already.
pub(super) async fn sign_in(
    State(app): State<AppState>,
    extensions: Extensions,
    headers: HeaderMap,
    Body(sign_in): Body<SignIn>,
) -> Result<Response, Failure> {
    app.sign_in_limits
        .check(&sign_in.email, peer(&extensions))?;
    let known = users::by_email(&mut app.services.store.reading().await?, &sign_in.email).await?;
    let (hash, user) = match known {
        Some(known) => (known.password_hash, Some(known.user)),
        None => (NOBODY.to_owned(), None),
    };
    let matches = app.sign_in_limits.matches(sign_in.password, hash).await?;
    let address = address(&extensions);
    let user = match user {
        Some(user) if matches => user,
        user => {
            refused(&app, user, address).await?;
            let problem = Problem::new(
                Code::WrongCredentials,
                "E-mail and password do not belong together",
            );
            return Err(Failure::from(problem));
        }
    };
    let token = Token::new()?;
    tracing::info!(account = user.email, address, "signed in");
    let signed_in = SignedIn {
        session: Open {
            token: token.clone(),
            user: user.clone(),
            now: app.session_clock.now(),
        },
        earlier: cookie(&headers),
        address,
        now: app.services.clock.now(),
    };
    app.services.store.write(signed_in).await?;
    let mut response = json(StatusCode::OK, &shown(&app, user).await?);
    set_cookie(
        &mut response,
        &format!("{COOKIE}={}", token.reveal()),
        12 * 60 * 60,
    );
    Ok(response)
}

/// Records a failed attempt. What was typed as an unknown account may be a password, so it is not
/// logged.
async fn refused(app: &AppState, user: Option<User>, address: String) -> Result<(), Error> {
    let Some(user) = user else {
        tracing::warn!(account = "unknown", address, "sign-in refused");
        return Ok(());
    };
    tracing::warn!(account = user.email, address, "sign-in refused");
    if !app.sign_in_limits.logs_failure(&user.email) {
        return Ok(());
    }
    let now = app.services.clock.now();
    let failed = SignInFailed { user, address, now };
    app.services.store.write(failed).await
}

/// `GET /session`
pub(super) async fn session(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    Ok(json(StatusCode::OK, &shown(&app, member.user).await?))
}

/// `DELETE /session`
pub(super) async fn sign_out(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    ended(&app, member, Sessions::This).await
}

/// `DELETE /sessions`
pub(super) async fn sign_out_everywhere(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    ended(&app, member, Sessions::All).await
}

async fn ended(app: &AppState, member: Member, sessions: Sessions) -> Result<Response, Failure> {
    let Actor { name, address } = &member.actor;
    tracing::info!(account = name, address, ?sessions, "signed out");
    let signed_out = SignedOut {
        user: member.user,
        token: member.token,
        sessions,
        actor: member.actor,
        now: app.services.clock.now(),
    };
    app.services.store.write(signed_out).await?;
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    set_cookie(&mut response, &format!("{COOKIE}="), 0);
    let storage = HeaderValue::from_static("\"storage\"");
    response
        .headers_mut()
        .insert(HeaderName::from_static("clear-site-data"), storage);
    Ok(response)
}

async fn shown(app: &AppState, user: User) -> Result<Session, Error> {
    let mut tx = app.services.store.reading().await?;
    let organization = organizations::find(&mut tx, &user.organization_id).await?;
    Ok(Session {
        user_id: user.id,
        name: user.name,
        email: user.email,
        role: user.role,
        organization: organization.name,
        sandbox: app.offers_sandbox(user.role),
    })
}

fn set_cookie(response: &mut Response, pair: &str, seconds: u32) {
    let cookie = format!("{pair}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
}
