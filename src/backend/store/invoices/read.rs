//! Reads invoices: a page of the list, or one in full.

use api::invoicing::invoice::{Invoice, InvoiceSummary};
use billing::invoicing::invoice::{
    Balance, Collecting, InvoiceKind, InvoiceNumber, InvoiceStatus, Posting,
};
use billing::pricing::statement::TaxLine;
use billing::{
    AddOnId, Currency, CurrencyCode, Derivation, Line, Money, OrganizationId, Statement,
};
use chrono::NaiveDate;
use serde::de::DeserializeOwned;

use super::super::Tx;
use super::super::price_books::BookVersion;
use super::{Details, currency_of};
use crate::foundation::error::Error;
use crate::store::database::column::{Json, Text, Word};

/// How many invoices a page has.
const PAGE: i64 = 50;

#[derive(sqlx::FromRow)]
struct Row {
    number: Text<InvoiceNumber>,
    kind: Word<InvoiceKind>,
    invoice_date: Text<NaiveDate>,
    period_start: Text<NaiveDate>,
    period_end: Text<NaiveDate>,
    currency: Text<CurrencyCode>,
    subtotal_minor: i64,
    total_minor: i64,
    #[sqlx(flatten)]
    book: BookVersion,
    brand: Option<String>,
    last4: Option<String>,
    collecting: Option<String>,
}

/// An invoice with what the list does not show.
#[derive(sqlx::FromRow)]
struct FullRow {
    #[sqlx(flatten)]
    row: Row,
    details: Json<Details>,
}

/// A line, or a tax.
#[derive(sqlx::FromRow)]
struct AmountRow<N> {
    name: Word<N>,
    add_on: Option<Text<AddOnId>>,
    amount_minor: i64,
    derivation: Json<Option<Derivation>>,
}

/// A page of invoices, newest first, after the invoice numbered `after`; and the number after which
/// the next page starts, `None` at the end.
pub async fn page(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    after: Option<&str>,
) -> Result<(Vec<InvoiceSummary>, Option<String>), Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT i.number, i.kind, i.invoice_date, i.period_start, i.period_end, i.currency, \
         i.subtotal_minor, i.total_minor, i.price_book_id, i.price_book_version, \
         m.brand, m.last4, \
         (SELECT CASE WHEN COUNT(d.settled_at) < COUNT(*) THEN 'processing' ELSE 'failed' END \
         FROM payment_attempts d WHERE d.organization_id = i.organization_id AND d.number = i.number \
         AND d.state <> 'never' HAVING COUNT(*) > 0) AS collecting FROM invoices i \
         LEFT JOIN payments p ON p.organization_id = i.organization_id AND p.number = i.number \
         LEFT JOIN payment_methods m ON m.organization_id = p.organization_id AND m.id = p.payment_method_id \
         LEFT JOIN invoices a ON a.organization_id = $1 AND a.number = $2 \
         WHERE i.organization_id = $1 AND (a.number IS NULL OR i.issued_at < a.issued_at \
         OR (i.issued_at = a.issued_at AND i.number < a.number)) \
         ORDER BY i.issued_at DESC, i.number DESC LIMIT $3",
    )
    .bind(organization_id.as_str())
    .bind(after)
    .bind(PAGE + 1)
    .fetch_all(tx.connection())
    .await?;
    let more = rows.len() > PAGE as usize;
    let mut items = Vec::new();
    for row in rows.into_iter().take(PAGE as usize) {
        items.push(summary(tx, row).await?.0);
    }
    let next = items
        .last()
        .filter(|_| more)
        .map(|last: &InvoiceSummary| last.number.to_string());
    Ok((items, next))
}

