//! The one place that says who may call a route (SPEC 7.2): session, origin, role, and the state of the
//! account (SPEC 6).

use std::net::IpAddr;

use api::route::Requires;
use api::{Code, Route};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Desk;
use super::program;
use super::respond::Failure;
use super::session::COOKIE;
use super::snapshot::{self, Snapshot};
use crate::admission::let_in;
use crate::error::Error;
use crate::secret::Token;
use crate::store::idempotency::Key;
use crate::store::records::{Actor, NOWHERE};
use crate::store::sessions::{self, Touch};
use crate::store::users::User;

/// The address of the browser, put on every request by the server.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Who calls: signed in, and allowed to.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) user: User,
    pub(super) token: Token,
    pub(super) actor: Actor,
}

impl Member {
    pub(super) fn organization_id(&self) -> &str {
        &self.user.organization_id
    }

    /// A key of this person's, from its text.
    pub(super) fn key(&self, text: String) -> Key {
        Key {
            organization_id: self.user.organization_id.clone(),
            user_id: self.user.id.clone(),
            text,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Member {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Failure::from(not_signed_in()))
    }
}

/// Lets a request through to its handler, or refuses it.
pub(super) async fn authorise(
    State((desk, route)): State<(Desk, Route)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if route.requires() == Requires::Public {
        check_origin(&request)?;
        return Ok(next.run(request).await);
    }
    if route.requires() == Requires::Credential {
        return Ok(next.run(program::admit(&desk, request).await?).await);
    }
    let (token, bearer) = shown_token(request.headers()).ok_or_else(not_signed_in)?;
    if bearer == Carrier::Cookie {
        check_origin(&request)?;
    }
    let now = desk.session_clock.now();
    let mut tx = desk.till.store.reading().await?;
    let session = sessions::find(&mut tx, &token, now).await?;
    let session = session.ok_or_else(not_signed_in)?;
    check_role(route, &session.user)?;
    let (organization_id, today) = (&session.user.organization_id, desk.till.clock.now());
    let_in(&mut tx, organization_id, route.uses(), today).await?;
    // Nothing else waits while it holds a connection: neither a write nor a body on its way.
    if snapshot::is_read_on(route) && !session.wants_touch(now) {
        request.extensions_mut().insert(Snapshot::of(tx));
    } else {
        drop(tx);
    }
    if session.wants_touch(now) {
        desk.till
            .store
            .write(Touch {
                token: token.clone(),
                now,
            })
            .await?;
    }
    let actor = Actor {
        name: session.user.email.clone(),
        address: address(request.extensions()),
    };
    request.extensions_mut().insert(Member {
        user: session.user,
        token,
        actor,
    });
    Ok(next.run(request).await)
}

fn check_role(route: Route, user: &User) -> Result<(), Error> {
    match route.requires() {
        Requires::Public | Requires::SignedIn | Requires::Sandbox | Requires::Credential => Ok(()),
        Requires::May(action) if user.role.may(action) => Ok(()),
        Requires::May(_) => Err(Error::refused(
            Code::Forbidden,
            "Your role does not open this; ask an admin of your organization",
        )),
    }
}

/// The browser's address for the log.
pub(super) fn address(extensions: &axum::http::Extensions) -> String {
    peer(extensions).map_or_else(|| NOWHERE.to_owned(), |address| address.to_string())
}

/// The browser's address, where it came over a socket.
pub(super) fn peer(extensions: &axum::http::Extensions) -> Option<IpAddr> {
    extensions.get::<Peer>().map(|peer| peer.0)
}

/// The session of the browser's cookie.
pub(super) fn cookie(headers: &HeaderMap) -> Option<Token> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, token)| Token::shown(token))
}

/// How the token came. A page of another site can make a browser send a cookie, but no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Cookie,
    Header,
}

fn shown_token(headers: &HeaderMap) -> Option<(Token, Carrier)> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    if let Some(token) = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "))
    {
        return Some((Token::shown(token.trim()), Carrier::Header));
    }
    cookie(headers).map(|token| (token, Carrier::Cookie))
}

/// Refuses what another site makes a browser send (RELIABILITY 3, row 10). Reads change nothing.
fn check_origin(request: &Request) -> Result<(), Error> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
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

fn not_signed_in() -> Error {
    Error::refused(
        Code::NotSignedIn,
        "You are not signed in, or your session has ended; sign in again",
    )
}
