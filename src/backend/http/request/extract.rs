//! Extractors of typed requests. A request that cannot be parsed is answered by a `Problem`.

use std::time::Duration;

use api::body::RequestBody;
use api::problem::FieldError;
use api::route::IDEMPOTENCY_KEY;
use api::{Code, Problem};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use super::text;
use crate::foundation::error::Error;
use crate::http::response::{Failure, RequestId};

/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(10);
/// How long a body with files may take to arrive.
const UPLOAD_PATIENCE: Duration = Duration::from_secs(60);

/// A JSON body that is parsed as `T`.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + RequestBody> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = arrived(request, state, BODY_PATIENCE).await?;
        typed(&bytes).map(Self).map_err(Failure::from)
    }
}

/// A JSON body that contains files and may take longer to arrive.
#[derive(Debug)]
pub(in crate::http) struct Upload<T>(pub(in crate::http) T);

impl<S: Send + Sync, T: DeserializeOwned + RequestBody> FromRequest<S> for Upload<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = arrived(request, state, UPLOAD_PATIENCE).await?;
        typed(&bytes).map(Self).map_err(Failure::from)
    }
}

#[derive(Debug)]
pub(in crate::http) struct Csv(pub(in crate::http) Bytes);

impl<S: Send + Sync> FromRequest<S> for Csv {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if !is(request.headers(), "text/csv") {
            let detail = "Send the file as CSV, with Content-Type: text/csv";
            return Err(Error::refused(Code::UnsupportedMediaType, detail).into());
        }
        Ok(Self(read(request, state, UPLOAD_PATIENCE).await?))
    }
}

/// The bytes of a JSON body, once all have arrived.
async fn arrived<S: Send + Sync>(
    request: Request,
    state: &S,
    patience: Duration,
) -> Result<Bytes, Error> {
    if !is(request.headers(), "application/json") {
        return Err(Error::refused(
            Code::UnsupportedMediaType,
            "Send the body as JSON, with Content-Type: application/json",
        ));
    }
    read(request, state, patience).await
}

async fn read<S: Send + Sync>(
    request: Request,
    state: &S,
    patience: Duration,
) -> Result<Bytes, Error> {
    match tokio::time::timeout(patience, Bytes::from_request(request, state)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(rejection)) => Err(unread(&rejection)),
        Err(_) => Err(Error::refused(
            Code::InvalidBody,
            "The body did not arrive in time",
        )),
    }
}

/// The header `Idempotency-Key`: 8 to 64 letters, digits, `-` or `_`.
#[derive(Debug)]
pub(in crate::http) struct OrderKey(pub(in crate::http) String);

impl<S: Sync> FromRequestParts<S> for OrderKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let key = parts
            .headers
            .get(IDEMPOTENCY_KEY)
            .and_then(|value| value.to_str().ok());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        match key {
            Some(key) if (8..=64).contains(&key.len()) && key.bytes().all(plain) => {
                Ok(Self(key.to_owned()))
            }
            Some(_) | None => Err(Failure::from(Error::refused(
                Code::InvalidKey,
                "Send the header Idempotency-Key with 8 to 64 letters, digits, - or _",
            ))),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

fn is(headers: &HeaderMap, wanted: &str) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

fn unread(rejection: &BytesRejection) -> Error {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::refused(
            Code::BodyTooLarge,
            "The body is larger than this address takes",
        )
    } else {
        Error::refused(Code::InvalidBody, "The body broke off before its end")
    }
}

/// Checks the texts first, to name every field that fails, then parses the body.
fn typed<T: DeserializeOwned + RequestBody>(bytes: &[u8]) -> Result<T, Error> {
    text::check_body::<T>(bytes)?;
    parse(bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed: Result<T, _> = serde_path_to_error::deserialize(&mut json);
    let parsed = parsed.map_err(|cause| {
        let message = words(cause.inner());
        let field = cause.path().to_string();
        let fields = if field == "." {
            Vec::new()
        } else {
            vec![FieldError {
                field,
                message: message.clone(),
            }]
        };
        Error::from(Problem {
            fields,
            ..Problem::new(Code::InvalidBody, message)
        })
    })?;
    json.end()
        .map_err(|cause| Error::refused(Code::InvalidBody, words(&cause)))?;
    Ok(parsed)
}

/// The message of serde without line and column, which mean nothing to a person.
fn words(cause: &serde_json::Error) -> String {
    let text = cause.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}
