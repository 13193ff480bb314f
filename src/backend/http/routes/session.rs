//! Handlers to sign in and out.

use api::session::{Session, SignIn};
use api::{Code, Problem};
use axum::extract::State;
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use time::Duration;

use crate::foundation::error::Error;
use crate::foundation::secret::Token;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::authorisation::{COOKIE, token_in};
use crate::http::request::client_address::{address, peer};
use crate::http::request::extract::Body;
use crate::http::response::{Failure, json};
use crate::people::sign_in::{self, Sessions, SignedIn, SignedOut};
use crate::store::people::sessions::Open;
use crate::store::people::users::{self, User};
use crate::store::records::Actor;
use crate::store::{Tx, organizations};

/// A hash that no password has: refusing an unknown account takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA";

/// `POST /session`. Ends the session that the browser has already.
pub(super) async fn sign_in(
    State(app): State<AppState>,
    extensions: Extensions,
    cookies: CookieJar,
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
        earlier: token_in(&cookies),
        address,
        now: app.services.clock.now(),
    };
    app.services.store.write(signed_in).await?;
    let session = shown(&app, user).await?;
    let cookie = cookie(token.reveal(), Duration::hours(12));
    Ok((cookies.add(cookie), json(StatusCode::OK, &session)).into_response())
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
    app.services
        .store
        .transaction(user.organization_id.clone(), async move |tx: &mut Tx| {
            sign_in::log_failure(tx, &user, &address, now).await
        })
        .await
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
    let cookies = CookieJar::new().add(cookie("", Duration::ZERO));
    let storage = [("clear-site-data", "\"storage\"")];
    Ok((StatusCode::NO_CONTENT, cookies, storage).into_response())
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

/// The session cookie; without a token and of no duration, the browser deletes the one it has.
fn cookie(token: &str, duration: Duration) -> Cookie<'static> {
    Cookie::build((COOKIE, token.to_owned()))
        .path("/")
        .max_age(duration)
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_for_this_host_alone_and_no_script() {
        let check = |cookie: Cookie<'_>, expected: &str| assert_eq!(cookie.to_string(), expected);
        check(
            cookie("a1", Duration::hours(12)),
            "__Host-prorata=a1; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=43200",
        );
        check(
            cookie("", Duration::ZERO),
            "__Host-prorata=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0",
        );
    }
}
