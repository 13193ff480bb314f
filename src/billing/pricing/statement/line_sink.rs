//! Receivers for the amounts of a rule: one keeps lines that can be shown, one keeps only the sum.

use alloc::vec::Vec;

use super::{Derivation, Derivations, Line, LineKind, taxes};
use crate::catalog::price_book::{AddOn, PriceList};
use crate::money::{Currency, Exact, Money, OutOfRange};
use crate::pricing::change::Refusal;
use crate::pricing::tax::{Tax, TaxPlaces};

/// An amount that is passed to a sink.
#[derive(Debug, Clone, Copy)]
pub struct PendingLine<'a> {
    /// What the line charges for.
    pub kind: LineKind,
    /// The add-on, when the line is for one.
    pub add_on: Option<&'a AddOn>,
    /// The amount before rounding.
    pub unrounded: Exact,
}

impl PendingLine<'_> {
    /// The amount as a line, rounded.
    pub fn line(
        self,
        currency: Currency,
        derivation: Option<Derivation>,
    ) -> Result<Line, OutOfRange> {
        Ok(Line {
            kind: self.kind,
            add_on: self.add_on.map(|add_on| add_on.id.clone()),
            amount: self.unrounded.settle(currency)?,
            derivation,
        })
    }
}

/// Receives the amounts of a rule and rounds each by itself (SPEC R1).
///
/// The rules write to a sink without knowing which one. The lines on a screen and the ten thousand
/// sums of a price curve therefore come from the same code.
pub trait LineSink {
    /// Adds an amount, and its derivation if the sink keeps derivations.
    fn add(
        &mut self,
        entry: PendingLine<'_>,
        reason: impl FnOnce() -> Derivation,
    ) -> Result<(), OutOfRange>;
}

/// Keeps every amount as a line, with its derivation if requested.
#[derive(Debug, Clone)]
pub struct Lines {
    /// The lines so far.
    pub lines: Vec<Line>,
    currency: Currency,
    derivations: Derivations,
}

impl Lines {
    /// Starts without lines.
    pub const fn new(currency: Currency, derivations: Derivations) -> Self {
        Self {
            lines: Vec::new(),
            currency,
            derivations,
        }
    }
}

impl LineSink for Lines {
    fn add(
        &mut self,
        entry: PendingLine<'_>,
        reason: impl FnOnce() -> Derivation,
    ) -> Result<(), OutOfRange> {
        let derivation = self.derivations.note(reason);
        self.lines.push(entry.line(self.currency, derivation)?);
        Ok(())
    }
}

/// Keeps only the sum and allocates nothing.
#[derive(Debug, Clone, Copy)]
pub struct Sum {
    /// The sum so far.
    pub total: Money,
}

impl Sum {
    /// Starts at 0.
    pub const fn new(currency: Currency) -> Self {
        Self {
            total: Money::zero(currency),
        }
    }
}

impl LineSink for Sum {
    fn add(
        &mut self,
        entry: PendingLine<'_>,
        _: impl FnOnce() -> Derivation,
    ) -> Result<(), OutOfRange> {
        let amount = entry.unrounded.settle(self.total.currency())?;
        self.total = self.total.plus(amount)?;
        Ok(())
    }
}

/// The totals of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// The sum of the lines.
    pub subtotal: Money,
    /// The sum of the taxes on the subtotal.
    pub tax: Money,
    /// Subtotal plus tax.
    pub total: Money,
}

impl Sums {
    /// The totals for a sum of lines.
    ///
    /// # Errors
    /// Fails when a sum overflows, or the list's tax needs places and there are none.
    pub fn of(sum: Sum, list: &PriceList, places: Option<TaxPlaces>) -> Result<Self, Refusal> {
        Ok(Self::with(sum.total, &taxes(sum.total, list, places)?)?)
    }

    /// The totals for a subtotal whose taxes are known.
    pub(super) fn with(subtotal: Money, taxes: &[Option<Tax>]) -> Result<Self, OutOfRange> {
        let taxes = taxes.iter().flatten().map(|tax| tax.amount);
        let tax = Money::sum(subtotal.currency(), taxes)?;
        Ok(Self {
            subtotal,
            tax,
            total: subtotal.plus(tax)?,
        })
    }
}
