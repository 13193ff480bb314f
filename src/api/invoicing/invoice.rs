//! Invoices, in a list and in full.

use billing::invoicing::invoice::{InvoiceKind, InvoiceNumber, InvoiceStatus};
use billing::pricing::tax::TaxPlaces;
use billing::{BillingPeriod, Money, Statement};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A page of invoices, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoices {
    /// The invoices of the page.
    pub items: Vec<InvoiceSummary>,
    /// What to pass as `after` for the next page; `None` on the last.
    pub next: Option<String>,
    /// The day on which the next scheduled invoice is issued.
    pub next_invoice_on: NaiveDate,
}

/// An invoice in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceSummary {
    /// The invoice number.
    pub number: InvoiceNumber,
    /// What it was issued for.
    pub kind: InvoiceKind,
    /// The state of the payment.
    pub status: InvoiceStatus,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The first day of the period it is for.
    pub period_start: NaiveDate,
    /// The day after the last day of the period.
    pub period_end: NaiveDate,
    /// The sum of the lines before tax.
    pub subtotal: Money,
    /// The sum of the taxes.
    pub tax: Money,
    /// The amount to pay.
    pub total: Money,
    /// The payment method that paid it, such as `Visa ending 4242`; `None` while it is unpaid.
    pub paid_with: Option<String>,
}

/// An invoice with all its lines. Once issued it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// The part of the invoice that the list shows.
    pub summary: InvoiceSummary,
    /// The supplier.
    pub supplier: Party,
    /// The customer.
    pub customer: Party,
    /// The place of supply; `None` when no tax is charged.
    pub places: Option<TaxPlaces>,
    /// The id of the price book that it was computed with.
    pub price_book: String,
    /// The version of the price book.
    pub price_book_version: u32,
    /// The lines with their derivations, the taxes and the total.
    pub statement: Statement,
}

impl Invoice {
    /// The month whose usage the invoice charges; `None` when it is the invoice's own period, or when it
    /// charges none.
    pub fn usage_month(&self) -> Option<BillingPeriod> {
        let summary = &self.summary;
        let month = summary.kind.usage_month(summary.issued_on)?;
        let mut lines = self.statement.lines.iter();
        let charges_usage = lines.any(|line| line.kind.is_overage());
        (charges_usage && month.start() != summary.period_start).then_some(month)
    }
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
