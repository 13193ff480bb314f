//! Invoices, in a list and in full.

use billing::tax::TaxPlaces;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::statement::Statement;

/// A page of invoices, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoices {
    /// The invoices.
    pub items: Vec<InvoiceSummary>,
    /// What to pass as `after` for the next page; none on the last.
    pub next: Option<String>,
    /// When the next scheduled invoice is issued.
    pub next_invoice_on: NaiveDate,
}

/// An invoice in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceSummary {
    /// Its number.
    pub number: String,
    /// What it was issued for.
    pub kind: InvoiceKind,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The first day of the period it is for.
    pub period_start: NaiveDate,
    /// The day behind the last.
    pub period_end: NaiveDate,
    /// The currency.
    pub currency: String,
    /// Before tax.
    pub subtotal: String,
    /// The taxes together.
    pub tax: String,
    /// To pay.
    pub total: String,
    /// What paid it, such as `Visa ending 4242`; none while it is open.
    pub paid_with: Option<String>,
}

/// What an invoice was issued for (SPEC 4.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceKind {
    /// The month change.
    Scheduled,
    /// A higher tier, with whatever else was in the order.
    Upgrade,
    /// Add-ons alone.
    AddOn,
    /// The rest of the month in which the trial ended.
    TrialFirst,
    /// The rest of the month after a pause.
    Reactivation,
    /// Overage accrued up to a pause or a cancellation.
    Final,
    /// A year in advance.
    Annual,
}

/// Where an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    /// To be paid.
    Open,
    /// A payment is on its way.
    Processing,
    /// Paid.
    Paid,
    /// A payment has failed, and none has succeeded since.
    Overdue,
}

/// An invoice in full. Once issued it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// What the list shows of it.
    pub summary: InvoiceSummary,
    /// Who supplies.
    pub supplier: Party,
    /// Who is billed.
    pub customer: Party,
    /// The place of supply, where tax is charged.
    pub places: Option<TaxPlaces>,
    /// The price book it was computed with, and its version.
    pub price_book: String,
    /// The version of that book.
    pub price_book_version: u32,
    /// Lines with their derivations, taxes and total.
    pub statement: Statement,
}

/// Supplier or customer as printed on an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The legal name.
    pub name: String,
    /// The address, line by line.
    pub address: Vec<String>,
    /// The tax number: VAT id or GSTIN.
    pub tax_number: Option<String>,
}
