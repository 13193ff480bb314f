//! Where the amounts of a rule go: into lines that can be shown, or into their sum alone.

use alloc::vec::Vec;

use super::{Derivation, Derivations, Line, LineKind, taxes};
use crate::change::Refusal;
use crate::money::{Currency, Exact, Money, OutOfRange};
use crate::price_book::{AddOn, PriceList};
use crate::tax::{Tax, TaxPlaces};

/// An amount on its way to a sink.
#[derive(Debug, Clone, Copy)]
pub struct PendingLine<'a> {
    /// What for.
    pub kind: LineKind,
    /// Which add-on, where it is for one.
    pub add_on: Option<&'a AddOn>,
    /// How much, not yet rounded.
    pub unrounded: Exact,
}

impl PendingLine<'_> {
    /// The amount as a line, settled.
    ///
    /// # Errors
    /// An amount that does not fit.
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

/// Takes the amounts of a rule, each settled by itself (SPEC R1).
///
/// The rules write to a sink and do not know which: what is shown line by line and what a curve
/// of prices needs ten thousand times come out of the same lines of code.
pub trait LineSink {
    /// Takes an amount, and its reason if it keeps reasons.
    ///
    /// # Errors
    /// An amount that does not fit.
    fn add(
        &mut self,
        entry: PendingLine<'_>,
        reason: impl FnOnce() -> Derivation,
    ) -> Result<(), OutOfRange>;
}

/// Keeps every amount as a line, and its reason if that is wanted.
#[derive(Debug, Clone)]
pub struct Lines {
    /// The lines so far.
    pub lines: Vec<Line>,
    currency: Currency,
    derivations: Derivations,
}

impl Lines {
    /// No lines yet.
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

/// Keeps the sum alone, and needs no memory.
#[derive(Debug, Clone, Copy)]
pub struct Sum {
    /// The sum so far.
    pub total: Money,
}

impl Sum {
    /// Nothing yet.
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

/// The foot of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// The sum of the lines.
    pub subtotal: Money,
    /// The sum of the taxes on it.
    pub tax: Money,
    /// Both.
    pub total: Money,
}

impl Sums {
    /// The foot below a sum.
    ///
    /// # Errors
    /// Sums that do not fit, and places that the list's tax needs and does not get.
    pub fn of(sum: Sum, list: &PriceList, places: Option<TaxPlaces>) -> Result<Self, Refusal> {
        Ok(Self::with(sum.total, &taxes(sum.total, list, places)?)?)
    }

    /// The foot below a sum whose taxes are known.
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
