//! Authorises every route in one place (SPEC 7.2): session, origin, role, and the state of the account
//! (SPEC 6). Then does what is due for the organization.
//!
//! - [`authorise`] is the middleware.
//! - [`member`]: the user who is signed in. [`program`]: a program that shows a credential.
//! - [`snapshot`]: the transaction of the authorisation, which the handler goes on with.
//! - [`refused`]: attempts that were not allowed, in the activity log.
//! - [`sign_in_limits`]: how often one may try to sign in.

use api::route::{Method, Requires};
use api::{Code, Route};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use billing::account::account_state::AccountState;

use super::AppState;
use crate::account::access_control::check_request;
use crate::foundation::error::Error;
use crate::foundation::secret::Token;
use crate::http::request::client_address::address;
use crate::http::response::{Failure, problem_of};
use crate::jobs;
use crate::store::people::sessions::{self, Touch};
use crate::store::people::users::User;
use crate::store::records::Actor;

pub(crate) mod member;
pub(in crate::http) mod program;
pub(in crate::http) mod refused;
pub(in crate::http) mod sign_in_limits;
pub(in crate::http) mod snapshot;

use member::{Member, not_signed_in};
use snapshot::Snapshot;

/// The session cookie: for this host alone, over HTTPS only, not readable by scripts.
pub const COOKIE: &str = "__Host-prorata";

/// Middleware that calls the handler, or refuses the request.
pub(in crate::http) async fn authorise(
    State((app, route)): State<(AppState, Route)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if route.requires() == Requires::Public {
        check_origin(route, &request)?;
        return Ok(next.run(request).await);
    }
    if route.requires() == Requires::Credential {
        return Ok(next.run(program::admit(&app, request).await?).await);
    }
    let (token, source) = shown_token(request.headers()).ok_or_else(not_signed_in)?;
    let now = app.session_clock.now();
    let mut tx = app.services.store.reading().await?;
    let session = sessions::find(&mut tx, &token, now).await?;
    let session = session.ok_or_else(not_signed_in)?;
    let wants_touch = session.wants_touch(now);
    let actor = Actor {
        name: session.user.email.clone(),
        address: address(request.extensions()),
    };
    let member = Member {
        user: session.user,
        token,
        actor,
    };
    let origin = match source {
        TokenSource::Cookie => check_origin(route, &request),
        TokenSource::Header => Ok(()),
    };
    let permitted = match origin {
        Ok(()) => permit(&app, route, &member.user, &session.account_state),
        Err(refusal) => Err(refusal),
    };
    // The transaction is kept only for handlers that use it at once: no connection is held while a write
    // or a body is awaited.
    let hands_over = permitted.is_ok()
        && snapshot::is_read_on(route)
        && !wants_touch
        && !jobs::is_behind(&mut tx, member.organization_id(), app.services.clock.now()).await?;
    let snapshot = if hands_over {
        Some(Snapshot::of(tx))
    } else {
        drop(tx);
        None
    };
    if let Err(refusal) = permitted {
        let failure = Failure::from(refusal);
        refused::note(&app, route, &member, failure.problem()).await;
        return Err(failure);
    }
    if wants_touch {
        let token = member.token.clone();
        app.services.store.write(Touch { token, now }).await?;
    }
    if let Some(snapshot) = snapshot {
        request.extensions_mut().insert(snapshot);
    } else if shows_the_account(route) {
        jobs::catch_up(&app.services, member.organization_id()).await?;
    }
    request.extensions_mut().insert(member.clone());
    let response = next.run(request).await;
    if let Some(problem) = problem_of(&response) {
        refused::note(&app, route, &member, problem).await;
    }
    Ok(response)
}

/// Whether what is due must be done before the request, so that nothing is shown or priced in a month
/// that still has to be closed. The support team can be reached even if that fails.
const fn shows_the_account(route: Route) -> bool {
    match route.requires() {
        Requires::May(_) | Requires::Sandbox => !matches!(route, Route::Support | Route::Tickets),
        Requires::Public | Requires::SignedIn | Requires::Credential => false,
    }
}

/// Checks the role of the user, and that the state of the account allows the route.
fn permit(app: &AppState, route: Route, user: &User, account: &AccountState) -> Result<(), Error> {
    check_role(app, route, user)?;
    let policy = app.services.store.policy();
    check_request(account, route.uses(), app.services.clock.now(), policy)
}

fn check_role(app: &AppState, route: Route, user: &User) -> Result<(), Error> {
    let allowed = match route.requires() {
        Requires::Public | Requires::SignedIn | Requires::Credential => true,
        Requires::Sandbox => app.offers_sandbox(user.role),
        Requires::May(action) => user.role.may(action),
    };
    if allowed {
        return Ok(());
    }
    Err(Error::refused(
        Code::Forbidden,
        "Your role does not open this; ask an admin of your organization",
    ))
}

/// The session token in the cookie.
pub(in crate::http) fn token_in(cookies: &CookieJar) -> Option<Token> {
    let cookie = cookies.get(COOKIE)?;
    Some(Token::shown(cookie.value()))
}

/// How the token was sent. Another site's page can make the browser send a cookie, but not a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenSource {
    Cookie,
    Header,
}

fn shown_token(headers: &HeaderMap) -> Option<(Token, TokenSource)> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    if let Some(token) = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "))
    {
        return Some((Token::shown(token.trim()), TokenSource::Header));
    }
    let token = token_in(&CookieJar::from_headers(headers))?;
    Some((token, TokenSource::Cookie))
}

/// Refuses requests that another site makes the browser send (RELIABILITY 3, row 10). Reads have no
/// effect and pass, except downloads, which write to the audit log.
fn check_origin(route: Route, request: &Request) -> Result<(), Error> {
    if route.method() == Method::Get && !route.is_download() {
        return Ok(());
    }
    let text = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => text("host").is_some_and(|host| {
            origin
                .split_once("://")
                .is_some_and(|(_, from)| from == host)
        }),
        (None, None) => true,
    };
    if own {
        Ok(())
    } else {
        Err(Error::refused(
            Code::ForeignOrigin,
            "This request came from another site and was not carried out",
        ))
    }
}
