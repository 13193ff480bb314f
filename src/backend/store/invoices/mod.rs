//! Issues invoices: each gets the next number of its series and never changes (SPEC 4.8, R19).

use api::invoicing::invoice::Party;
use billing::invoicing::invoice::{InvoiceKind, InvoiceNumber, financial_year};
use billing::period::Span;
use billing::pricing::statement::TaxLine;
use billing::pricing::tax::TaxPlaces;
use billing::{AddOnId, Currency, CurrencyCode, Line, OrganizationId, PlanChangeId, Statement};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::database::column::{Count, Json, Text, Word};
use super::database::row::damaged;
use super::organizations::Organization;
use super::price_books::{self, BookVersion};
use super::{Tx, organizations};
use crate::foundation::error::Error;

pub mod closings;
mod read;

pub use read::{find, page};

/// An invoice without its number.
#[derive(Debug)]
pub struct Draft {
    pub kind: InvoiceKind,
    /// The days that it charges for.
    pub period: Span,
    pub issued_on: NaiveDate,
    pub issued_at: DateTime<Utc>,
    /// The version of the price book.
    pub book: BookVersion,
    /// The lines, the taxes and the total.
    pub statement: Statement,
    /// The order that it charges; `None` when there was no order.
    pub plan_change_id: Option<PlanChangeId>,
}

/// A payment that the gateway has captured.
#[derive(Debug)]
pub struct Payment<'a> {
    pub reference: &'a str,
    pub payment_method_id: &'a str,
    pub paid_at: DateTime<Utc>,
}

/// A number, and its position in its series.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    number: &'a str,
    series: &'a str,
    position: u32,
}

/// What an invoice shows besides its amounts, stored as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Details {
    supplier: Party,
    customer: Party,
    places: Option<TaxPlaces>,
}

/// Issues an invoice: takes the next number of the series and writes all rows. Callers do this last
/// in a transaction, so that the series is locked as briefly as possible.
///
/// # Errors
/// A day in a closed month, a series without a number left, amounts that cannot be parsed.
pub async fn issue(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    draft: &Draft,
) -> Result<InvoiceNumber, Error> {
    closings::refuse_closed(tx, organization_id, draft.issued_on).await?;
    let organization = organizations::find(tx, organization_id).await?;
    let currency = currency_of(tx, &draft.book, organization.currency).await?;
    let series = format!(
        "{}-{}",
        organization.invoice_series,
        financial_year(draft.issued_on)
    );
    let position = next_position(tx, organization_id, &series).await?;
    let number = InvoiceNumber::new(&organization.invoice_series, draft.issued_on, position)
        .ok_or_else(|| damaged("invoice series", &series))?;
    let place = Place {
        number: number.as_str(),
        series: &series,
        position,
    };
    write_head(tx, &organization, draft, place, currency).await?;
    for (position, line) in (1..).zip(&draft.statement.lines) {
        write_line(tx, organization_id, number.as_str(), position, line).await?;
    }
    for (position, tax) in (1..).zip(&draft.statement.taxes) {
        write_tax(tx, organization_id, number.as_str(), position, tax).await?;
    }
    Ok(number)
}

/// Records that an invoice was paid in full.
///
/// # Errors
/// A gateway reference that has paid already.
pub async fn pay(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: &InvoiceNumber,
    payment: Payment<'_>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO payments (organization_id, gateway_reference, number, payment_method_id, \
         amount_minor, currency, paid_at) SELECT $1, $2, $3, $4, total_minor, currency, $5 \
         FROM invoices WHERE organization_id = $1 AND number = $3",
    )
    .bind(organization_id.as_str())
    .bind(payment.reference)
    .bind(number.as_str())
    .bind(payment.payment_method_id)
    .bind(Text(payment.paid_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The supplier, the same on every invoice until billing details have a screen of their own. Its tax
/// number is printed only where tax is charged.
fn supplier(places: Option<TaxPlaces>) -> Party {
    let address = ["1 Market Square", "Mumbai 400001", "India"]
        .map(str::to_owned)
        .into();
    let tax_number = places.map(|places| format!("{}AAAAA0000A1Z5", places.supplier));
    Party {
        name: "Prorata (sandbox supplier)".to_owned(),
        address,
        tax_number,
    }
}

async fn currency_of(
    tx: &mut Tx,
    book: &BookVersion,
    code: CurrencyCode,
) -> Result<Currency, Error> {
    let book = price_books::find(tx, book).await?;
    let list = book
        .book
        .list(code)
        .ok_or_else(|| damaged("currency", code))?;
    Ok(list.currency)
}

async fn next_position(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    series: &str,
) -> Result<u32, Error> {
    let Count(position) = sqlx::query_scalar(
        "INSERT INTO invoice_counters (organization_id, series, last) VALUES ($1, $2, 1) \
         ON CONFLICT (organization_id, series) DO UPDATE SET last = invoice_counters.last + 1 \
         RETURNING last",
    )
    .bind(organization_id.as_str())
    .bind(series)
    .fetch_one(tx.connection())
    .await?;
    Ok(position)
}

async fn write_head(
    tx: &mut Tx,
    organization: &Organization,
    draft: &Draft,
    place: Place<'_>,
    currency: Currency,
) -> Result<(), Error> {
    let details = Details {
        supplier: supplier(organization.places),
        customer: organization.billed_to.clone(),
        places: organization.places,
    };
    sqlx::query(
        "INSERT INTO invoices (organization_id, number, series, position, kind, issued_at, \
         invoice_date, period_start, period_end, currency, subtotal_minor, total_minor, \
         price_book_id, price_book_version, engine_version, details, plan_change_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(organization.id.as_str())
    .bind(place.number)
    .bind(place.series)
    .bind(Count(place.position))
    .bind(Word(draft.kind))
    .bind(Text(draft.issued_at))
    .bind(Text(draft.issued_on))
    .bind(Text(draft.period.start()))
    .bind(Text(draft.period.end()))
    .bind(Text(currency.code()))
    .bind(draft.statement.subtotal.minor())
    .bind(draft.statement.total.minor())
    .bind(draft.book.id.as_str())
    .bind(Count(draft.book.version))
    .bind(billing::ENGINE_VERSION)
    .bind(Json(details))
    .bind(draft.plan_change_id.as_ref().map(PlanChangeId::as_str))
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn write_line(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: &str,
    position: i64,
    line: &Line,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO invoice_lines (organization_id, number, position, kind, add_on, amount_minor, \
         derivation) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(organization_id.as_str())
    .bind(number)
    .bind(position)
    .bind(line.kind.as_str())
    .bind(line.add_on.as_ref().map(AddOnId::as_str))
    .bind(line.amount.minor())
    .bind(Json(&line.derivation))
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn write_tax(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: &str,
    position: i64,
    tax: &TaxLine,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO invoice_taxes (organization_id, number, position, name, amount_minor, \
         derivation) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(organization_id.as_str())
    .bind(number)
    .bind(position)
    .bind(tax.name.as_str())
    .bind(tax.amount.minor())
    .bind(Json(&tax.derivation))
    .execute(tx.connection())
    .await?;
    Ok(())
}
