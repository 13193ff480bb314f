//! Handlers for invoices: the list, and one in full.

use api::Code;
use api::invoicing::invoice::Invoices;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use billing::BillingPeriod;
use billing::invoicing::invoice::InvoiceNumber;

use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::request::query::Asked;
use crate::http::response::{Failure, json};
use crate::store::{invoices as stored, organizations};

/// `GET /invoices`
pub(super) async fn invoices(
    State(app): State<AppState>,
    member: Member,
    mut asked: Asked,
) -> Result<Response, Failure> {
    let after = asked.text("after");
    asked.finish()?;
    let is_number = |text: &str| InvoiceNumber::parse(text).is_some();
    if after.as_deref().is_some_and(|after| !is_number(after)) {
        let fault = api::Problem::field("after", "This is no invoice number");
        return Err(Failure::from(fault));
    }
    let mut tx = app.services.store.reading().await?;
    let organization = organizations::find(&mut tx, member.organization_id()).await?;
    let today = billing_day(app.services.clock.now(), organization.zone_offset_minutes);
    let next_invoice_on = BillingPeriod::of(today).ok_or(billing::OutOfRange)?.end();
    let (items, next) = stored::page(&mut tx, member.organization_id(), after.as_deref()).await?;
    Ok(json(
        StatusCode::OK,
        &Invoices {
            items,
            next,
            next_invoice_on,
        },
    ))
}

/// `GET /invoices/{number}`
pub(super) async fn invoice(
    State(app): State<AppState>,
    member: Member,
    Path(number): Path<String>,
) -> Result<Response, Failure> {
    let mut tx = app.services.store.reading().await?;
    let invoice = match InvoiceNumber::parse(&number) {
        Some(number) => stored::find(&mut tx, member.organization_id(), &number).await?,
        None => None,
    };
    let invoice = invoice.ok_or_else(|| {
        Error::refused(
            Code::NotFound,
            "Your organization has no invoice with this number",
        )
    })?;
    Ok(json(StatusCode::OK, &invoice))
}
