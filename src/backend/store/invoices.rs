//! Invoices: issued with the next number of their series, never changed (SPEC 4.8, R19).

use api::invoice::{Invoice, InvoiceKind, InvoiceStatus, InvoiceSummary, Party};
use api::statement::{Line, Statement, TaxLine};
use billing::invoice::{InvoiceNumber, financial_year};
use billing::tax::TaxPlaces;
use billing::{BillingPeriod, Currency, Money};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::price_books::{self, BookVersion};
use super::row::{damaged, day, json, small, to_json, word};
use super::{Tx, organizations};
use crate::clock::instant_text;
use crate::error::Error;

/// How many invoices a page of the list has.
const PAGE: i64 = 50;

/// An invoice that has everything but its number.
#[derive(Debug)]
pub struct Draft {
    /// What it is for.
    pub kind: InvoiceKind,
    /// The month it is for, and from which day on.
    pub period: BillingPeriod,
    /// The first day it is for.
    pub period_start: NaiveDate,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The instant of issue.
    pub issued_at: DateTime<Utc>,
    /// The version of the prices.
    pub book: BookVersion,
    /// Lines, taxes, total.
    pub statement: Statement,
    /// The order it bills, where it bills one.
    pub plan_change_id: Option<String>,
}

/// A payment that the gateway has captured.
#[derive(Debug)]
pub struct Payment<'a> {
    /// The gateway's reference.
    pub reference: &'a str,
    /// The method that paid.
    pub payment_method_id: &'a str,
    /// When.
    pub paid_at: DateTime<Utc>,
}

/// What is printed on an invoice beside its amounts.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Details {
    supplier: Party,
    customer: Party,
    places: Option<TaxPlaces>,
}

#[derive(sqlx::FromRow)]
struct Row {
    number: String,
    kind: String,
    invoice_date: String,
    period_start: String,
    period_end: String,
    currency: String,
    subtotal_minor: i64,
    total_minor: i64,
    price_book_id: String,
    price_book_version: i64,
    details: String,
    brand: Option<String>,
    last4: Option<String>,
}

#[derive(sqlx::FromRow)]
struct AmountRow {
    name: String,
    add_on: Option<String>,
    amount_minor: i64,
    derivation: String,
}

/// Issues an invoice: takes the next number of the series and writes everything. Last in its
/// transaction, so that numbers are taken for the shortest time.
///
/// # Errors
/// A series that is used up, amounts that cannot be read.
pub async fn issue(tx: &mut Tx, organization_id: &str, draft: &Draft) -> Result<String, Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let currency = currency_of(tx, &draft.book, &organization.currency).await?;
    let details = to_json(&Details {
        supplier: supplier(organization.places),
        customer: organization.billed_to,
        places: organization.places,
    })?;
    let minor = |amount: &str| Money::parse(amount, currency).map(|money| money.minor());
    let (subtotal, total) = (
        minor(&draft.statement.subtotal)?,
        minor(&draft.statement.total)?,
    );
    let series = format!(
        "{}-{}",
        organization.invoice_series,
        financial_year(draft.issued_on)
    );
    let position = next_position(tx, organization_id, &series).await?;
    let number = InvoiceNumber::new(&organization.invoice_series, draft.issued_on, position)
        .ok_or_else(|| damaged("invoice series", &series))?;
    sqlx::query(
        "INSERT INTO invoices (organization_id, number, series, position, kind, issued_at, \
         invoice_date, period_start, period_end, currency, subtotal_minor, total_minor, \
         price_book_id, price_book_version, engine_version, details, plan_change_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(organization_id)
    .bind(number.as_str())
    .bind(series)
    .bind(i64::from(position))
    .bind(kind_word(draft.kind))
    .bind(instant_text(draft.issued_at))
    .bind(draft.issued_on.to_string())
    .bind(draft.period_start.to_string())
    .bind(draft.period.end().to_string())
    .bind(currency.code())
    .bind(subtotal)
    .bind(total)
    .bind(draft.book.id.as_str())
    .bind(i64::from(draft.book.version))
    .bind(billing::ENGINE_VERSION)
    .bind(details)
    .bind(draft.plan_change_id.as_deref())
    .execute(tx.connection())
    .await?;
    let invoice = (organization_id, number.as_str());
    for (position, line) in (1..).zip(&draft.statement.lines) {
        write_line(tx, invoice, position, (line, minor(&line.amount)?)).await?;
    }
    for (position, tax) in (1..).zip(&draft.statement.taxes) {
        write_tax(tx, invoice, position, (tax, minor(&tax.amount)?)).await?;
    }
    Ok(number.to_string())
}

