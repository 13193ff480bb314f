//! From a quote to the output line.

use billing::metering::usage::UsageFigures;
use billing::pricing::overage::OverageEstimate;
use billing::pricing::quote::NextInvoice;
use billing::pricing::statement::TaxLine;
use billing::{AddOnId, Line, Money, Quote, Statement};
use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use super::request::Request;

/// An amount as contract.md has it: a decimal string.
struct Decimal(Money);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The output line, its fields in the order of contract.md.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    id: Option<&'a str>,
    usage: UsageFigures,
    overage: Overage,
    month: Month,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_now: Option<DueNow>,
    next_invoice: Next,
}

#[derive(Serialize)]
struct Overage {
    lines: Vec<AnswerLine>,
    total: Decimal,
}

#[derive(Serialize)]
struct Month {
    base: Decimal,
    add_ons: Decimal,
    overage: Decimal,
    billable: Decimal,
}

#[derive(Serialize)]
struct DueNow {
    lines: Vec<AnswerLine>,
    subtotal: Decimal,
    taxes: Vec<AnswerTax>,
    total: Decimal,
}

#[derive(Serialize)]
struct Next {
    date: NaiveDate,
    recurring: Decimal,
    overage: Decimal,
    subtotal: Decimal,
    taxes: Vec<AnswerTax>,
    total: Decimal,
}

#[derive(Serialize)]
struct AnswerLine {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    add_on: Option<AddOnId>,
    amount: Decimal,
}

#[derive(Serialize)]
struct AnswerTax {
    name: &'static str,
    amount: Decimal,
}

impl<'a> Answer<'a> {
    /// The output for a request; without a change it says nothing of what is due now.
    pub(super) fn of(id: Option<&'a str>, request: &Request, quote: Quote) -> Self {
        let month = quote.month;
        Self {
            id,
            usage: quote.usage,
            overage: Overage::of(quote.overage),
            month: Month {
                base: Decimal(month.base),
                add_ons: Decimal(month.add_ons),
                overage: Decimal(month.overage),
                billable: Decimal(month.billable),
            },
            due_now: request.change.is_some().then(|| DueNow::of(quote.due_now)),
            next_invoice: Next::of(quote.next_invoice),
        }
    }
}

impl Overage {
    fn of(estimate: OverageEstimate) -> Self {
        Self {
            lines: lines(estimate.lines),
            total: Decimal(estimate.total),
        }
    }
}

impl DueNow {
    fn of(statement: Statement) -> Self {
        Self {
            lines: lines(statement.lines),
            subtotal: Decimal(statement.subtotal),
            taxes: taxes(&statement.taxes),
            total: Decimal(statement.total),
        }
    }
}

impl Next {
    fn of(next: NextInvoice) -> Self {
        Self {
            date: next.date,
            recurring: Decimal(next.recurring),
            overage: Decimal(next.overage),
            subtotal: Decimal(next.statement.subtotal),
            taxes: taxes(&next.statement.taxes),
            total: Decimal(next.statement.total),
        }
    }
}

fn lines(lines: Vec<Line>) -> Vec<AnswerLine> {
    let answer = |line: Line| AnswerLine {
        kind: line.kind.as_str(),
        add_on: line.add_on,
        amount: Decimal(line.amount),
    };
    lines.into_iter().map(answer).collect()
}

fn taxes(taxes: &[TaxLine]) -> Vec<AnswerTax> {
    let answer = |tax: &TaxLine| AnswerTax {
        name: tax.name.as_str(),
        amount: Decimal(tax.amount),
    };
    taxes.iter().map(answer).collect()
}
