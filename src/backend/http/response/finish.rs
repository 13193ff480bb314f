//! Completes each response: the problem of a refusal with the request's id, and the headers.

use api::problem::MEDIA_TYPE;
use api::{Code, Problem};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use billing::text::without_card_number;
use tracing::Instrument;

use super::Carried;
use super::unread::ReadToEnd;
use crate::foundation::secret;

/// Nothing from other origins, nothing inline, no embedding in a frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// Headers of every response (RELIABILITY 3), unless it has its own, such as a page with a stricter
/// policy.
const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    (
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), payment=()",
    ),
];

/// The id of a request, which the log and the response contain.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct RequestId(pub(in crate::http) String);

/// Middleware around every request: its id, its line in the log, its problem, the headers.
pub(in crate::http) async fn finish(mut request: Request, next: Next) -> Response {
    let id = secret::id("req").unwrap_or_default();
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, version) = (request.method().clone(), request.version());
    // A path can contain anything; a card number must not reach the log (RELIABILITY 3, row 16).
    let path = without_card_number(request.uri().path())
        .unwrap_or("-")
        .to_owned();
    let span = tracing::info_span!("request", id, %method, path);
    let started = std::time::Instant::now();
    let (request, read) = ReadToEnd::watch(request);
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Some(Carried(problem)) = response.extensions_mut().remove::<Carried>() {
        response = written(*problem, &id);
    }
    let status = response.status().as_u16();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status, micros, "answered"));
    for (name, value) in HEADERS {
        let header = response.headers_mut().entry(HeaderName::from_static(name));
        header.or_insert(HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), id);
    }
    read.announce(version, &mut response);
    response
}

fn written(problem: Problem, id: &str) -> Response {
    let problem = Problem {
        request_id: id.to_owned(),
        ..problem
    };
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if matches!(
        problem.code,
        Code::Unavailable | Code::TooManyRequests | Code::InProgress
    ) {
        let seconds = if problem.code == Code::TooManyRequests {
            "60"
        } else {
            "1"
        };
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
    }
    if problem.code == Code::NotSignedIn {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
