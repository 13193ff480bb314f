//! Responses: JSON, or a refusal.
//!
//! - [`Failure`] is what a handler returns to refuse; [`json`], [`text`] and [`replied`] make the others.
//! - [`finish`] is the middleware that completes each response.
//! - `unread`: what a response says when the body of its request was not read.

use api::problem::MEDIA_TYPE;
use api::{Code, Problem};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::foundation::error::Error;
use crate::store::idempotency::StoredReply;

mod finish;
mod unread;

pub(in crate::http) use finish::{RequestId, finish};

/// A refusal. [`finish`] writes it as a problem, with the request id.
#[derive(Debug)]
pub(crate) struct Failure(Box<Problem>);

impl Failure {
    pub(in crate::http) fn problem(&self) -> &Problem {
        &self.0
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Box::new(error.into().into_problem()))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Carried(self.0));
        response
    }
}

#[derive(Clone)]
struct Carried(Box<Problem>);

/// The problem of a response; `None` when it is not a refusal.
pub(in crate::http) fn problem_of(response: &Response) -> Option<&Problem> {
    let carried = response.extensions().get::<Carried>();
    carried.map(|carried| &*carried.0)
}

pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(body) => text(status, body),
        Err(cause) => Failure::from(Error::unexpected(cause)).into_response(),
    }
}

/// A response whose body is JSON text already.
pub(in crate::http) fn text(status: StatusCode, body: String) -> Response {
    let kind = if status.is_success() {
        "application/json; charset=utf-8"
    } else {
        MEDIA_TYPE
    };
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}

/// The response to an order: the stored one, byte for byte, or the state of an open payment.
pub(in crate::http) fn replied<P: Serialize>(reply: StoredReply<P>) -> Result<Response, Failure> {
    match reply {
        StoredReply::Settled(answer) => {
            let status = StatusCode::from_u16(answer.status).map_err(Error::unexpected)?;
            Ok(text(status, answer.body))
        }
        StoredReply::Pending(known) => Ok(json(StatusCode::ACCEPTED, &known)),
    }
}

pub(in crate::http) async fn not_found() -> Failure {
    Failure::from(Error::refused(
        Code::NotFound,
        "There is nothing under this address",
    ))
}

pub(in crate::http) async fn method_not_allowed() -> Failure {
    Failure::from(Error::refused(
        Code::MethodNotAllowed,
        "This address does not take this method",
    ))
}
