//! Handlers for the activity log: a page of it, and its CSV export.

use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::request::query::Asked;
use crate::http::response::{Failure, json};
use crate::reports::activity::{self, Download, Selection};

/// `GET /audit`
pub(super) async fn activity(
    State(app): State<AppState>,
    member: Member,
    mut asked: Asked,
) -> Result<Response, Failure> {
    let selection = selection(&mut asked);
    let (before, limit) = (asked.number("before"), asked.number("limit"));
    asked.finish()?;
    let id = member.organization_id();
    let mut tx = app.services.store.reading().await?;
    let page = activity::page(&mut tx, id, &selection, before, limit).await?;
    Ok(json(StatusCode::OK, &page))
}

/// `GET /audit.csv`. The export is logged before it begins. If it fails on the way, the last chunk is
/// missing, so the browser sees an incomplete download.
pub(super) async fn csv(
    State(app): State<AppState>,
    member: Member,
    mut asked: Asked,
) -> Result<Response, Failure> {
    let selection = selection(&mut asked);
    asked.finish()?;
    let (id, now) = (member.organization_id(), app.services.clock.now());
    let name = format!("activity-{id}-{}.csv", now.format("%Y-%m-%d"));
    let download = Download::begin(
        &app.services.store,
        id,
        &selection,
        member.actor.clone(),
        now,
    )
    .await?;
    let pieces = stream::try_unfold(download, |mut download| async move {
        let piece = download.piece().await?;
        Ok::<_, Error>(piece.map(|piece| (piece, download)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// The filter in the query: a section and two days.
fn selection(asked: &mut Asked) -> Selection {
    Selection {
        section: asked.text("section"),
        from: asked.day("from"),
        to: asked.day("to"),
    }
}
