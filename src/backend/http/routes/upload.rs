//! Handlers for files of figures. An admin's file is parsed while it arrives, shown, and applied by a
//! second request. The usage summary is a download.

use std::io::{self, Read};
use std::time::Duration;

use api::Code;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::Instant;

use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::response::{Failure, json};
use crate::reports::summary;
use crate::store::Tx;
use crate::usage::import::{self, Whose};

/// The largest file in bytes: more than a million rows.
const LARGEST: usize = 128 * 1024 * 1024;
/// How long the next part of a file may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the whole file may take to arrive.
const WHOLE_PATIENCE: Duration = Duration::from_secs(30 * 60);

/// `GET /usage/summary.csv`
pub(super) async fn summary(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    let now = app.services.clock.now();
    let whose = whose(member);
    let csv = app
        .services
        .store
        .transaction(whose.organization_id.clone(), async move |tx: &mut Tx| {
            summary::download(tx, &whose.organization_id, &whose.actor, now).await
        })
        .await?;
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
    let name = "attachment; filename=\"usage-summary.csv\"";
    Ok(([kind, (header::CONTENT_DISPOSITION, name)], csv).into_response())
}

/// `POST /usage-imports`
pub(super) async fn stage(
    State(app): State<AppState>,
    member: Member,
    request: Request,
) -> Result<Response, Failure> {
    let whose = whose(member);
    let (sender, receiver) = channel(2);
    let file = Arriving {
        parts: receiver,
        part: Bytes::new(),
        ended: false,
    };
    let services = app.services.clone();
    // In a task of its own: a client that disconnects drops this handler. The task then reads an
    // incomplete file and deletes its rows.
    let work = app
        .tasks
        .spawn(async move { import::stage(&services, &whose, file).await });
    let sent = pass_on(request.into_body(), sender).await;
    let staged = work.await.map_err(Error::unexpected)?;
    sent?;
    Ok(json(StatusCode::CREATED, &staged?))
}

/// `POST /usage-imports/{id}`
pub(super) async fn apply(
    State(app): State<AppState>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (services, whose) = (app.services.clone(), whose(member));
    let work = app
        .tasks
        .spawn(async move { import::apply(&services, &whose, &id).await });
    let taken = work.await.map_err(Error::unexpected)??;
    Ok(json(StatusCode::OK, &taken))
}

/// `DELETE /usage-imports/{id}`
pub(super) async fn discard(
    State(app): State<AppState>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (services, organization_id) = (app.services.clone(), member.user.organization_id);
    let work = app
        .tasks
        .spawn(async move { import::discard(&services, &organization_id, &id).await });
    work.await.map_err(Error::unexpected)??;
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

fn whose(member: Member) -> Whose {
    Whose {
        organization_id: member.user.organization_id,
        actor: member.actor,
    }
}

/// A message to the reader of the file.
enum Part {
    Bytes(Bytes),
    /// The file has arrived completely.
    End,
}

/// Passes the file on to its reader as it arrives. The reader may stop early.
async fn pass_on(mut body: Body, reader: Sender<Part>) -> Result<(), Error> {
    let mut size = 0;
    let end = Instant::now() + WHOLE_PATIENCE;
    loop {
        let until = end.min(Instant::now() + PATIENCE);
        let frame = tokio::time::timeout_at(until, body.frame()).await;
        let bytes = match frame {
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Ok(None) => {
                drop(reader.send(Part::End).await);
                return Ok(());
            }
            Ok(Some(Err(_))) | Err(_) => return Ok(()),
        };
        size += bytes.len();
        if size > LARGEST {
            return Err(Error::refused(
                Code::BodyTooLarge,
                "The file is larger than 128 MiB; bring it in parts, or by `prorata import-usage`",
            ));
        }
        // A reader that has found enough faults has stopped; the rest of the file is dropped.
        drop(reader.send(Part::Bytes(bytes)).await);
    }
}

/// A file that is arriving, as a blocking [`Read`].
struct Arriving {
    parts: Receiver<Part>,
    part: Bytes,
    ended: bool,
}

impl Read for Arriving {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() && !self.ended {
            match self.parts.blocking_recv() {
                Some(Part::Bytes(bytes)) => self.part = bytes,
                Some(Part::End) => self.ended = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let length = self.part.len().min(into.len());
        into[..length].copy_from_slice(&self.part.split_to(length));
        Ok(length)
    }
}