/// Notes that an invoice was paid in full.
///
/// # Errors
/// An invoice that is not stored, a reference that has paid already.
pub async fn pay(
    tx: &mut Tx,
    organization_id: &str,
    number: &str,
    payment: Payment<'_>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO payments (organization_id, gateway_reference, number, payment_method_id, \
         amount_minor, currency, paid_at) SELECT $1, $2, $3, $4, total_minor, currency, $5 \
         FROM invoices WHERE organization_id = $1 AND number = $3",
    )
    .bind(organization_id)
    .bind(payment.reference)
    .bind(number)
    .bind(payment.payment_method_id)
    .bind(instant_text(payment.paid_at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A page of invoices, newest first, behind the invoice numbered `after`; and what the next page
/// comes behind.
///
/// # Errors
/// A store that does not answer.
pub async fn page(
    tx: &mut Tx,
    organization_id: &str,
    after: Option<&str>,
) -> Result<(Vec<InvoiceSummary>, Option<String>), Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT i.number, i.kind, i.invoice_date, i.period_start, i.period_end, i.currency, \
         i.subtotal_minor, i.total_minor, i.price_book_id, i.price_book_version, i.details, \
         m.brand, m.last4 FROM invoices i \
         LEFT JOIN payments p ON p.organization_id = i.organization_id AND p.number = i.number \
         LEFT JOIN payment_methods m ON m.organization_id = p.organization_id AND m.id = p.payment_method_id \
         LEFT JOIN invoices a ON a.organization_id = $1 AND a.number = $2 \
         WHERE i.organization_id = $1 AND (a.number IS NULL OR i.issued_at < a.issued_at \
         OR (i.issued_at = a.issued_at AND i.number < a.number)) \
         ORDER BY i.issued_at DESC, i.number DESC LIMIT $3",
    )
    .bind(organization_id)
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
        .map(|last: &InvoiceSummary| last.number.clone());
    Ok((items, next))
}

/// One invoice in full.
///
/// # Errors
/// A store that does not answer.
pub async fn find(
    tx: &mut Tx,
    organization_id: &str,
    number: &str,
) -> Result<Option<Invoice>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT i.number, i.kind, i.invoice_date, i.period_start, i.period_end, i.currency, \
         i.subtotal_minor, i.total_minor, i.price_book_id, i.price_book_version, i.details, \
         m.brand, m.last4 FROM invoices i \
         LEFT JOIN payments p ON p.organization_id = i.organization_id AND p.number = i.number \
         LEFT JOIN payment_methods m ON m.organization_id = p.organization_id AND m.id = p.payment_method_id \
         WHERE i.organization_id = $1 AND i.number = $2",
    )
    .bind(organization_id)
    .bind(number)
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let details: Details = json(&row.details)?;
    let (price_book, version) = (row.price_book_id.clone(), small(row.price_book_version)?);
    let (summary, currency) = summary(tx, row).await?;
    let statement = statement(tx, (organization_id, number), &summary, currency).await?;
    Ok(Some(Invoice {
        summary,
        supplier: details.supplier,
        customer: details.customer,
        places: details.places,
        price_book,
        price_book_version: version,
        statement,
    }))
}

/// Who supplies: until billing details are a screen of their own, the same for everyone. The tax
/// number is printed where tax is charged.
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

async fn currency_of(tx: &mut Tx, book: &BookVersion, code: &str) -> Result<Currency, Error> {
    let book = price_books::find(tx, book).await?;
    let list = book
        .book
        .list(code)
        .ok_or_else(|| damaged("currency", code))?;
    Ok(list.currency)
}

