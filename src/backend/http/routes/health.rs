//! Health checks: whether the server runs, and whether it can do its work.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::http::AppState;
use crate::http::response::json as answer;

/// `GET /health`
pub(in crate::http) async fn health() -> Response {
    answer(StatusCode::OK, &json!({ "status": "ok" }))
}

/// `GET /ready`. Returns 200 only if a write commits to the database file that was opened.
pub(in crate::http) async fn ready(State(app): State<AppState>) -> Response {
    if app.is_draining() {
        return answer(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({ "status": "stopping" }),
        );
    }
    if app.services.clock.is_behind() {
        return answer(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({ "status": "clock behind" }),
        );
    }
    let (status, word) = match app.services.store.schema_mismatch().await {
        Ok(None) => match app
            .services
            .store
            .prove_writable(app.session_clock.now())
            .await
        {
            Ok(()) => (StatusCode::OK, "ready"),
            Err(cause) => {
                tracing::warn!(%cause, "the store takes no writes");
                (StatusCode::SERVICE_UNAVAILABLE, "store not writable")
            }
        },
        Ok(Some(_)) => (StatusCode::SERVICE_UNAVAILABLE, "not migrated"),
        Err(cause) => {
            tracing::warn!(%cause, "the store does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "store unreachable")
        }
    };
    answer(status, &json!({ "status": word }))
}
