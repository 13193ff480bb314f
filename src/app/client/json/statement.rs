//! Statements: lines, taxes and derivations.

use billing::pricing::statement::{Input, TaxLine, Unit};
use billing::pricing::tax::TaxName;
use billing::{Derivation, Line, LineKind, Statement};

use super::contract::{name, record, words};
use super::{Fields, Json, Notes, Read};

record!(Statement {
    lines,
    subtotal,
    taxes,
    total
});
record!(Line {
    kind,
    add_on,
    amount,
    derivation
});
words!(LineKind {
    Base = "base",
    AddOn = "add_on",
    TierProration = "tier_proration",
    AddOnRepricing = "add_on_repricing",
    AddOnProration = "add_on_proration",
    MauOverage = "mau_overage",
    AddOnOverage = "add_on_overage",
    AddOnUse = "add_on_use"
});
words!(TaxName { Cgst = "CGST", Sgst = "SGST", Igst = "IGST" });
record!(TaxLine {
    name,
    amount,
    derivation
});
record!(Derivation {
    rule,
    formula,
    inputs,
    unrounded
});
record!(Input { name, value, unit });
words!(Unit {
    Amount = "amount",
    Mau = "mau",
    Days = "days",
    Percent = "percent",
    Factor = "factor"
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::tests::same;

    #[test]
    fn reads_every_word() {
        LineKind::ALL.iter().for_each(same);
        [TaxName::Cgst, TaxName::Sgst, TaxName::Igst]
            .iter()
            .for_each(same);
        let units = [
            Unit::Amount,
            Unit::Mau,
            Unit::Days,
            Unit::Percent,
            Unit::Factor,
        ];
        units.iter().for_each(same);
    }
}