pub async fn find(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: &InvoiceNumber,
) -> Result<Option<Invoice>, Error> {
    let row: Option<FullRow> = sqlx::query_as(
        "SELECT i.number, i.kind, i.invoice_date, i.period_start, i.period_end, i.currency, \
         i.subtotal_minor, i.total_minor, i.price_book_id, i.price_book_version, i.details, \
         m.brand, m.last4, \
         (SELECT CASE WHEN COUNT(d.settled_at) < COUNT(*) THEN 'processing' ELSE 'failed' END \
         FROM payment_attempts d WHERE d.organization_id = i.organization_id AND d.number = i.number \
         AND d.state <> 'never' HAVING COUNT(*) > 0) AS collecting FROM invoices i \
         LEFT JOIN payments p ON p.organization_id = i.organization_id AND p.number = i.number \
         LEFT JOIN payment_methods m ON m.organization_id = p.organization_id AND m.id = p.payment_method_id \
         WHERE i.organization_id = $1 AND i.number = $2",
    )
    .bind(organization_id.as_str())
    .bind(number.as_str())
    .fetch_optional(tx.connection())
    .await?;
    let Some(FullRow { row, details }) = row else {
        return Ok(None);
    };
    let (book, Json(details)) = (row.book.clone(), details);
    let (summary, currency) = summary(tx, row).await?;
    let statement = statement(tx, organization_id, number, &summary, currency).await?;
    Ok(Some(Invoice {
        summary,
        supplier: details.supplier,
        customer: details.customer,
        places: details.places,
        price_book: book.id,
        price_book_version: book.version,
        statement,
    }))
}

async fn summary(tx: &mut Tx, row: Row) -> Result<(InvoiceSummary, Currency), Error> {
    let currency = currency_of(tx, &row.book, row.currency.0).await?;
    let amount = |minor| Money::new(minor, currency);
    let tax = row
        .total_minor
        .checked_sub(row.subtotal_minor)
        .ok_or(billing::OutOfRange)?;
    let paid_with = row
        .brand
        .zip(row.last4)
        .map(|(brand, last4)| format!("{brand} ending {last4}"));
    let total = Money::new(row.total_minor, currency);
    let paid = paid_with.is_some().then_some(Posting::Paid(total));
    let summary = InvoiceSummary {
        kind: row.kind.0,
        status: status(total, paid, row.collecting.as_deref())?,
        issued_on: row.invoice_date.0,
        period_start: row.period_start.0,
        period_end: row.period_end.0,
        subtotal: amount(row.subtotal_minor),
        tax: amount(tax),
        total: amount(row.total_minor),
        number: row.number.0,
        paid_with,
    };
    Ok((summary, currency))
}

/// The status of an invoice, from its payment in full and from the outcome of its debits.
fn status(
    total: Money,
    paid: Option<Posting>,
    debits: Option<&str>,
) -> Result<InvoiceStatus, Error> {
    let balance = Balance::fold(total, paid.as_slice()).map_err(Error::unexpected)?;
    let collecting = match debits {
        None => Collecting::NotTried,
        Some("processing") => Collecting::Processing,
        Some(_) => Collecting::Failed,
    };
    Ok(balance.status(collecting)?)
}

async fn statement(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: &InvoiceNumber,
    summary: &InvoiceSummary,
    currency: Currency,
) -> Result<Statement, Error> {
    let lines = amounts(
        tx,
        "SELECT kind AS name, add_on, amount_minor, derivation FROM invoice_lines \
         WHERE organization_id = $1 AND number = $2 ORDER BY position",
        organization_id,
        number,
    );
    let lines = lines.await?;
    let taxes = amounts(
        tx,
        "SELECT name, NULL AS add_on, amount_minor, derivation FROM invoice_taxes \
         WHERE organization_id = $1 AND number = $2 ORDER BY position",
        organization_id,
        number,
    );
    let taxes = taxes.await?;
    let amount = |minor| Money::new(minor, currency);
    let line = |row: AmountRow<_>| Line {
        kind: row.name.0,
        add_on: row.add_on.map(AddOnId::from),
        amount: amount(row.amount_minor),
        derivation: row.derivation.0,
    };
    let tax = |row: AmountRow<_>| TaxLine {
        name: row.name.0,
        amount: amount(row.amount_minor),
        derivation: row.derivation.0,
    };
    Ok(Statement {
        lines: lines.into_iter().map(line).collect(),
        subtotal: summary.subtotal,
        taxes: taxes.into_iter().map(tax).collect(),
        total: summary.total,
    })
}

async fn amounts<N: DeserializeOwned + Send + Unpin>(
    tx: &mut Tx,
    query: &'static str,
    organization_id: &OrganizationId,
    number: &InvoiceNumber,
) -> Result<Vec<AmountRow<N>>, Error> {
    let rows = sqlx::query_as(query)
        .bind(organization_id.as_str())
        .bind(number.as_str());
    Ok(rows.fetch_all(tx.connection()).await?)
}
