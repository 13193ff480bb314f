//! Facts about an issued invoice (SPEC 4.8), and how an invoice is paid.

use api::invoicing::invoice::Invoice;
use billing::invoicing::invoice::InvoiceNumber;
use billing::period::last_day;
use billing::pricing::statement::LabelNumbers;
use billing::pricing::tax::TaxName;
use billing::{Line, LineKind, Money};
use chrono::NaiveDate;
use serde::Serialize;

use crate::foundation::error::Error;
use crate::mail::facts::NotificationFacts;
use crate::mail::figures::{LocalInstant, Shown};

/// The whole invoice: each line, each tax, the total.
#[derive(Debug, Serialize)]
pub(super) struct Issued<'a> {
    number: &'a InvoiceNumber,
    issued_on: Shown<NaiveDate>,
    period: Days,
    /// The days whose usage it charges, when they are not those of the period.
    usage: Option<Days>,
    lines: Vec<InvoiceLine<'a>>,
    taxes: Vec<InvoiceTax>,
    total: Shown<Money>,
    payment: InvoicePayment<'a>,
}

#[derive(Debug, Serialize)]
struct Days {
    first: Shown<NaiveDate>,
    last: Shown<NaiveDate>,
}

#[derive(Debug, Serialize)]
struct InvoiceLine<'a> {
    item: Item<'a>,
    amount: Shown<Money>,
}

/// What a line charges for. `shared/invoice_lines` has a macro with the name of each kind.
#[derive(Debug, Serialize)]
struct Item<'a> {
    #[serde(flatten)]
    kind: ItemKind<'a>,
    /// The numbers in the name.
    numbers: Numbers,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum ItemKind<'a> {
    Base { plan: &'a str },
    AddOn { add_on: &'a str },
    TierProration {},
    AddOnRepricing { add_on: &'a str },
    AddOnProration { add_on: &'a str },
    MauOverage {},
    AddOnOverage { add_on: &'a str },
    AddOnUse { add_on: &'a str },
}

/// [`LabelNumbers`] as templates read them: formatted, each `None` when the name has no such number.
#[derive(Debug, Default, Serialize)]
struct Numbers {
    tier: Option<Shown<u64>>,
    tier_before: Option<Shown<u64>>,
    tier_after: Option<Shown<u64>>,
    months: Option<u64>,
    users: Option<Shown<u64>>,
}

#[derive(Debug, Serialize)]
struct InvoiceTax {
    name: TaxName,
    amount: Shown<Money>,
}

/// The invoice of the overage up to the day on which an account was paused or cancelled.
#[derive(Debug, Serialize)]
pub(super) struct OverageInvoice<'a> {
    number: &'a InvoiceNumber,
    payment: InvoicePayment<'a>,
}

/// How the invoice is paid, as of the composition of the mail.
#[derive(Debug, Serialize)]
struct InvoicePayment<'a> {
    is_paid: bool,
    /// The method that paid it, if that is on record.
    paid_with: Option<&'a str>,
    /// The method to debit; `None` when none is on file, or when the invoice is paid.
    method: Option<&'a str>,
    /// It is not debited before this instant; `None` when the debit needs no more waiting.
    debit_at: Option<Shown<LocalInstant>>,
}

impl<'a> Issued<'a> {
    pub(super) fn of(notice: &'a NotificationFacts) -> Result<Self, Error> {
        let invoice = notice.invoice.as_ref();
        let invoice = invoice.ok_or_else(|| Error::unexpected("the invoice is missing"))?;
        let summary = &invoice.summary;
        let usage = invoice.usage_month();
        Ok(Self {
            number: &summary.number,
            issued_on: Shown(summary.issued_on),
            period: Days::before(summary.period_start, summary.period_end),
            usage: usage.map(|month| Days::before(month.start(), month.end())),
            lines: lines(notice, invoice),
            taxes: taxes(invoice),
            total: Shown(summary.total),
            payment: InvoicePayment::of(notice),
        })
    }
}

impl Days {
    /// The days from `start` up to the day before `end`.
    fn before(start: NaiveDate, end: NaiveDate) -> Self {
        Self {
            first: Shown(start),
            last: Shown(last_day(end)),
        }
    }
}

impl<'a> OverageInvoice<'a> {
    pub(super) fn of(notice: &'a NotificationFacts, number: &'a InvoiceNumber) -> Self {
        Self {
            number,
            payment: InvoicePayment::of(notice),
        }
    }
}

impl<'a> InvoicePayment<'a> {
    fn of(notice: &'a NotificationFacts) -> Self {
        let invoice = notice.invoice.as_ref();
        let debit = notice.debit.as_ref();
        let debit_at = debit.and_then(|debit| debit.debit_at);
        Self {
            is_paid: debit.is_none(),
            paid_with: invoice.and_then(|invoice| invoice.summary.paid_with.as_deref()),
            method: debit.and_then(|debit| debit.method.as_deref()),
            debit_at: debit_at
                .filter(|at| *at > notice.at)
                .map(|at| notice.instant(at)),
        }
    }
}

fn lines<'a>(notice: &'a NotificationFacts, invoice: &'a Invoice) -> Vec<InvoiceLine<'a>> {
    let lines = invoice.statement.lines.iter();
    lines
        .map(|line| InvoiceLine {
            item: item(notice, line),
            amount: Shown(line.amount),
        })
        .collect()
}

fn taxes(invoice: &Invoice) -> Vec<InvoiceTax> {
    let taxes = invoice.statement.taxes.iter();
    taxes
        .map(|tax| InvoiceTax {
            name: tax.name,
            amount: Shown(tax.amount),
        })
        .collect()
}

fn item<'a>(notice: &'a NotificationFacts, line: &'a Line) -> Item<'a> {
    let plan = &*notice.book.book.plan;
    let add_on = line.add_on.as_ref();
    let add_on = add_on.map(|id| notice.add_on_name(id)).unwrap_or_default();
    let kind = match line.kind {
        LineKind::Base => ItemKind::Base { plan },
        LineKind::AddOn => ItemKind::AddOn { add_on },
        LineKind::TierProration => ItemKind::TierProration {},
        LineKind::AddOnRepricing => ItemKind::AddOnRepricing { add_on },
        LineKind::AddOnProration => ItemKind::AddOnProration { add_on },
        LineKind::MauOverage => ItemKind::MauOverage {},
        LineKind::AddOnOverage => ItemKind::AddOnOverage { add_on },
        LineKind::AddOnUse => ItemKind::AddOnUse { add_on },
    };
    let numbers = Numbers::of(line.label_numbers());
    Item { kind, numbers }
}

impl Numbers {
    fn of(numbers: LabelNumbers) -> Self {
        let none = Self::default();
        match numbers {
            LabelNumbers::None => none,
            LabelNumbers::Tier(limit) => Self {
                tier: Some(Shown(limit)),
                ..none
            },
            LabelNumbers::Tiers { from, to } => Self {
                tier_before: Some(Shown(from)),
                tier_after: Some(Shown(to)),
                ..none
            },
            LabelNumbers::Months(months) => Self {
                months: Some(months),
                ..none
            },
            LabelNumbers::Users(users) => Self {
                users: Some(Shown(users)),
                ..none
            },
        }
    }
}