async fn next_position(tx: &mut Tx, organization_id: &str, series: &str) -> Result<u32, Error> {
    let position: i64 = sqlx::query_scalar(
        "INSERT INTO invoice_counters (organization_id, series, last) VALUES ($1, $2, 1) \
         ON CONFLICT (organization_id, series) DO UPDATE SET last = invoice_counters.last + 1 \
         RETURNING last",
    )
    .bind(organization_id)
    .bind(series)
    .fetch_one(tx.connection())
    .await?;
    small(position)
}

async fn write_line(
    tx: &mut Tx,
    (organization_id, number): (&str, &str),
    position: i64,
    (line, minor): (&Line, i64),
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO invoice_lines (organization_id, number, position, kind, add_on, amount_minor, \
         derivation) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(organization_id)
    .bind(number)
    .bind(position)
    .bind(line.kind.as_str())
    .bind(line.add_on.as_deref())
    .bind(minor)
    .bind(to_json(&line.derivation)?)
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn write_tax(
    tx: &mut Tx,
    (organization_id, number): (&str, &str),
    position: i64,
    (tax, minor): (&TaxLine, i64),
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO invoice_taxes (organization_id, number, position, name, amount_minor, \
         derivation) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(organization_id)
    .bind(number)
    .bind(position)
    .bind(tax.name.as_str())
    .bind(minor)
    .bind(to_json(&tax.derivation)?)
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn summary(tx: &mut Tx, row: Row) -> Result<(InvoiceSummary, Currency), Error> {
    let book = BookVersion {
        id: row.price_book_id,
        version: small(row.price_book_version)?,
    };
    let currency = currency_of(tx, &book, &row.currency).await?;
    let amount = |minor| Money::new(minor, currency).to_string();
    let tax = row
        .total_minor
        .checked_sub(row.subtotal_minor)
        .ok_or(billing::OutOfRange)?;
    let paid_with = row
        .brand
        .zip(row.last4)
        .map(|(brand, last4)| format!("{brand} ending {last4}"));
    let summary = InvoiceSummary {
        kind: word(&row.kind)?,
        status: if paid_with.is_some() {
            InvoiceStatus::Paid
        } else {
            InvoiceStatus::Open
        },
        issued_on: day(&row.invoice_date)?,
        period_start: day(&row.period_start)?,
        period_end: day(&row.period_end)?,
        currency: row.currency,
        subtotal: amount(row.subtotal_minor),
        tax: amount(tax),
        total: amount(row.total_minor),
        number: row.number,
        paid_with,
    };
    Ok((summary, currency))
}

async fn statement(
    tx: &mut Tx,
    (organization_id, number): (&str, &str),
    summary: &InvoiceSummary,
    currency: Currency,
) -> Result<Statement, Error> {
    let lines: Vec<AmountRow> = sqlx::query_as(
        "SELECT kind AS name, add_on, amount_minor, derivation FROM invoice_lines \
         WHERE organization_id = $1 AND number = $2 ORDER BY position",
    )
    .bind(organization_id)
    .bind(number)
    .fetch_all(tx.connection())
    .await?;
    let taxes: Vec<AmountRow> = sqlx::query_as(
        "SELECT name, NULL AS add_on, amount_minor, derivation FROM invoice_taxes \
         WHERE organization_id = $1 AND number = $2 ORDER BY position",
    )
    .bind(organization_id)
    .bind(number)
    .fetch_all(tx.connection())
    .await?;
    let amount = |minor| Money::new(minor, currency).to_string();
    let line = |row: AmountRow| {
        let derivation = json(&row.derivation)?;
        Ok(Line {
            kind: row.name,
            add_on: row.add_on,
            amount: amount(row.amount_minor),
            derivation,
        })
    };
    let tax = |row: AmountRow| {
        let derivation = json(&row.derivation)?;
        Ok(TaxLine {
            name: row.name,
            amount: amount(row.amount_minor),
            derivation,
        })
    };
    Ok(Statement {
        lines: lines.into_iter().map(line).collect::<Result<_, Error>>()?,
        subtotal: summary.subtotal.clone(),
        taxes: taxes.into_iter().map(tax).collect::<Result<_, Error>>()?,
        total: summary.total.clone(),
    })
}

const fn kind_word(kind: InvoiceKind) -> &'static str {
    match kind {
        InvoiceKind::Scheduled => "scheduled",
        InvoiceKind::Upgrade => "upgrade",
        InvoiceKind::AddOn => "add_on",
    }
}
