//! The taxes to credit with a part of a subtotal.

use alloc::vec::Vec;

use super::Correction;
use crate::invoicing::invoice::balance::less;
use crate::money::{Exact, Money, OutOfRange};
use crate::pricing::statement::{Derivation, Derivations, Input, TaxLine};

/// The taxes and the round-off for a (negative) subtotal.
pub(super) fn taken_with(
    correction: &Correction<'_>,
    subtotal: Money,
    derivations: Derivations,
) -> Result<(Vec<TaxLine>, Money), OutOfRange> {
    let invoice = &correction.invoice.statement;
    let nothing = Money::zero(subtotal.currency());
    let before = correction
        .credited
        .iter()
        .map(|note| note.statement.subtotal);
    let all = Money::sum(subtotal.currency(), before.chain([subtotal]))?;
    let credited = less(nothing, all)?;
    let mut taxes = Vec::new();
    for tax in &invoice.taxes {
        let share = TaxShare {
            tax,
            before: taken_before(correction, tax)?,
            credited,
            subtotal: invoice.subtotal,
        };
        taxes.push(share.line(derivations)?);
    }
    taxes.retain(|tax| !tax.amount.is_zero());
    let round_off = if credited == invoice.subtotal {
        less(nothing, correction.invoice.round_off)?
    } else {
        nothing
    };
    Ok((taxes, round_off))
}

/// The amount of a tax that earlier credit notes have credited, as a positive amount.
fn taken_before(correction: &Correction<'_>, tax: &TaxLine) -> Result<Money, OutOfRange> {
    let taken = correction
        .credited
        .iter()
        .flat_map(|note| &note.statement.taxes)
        .filter(|taken| taken.name == tax.name)
        .map(|taken| taken.amount);
    let currency = tax.amount.currency();
    less(Money::zero(currency), Money::sum(currency, taken)?)
}

/// A tax of the invoice, and the part of its subtotal that this note credits.
struct TaxShare<'a> {
    tax: &'a TaxLine,
    before: Money,
    credited: Money,
    subtotal: Money,
}

impl TaxShare<'_> {
    fn line(&self, derivations: Derivations) -> Result<TaxLine, OutOfRange> {
        let whole = self.tax.amount.exact().times(self.credited.exact())?;
        let unrounded = self
            .before
            .exact()
            .minus(whole.over(self.subtotal.exact())?)?;
        Ok(TaxLine {
            name: self.tax.name,
            amount: unrounded.settle(self.subtotal.currency())?,
            derivation: derivations.note(|| self.derivation(unrounded)),
        })
    }

    fn derivation(&self, unrounded: Exact) -> Derivation {
        Derivation {
            rule: "R16".into(),
            formula: "{credited_before} − {tax} × {credited_subtotal} ÷ {subtotal}".into(),
            inputs: alloc::vec![
                Input::amount("credited_before", self.before.exact()),
                Input::amount("tax", self.tax.amount.exact()),
                Input::amount("credited_subtotal", self.credited.exact()),
                Input::amount("subtotal", self.subtotal.exact()),
            ],
            unrounded,
        }
    }
}
