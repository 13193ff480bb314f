//! Taking back what an invoice has charged: the exact negative, never more than is left.

use alloc::vec::Vec;
use core::fmt;

use chrono::NaiveDate;

use super::balance::less;
use super::{InvoiceDraft, InvoiceHead, InvoiceKind, InvoiceNumber, Note};
use crate::money::{Money, OutOfRange};
use crate::price_book::AddOnId;
use crate::statement::{Derivation, Derivations, Input, Line, LineKind, Statement, sum};

mod taxes;

/// An issued invoice that is to be corrected.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    /// Its number.
    pub number: &'a InvoiceNumber,
    /// What it says.
    pub invoice: &'a InvoiceDraft,
    /// The credit notes that it has had.
    pub credited: &'a [InvoiceDraft],
    /// The day on which the credit note is issued.
    pub issued_on: NaiveDate,
}

/// How much is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credit {
    /// Everything that is left.
    Rest,
    /// These lines, up to what is left of each.
    Lines(Vec<LineCredit>),
}

/// How much of a line is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineCredit {
    /// What the line charges for.
    pub kind: LineKind,
    /// Which add-on, where it is for one.
    pub add_on: Option<AddOnId>,
    /// How much, before tax; positive.
    pub amount: Money,
}

/// Why a credit note cannot be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreditRefused {
    /// It would correct a credit note.
    NoInvoice,
    /// Everything has been taken back already.
    NothingLeft,
    /// The invoice has no such line.
    NoSuchLine(LineKind, Option<AddOnId>),
    /// The line stands twice in the order.
    NamedTwice(LineKind, Option<AddOnId>),
    /// The amount is nothing, or less.
    NotPositive,
    /// More than is left of the line.
    MoreThanLeft(Money),
    /// An amount that does not fit, or of another currency.
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

/// The credit note that takes back all, or some, of what an invoice has charged.
///
/// **Rule.** The exact negative of what is taken back, line by line. Each tax comes back in
/// proportion, counted over all credit notes of the invoice together, so that the last one leaves
/// nothing behind. A round-off comes back with the last of it.
/// **Source.** SPEC 4.8 (type "credit note"), R19.
/// **Silent on** parts of a line, and on taxes of a part: see A87.
///
/// # Errors
/// What the invoice does not have, or no longer has.
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
        Credit::Rest => left,
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

/// What the credit notes so far have left of each line; lines of which nothing is left are gone.
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

/// The chosen amounts, in the order of the invoice's lines.
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
        rule: "4.8",
        formula: "−{credited}",
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
