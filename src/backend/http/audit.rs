//! The activity log.

use api::Code;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use futures_util::stream;
use serde::Deserialize;

use super::Desk;
use super::authorise::Member;
use super::respond::{Failure, json};
use crate::activity::{self, Download, Selection};
use crate::error::Error;
use crate::jobs;

/// What an address may say of a page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfPage {
    section: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    before: Option<u64>,
    limit: Option<u64>,
}

/// What it may say of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfSheet {
    section: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// `GET /audit`
pub(super) async fn activity(
    State(desk): State<Desk>,
    member: Member,
    asked: Result<Query<OfPage>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(asked) =
        asked.map_err(|_| unread("`section`, `from`, `to`, `before` and `limit`"))?;
    let id = member.organization_id();
    jobs::catch_up(&desk.till, id).await?;
    let selection = Selection {
        section: asked.section,
        from: asked.from,
        to: asked.to,
    };
    let mut tx = desk.till.store.reading().await?;
    let page = activity::page(&mut tx, id, (&selection, asked.before), asked.limit).await?;
    Ok(json(StatusCode::OK, &page))
}

/// `GET /audit.csv`. It is logged before it begins; what breaks off ends without its last chunk.
pub(super) async fn sheet(
    State(desk): State<Desk>,
    member: Member,
    asked: Result<Query<OfSheet>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(asked) = asked.map_err(|_| unread("`section`, `from` and `to`"))?;
    let (id, now) = (member.organization_id(), desk.till.clock.now());
    jobs::catch_up(&desk.till, id).await?;
    let selection = Selection {
        section: asked.section,
        from: asked.from,
        to: asked.to,
    };
    let name = format!("activity-{id}-{}.csv", now.format("%Y-%m-%d"));
    let who = (member.actor.clone(), now);
    let download = Download::begin(&desk.till.store, id, &selection, who).await?;
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

fn unread(takes: &str) -> Error {
    Error::refused(
        Code::InvalidField,
        format!("The log takes {takes}: sections, days such as 2026-06-20, and whole numbers"),
    )
}
