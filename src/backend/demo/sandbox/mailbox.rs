//! Handlers for the mailbox.

use api::Code;
use api::sandbox::mailbox::{Mail, MailState, MailSummary, Mailbox};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::response::{Failure, json};
use crate::mail;
use crate::store::organizations;
use crate::store::records::mails::{self, Mail as Stored};

/// The policy of a mail's page: inline styles only; no script, no frame, nothing from another origin.
const MAIL_POLICY: &str = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /sandbox/mailbox`. Posted notices are written out as mails first, so that they are included.
pub(super) async fn mailbox(
    State(app): State<AppState>,
    member: Member,
) -> Result<Response, Failure> {
    if let Some(mailer) = &app.mailer {
        mail::write_out(&app.services, mailer).await?;
    }
    let mut tx = app.services.store.reading().await?;
    let organization = organizations::find(&mut tx, member.organization_id()).await?;
    let items = mails::latest(&mut tx, member.organization_id()).await?;
    let mailbox = Mailbox {
        items: items.iter().map(summary).collect(),
        offset_minutes: organization.zone_offset_minutes,
    };
    Ok(json(StatusCode::OK, &mailbox))
}

/// `GET /sandbox/mailbox/{id}`
pub(super) async fn mail(
    State(app): State<AppState>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let mut tx = app.services.store.reading().await?;
    let organization = organizations::find(&mut tx, member.organization_id()).await?;
    let stored = mails::find(&mut tx, member.organization_id(), &id).await?;
    let stored = stored.ok_or_else(unknown)?;
    let mail = Mail {
        summary: summary(&stored),
        text: stored.text,
        parked: stored.parked,
        offset_minutes: organization.zone_offset_minutes,
    };
    Ok(json(StatusCode::OK, &mail))
}

/// `GET /sandbox/mail-pages/{id}`
pub(super) async fn page(
    State(app): State<AppState>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let mut tx = app.services.store.reading().await?;
    let stored = mails::find(&mut tx, member.organization_id(), &id).await?;
    let stored = stored.ok_or_else(unknown)?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
    ];
    Ok((headers, stored.html).into_response())
}

fn summary(mail: &Stored) -> MailSummary {
    MailSummary {
        id: mail.id.clone(),
        kind: mail.kind.clone(),
        to: mail.recipient.clone(),
        subject: mail.subject.clone(),
        at: mail.posted_at,
        state: match (mail.sent_at, &mail.parked) {
            (Some(_), _) => MailState::Sent,
            (None, Some(_)) => MailState::Parked,
            (None, None) => MailState::Waiting,
        },
    }
}

fn unknown() -> Error {
    Error::refused(Code::NotFound, "Your organization has no such mail")
}
