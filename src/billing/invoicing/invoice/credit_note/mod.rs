//! Credit notes: the exact negative of what an invoice charged, never more than is left of it.

use alloc::vec::Vec;
use core::fmt;

use chrono::NaiveDate;

use super::balance::less;
use super::{InvoiceDraft, InvoiceHead, InvoiceKind, InvoiceNumber, Note};
use crate::catalog::price_book::AddOnId;
use crate::money::{Money, OutOfRange};
use crate::pricing::statement::{Derivation, Derivations, Input, Line, LineKind, Statement, sum};

mod taxes;

/// An issued invoice that is to be corrected.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    /// The number of the invoice.
    pub number: &'a InvoiceNumber,
    /// The content of the invoice.
    pub invoice: &'a InvoiceDraft,
    /// The earlier credit notes of the invoice.
    pub credited: &'a [InvoiceDraft],
    /// The day on which the credit note is issued.
    pub issued_on: NaiveDate,
}

/// The part of an invoice that is credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credit {
    /// Everything that is left.
    Remainder,
    /// These lines, each at most up to what is left of it.
    Lines(Vec<LineCredit>),
}

/// The amount of one line that is credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineCredit {
    /// What the line charges for.
    pub kind: LineKind,
    /// The add-on, when the line is for one.
    pub add_on: Option<AddOnId>,
    /// The amount before tax; positive.
    pub amount: Money,
}

/// Why a credit note cannot be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreditRefused {
    /// The document to correct is itself a credit note.
    NoInvoice,
    /// Everything has already been credited.
    NothingLeft,
    /// The invoice has no such line.
    NoSuchLine(LineKind, Option<AddOnId>),
    /// The request names the line twice.
    NamedTwice(LineKind, Option<AddOnId>),
    /// The amount is 0 or negative.
    NotPositive,
    /// The amount is more than is left of the line; that rest.
    MoreThanLeft(Money),
    /// The amount overflows, or has another currency.
    OutOfRange,
}

impl fmt::Display for CreditRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoInvoice => f.write_str("a credit note cannot be credited"),
            Self::NothingLeft => f.write_str("everything on this invoice is credited already"),
            Self::NoSuchLine(kind, _) => {
                write!(f, "the invoice has no such line: {}", kind.as_str())
            }
            Self::NamedTwice(kind, _) => write!(f, "the line {} is named twice", kind.as_str()),
            Self::NotPositive => f.write_str("the amount to credit must be above zero"),
            Self::MoreThanLeft(left) => write!(f, "only {left} of this line are left to credit"),
            Self::OutOfRange => OutOfRange.fmt(f),
        }
    }
}

impl core::error::Error for CreditRefused {}

impl From<OutOfRange> for CreditRefused {
    fn from(_: OutOfRange) -> Self {
        Self::OutOfRange
    }
}

/// The credit note for all, or some, of what an invoice has charged.
///
/// **Rule.** The exact negative of the credited amounts, line by line. Each tax is credited in
/// proportion, computed over all credit notes of the invoice together, so that nothing is left after
/// the last one. A round-off is credited with the last one.
/// **Source.** SPEC 4.8 (type "credit note"), R19.
/// **Silent on** parts of a line, and on taxes of a part: see A87.
///
/// # Errors
/// Fails when the invoice lacks a line, or less is left of it than is to be credited.
pub fn credit_note(
    correction: &Correction<'_>,
    credit: &Credit,
    derivations: Derivations,
) -> Result<InvoiceDraft, CreditRefused> {
    let Correction { invoice, .. } = correction;
    if invoice.head.kind == InvoiceKind::CreditNote {
        return Err(CreditRefused::NoInvoice);
    }
    let left = lines_left(correction)?;
    let taken = match credit {
        Credit::Remainder => left,
        Credit::Lines(lines) => chosen(&left, lines)?,
    };
    if taken.is_empty() {
        return Err(CreditRefused::NothingLeft);
    }
    let currency = invoice.statement.total.currency();
    let lines = taken
        .into_iter()
        .map(|line| negative_line(line, derivations))
        .collect::<Result<Vec<_>, OutOfRange>>()?;
    let subtotal = sum(currency, &lines)?;
    let (taxes, round_off) = taxes::taken_with(correction, subtotal, derivations)?;
    let amounts = taxes.iter().map(|tax| tax.amount).chain([subtotal]);
    let total = Money::sum(currency, amounts)?;
    Ok(InvoiceDraft {
        head: head(correction),
        statement: Statement {
            lines,
            subtotal,
            taxes,
            total,
        },
        round_off,
    })
}

fn head(correction: &Correction<'_>) -> InvoiceHead {
    InvoiceHead {
        kind: InvoiceKind::CreditNote,
        issued_on: correction.issued_on,
        notes: alloc::vec![Note::Corrects(correction.number.clone())],
        ..correction.invoice.head.clone()
    }
}

/// What is left of each line after the earlier credit notes; lines with nothing left are dropped.
fn lines_left(correction: &Correction<'_>) -> Result<Vec<Line>, OutOfRange> {
    let mut left = correction.invoice.statement.lines.clone();
    let taken = || {
        correction
            .credited
            .iter()
            .flat_map(|note| &note.statement.lines)
    };
    for line in &mut left {
        let amounts: Vec<Money> = taken()
            .filter(|taken| same(taken, line))
            .map(|taken| taken.amount)
            .collect();
        line.amount = Money::sum(
            line.amount.currency(),
            amounts.into_iter().chain([line.amount]),
        )?;
    }
    left.retain(|line| !line.amount.is_zero());
    Ok(left)
}

fn same(one: &Line, other: &Line) -> bool {
    (one.kind, &one.add_on) == (other.kind, &other.add_on)
}

/// The requested amounts, in the order of the invoice's lines.
fn chosen(left: &[Line], credits: &[LineCredit]) -> Result<Vec<Line>, CreditRefused> {
    let mut taken = Vec::new();
    for credit in credits {
        let key = (credit.kind, &credit.add_on);
        let line = left
            .iter()
            .find(|line| (line.kind, &line.add_on) == key)
            .ok_or_else(|| CreditRefused::NoSuchLine(credit.kind, credit.add_on.clone()))?;
        if credit.amount.currency() != line.amount.currency() {
            return Err(CreditRefused::OutOfRange);
        }
        if credit.amount.minor() <= 0 {
            return Err(CreditRefused::NotPositive);
        }
        if credit.amount.minor() > line.amount.minor() {
            return Err(CreditRefused::MoreThanLeft(line.amount));
        }
        if taken.iter().any(|taken| same(taken, line)) {
            return Err(CreditRefused::NamedTwice(
                credit.kind,
                credit.add_on.clone(),
            ));
        }
        taken.push(Line {
            amount: credit.amount,
            ..line.clone()
        });
    }
    taken.sort_by(|one, other| (one.kind, &one.add_on).cmp(&(other.kind, &other.add_on)));
    Ok(taken)
}

fn negative_line(line: Line, derivations: Derivations) -> Result<Line, OutOfRange> {
    let nothing = Money::zero(line.amount.currency());
    let amount = less(nothing, line.amount)?;
    let derivation = derivations.note(|| Derivation {
        rule: "4.8".into(),
        formula: "−{credited}".into(),
        inputs: alloc::vec![Input::amount("credited", line.amount.exact())],
        unrounded: amount.exact(),
    });
    Ok(Line {
        amount,
        derivation,
        ..line
    })
}

#[cfg(test)]
mod tests;
