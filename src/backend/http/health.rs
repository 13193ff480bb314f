//! Whether the program runs, and whether it can work.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::Desk;
use super::respond::json as answer;

/// `GET /health`
pub(super) async fn health() -> Response {
    answer(StatusCode::OK, &json!({ "status": "ok" }))
}

/// `GET /ready`
pub(super) async fn ready(State(desk): State<Desk>) -> Response {
    if desk.is_draining() {
        return answer(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({ "status": "stopping" }),
        );
    }
    match desk.till.store.is_current().await {
        Ok(true) => answer(StatusCode::OK, &json!({ "status": "ready" })),
        Ok(false) => answer(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({ "status": "not migrated" }),
        ),
        Err(cause) => {
            tracing::warn!(%cause, "the store does not answer");
            answer(
                StatusCode::SERVICE_UNAVAILABLE,
                &json!({ "status": "store unreachable" }),
            )
        }
    }
}
