//! Tax that the customer deducts at source (SPEC R16).

use crate::money::{Exact, Money, OutOfRange};
use crate::pricing::statement::{Derivation, Derivations, Input, Statement};

/// The rate at which tax is deducted at source, in percent (SPEC R16, section 9).
pub const TDS_PERCENT: u64 = 2;

/// The amount that a customer withholds for its own tax office. It is shown, but is in no statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxWithheld {
    /// The amount before tax, on which the deduction is calculated.
    pub subtotal: Money,
    /// The amount that is withheld.
    pub amount: Money,
    /// The amount due. Withholding does not reduce it.
    pub due: Money,
    /// How the amount was calculated; `None` when derivations were not requested.
    pub derivation: Option<Derivation>,
}

/// The tax to deduct at source on a statement.
///
/// **Rule.** 2 % of the amount before tax. The amount due does not change.
/// **Source.** SPEC R16 (S3: 14,000 → 280).
/// **Silent on** grossing up: the figure is not divided by 0.98, which would yield 285.71, see A29.
///
/// # Worked example
///
/// ₹14,000 and 18 % tax: 280.00 is withheld, 16,520.00 is due.
///
/// ```
/// # use billing::{Derivations, Exact, PriceBook, Statement, catalog::price_book::ESSENTIALS_2025};
/// # use billing::{Line, LineKind, Money};
/// # use billing::pricing::{tax::{StateCode, TaxPlaces}, tax_withheld::{TDS_PERCENT, tax_withheld}};
/// let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
/// let list = book.list(billing::CurrencyCode::INR).unwrap();
/// let amount = Money::new(1_400_000, list.currency);
/// let line = Line { kind: LineKind::Base, add_on: None, amount, derivation: None };
/// let places = TaxPlaces { supplier: StateCode::MAHARASHTRA, customer: StateCode::MAHARASHTRA };
/// let invoice = Statement::of(vec![line], list, Some(places), Derivations::Omitted).unwrap();
/// let percent = Exact::whole(TDS_PERCENT);
/// let withheld = tax_withheld(&invoice, percent, Derivations::Omitted).unwrap();
/// assert_eq!(withheld.amount.to_string(), "280.00");
/// assert_eq!((withheld.due, withheld.due.to_string().as_str()), (invoice.total, "16520.00"));
/// ```
pub fn tax_withheld(
    statement: &Statement,
    percent: Exact,
    derivations: Derivations,
) -> Result<TaxWithheld, OutOfRange> {
    let subtotal = statement.subtotal;
    let unrounded = subtotal.exact().times(percent)?.over(100)?;
    Ok(TaxWithheld {
        subtotal,
        amount: unrounded.settle(subtotal.currency())?,
        due: statement.total,
        derivation: derivations.note(|| Derivation {
            rule: "R16".into(),
            formula: "{subtotal} × {rate_percent} ÷ 100".into(),
            inputs: alloc::vec![
                Input::amount("subtotal", subtotal.exact()),
                Input::percent("rate_percent", percent),
            ],
            unrounded,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use crate::tests::worked_out::worked_out;
    use alloc::vec::Vec;

    /// A29: 2 % of the amount before tax, rounded like any amount, with any tax rate.
    #[test]
    fn withholds_from_the_amount_before_tax() {
        let inr = Currency::new("INR", 2).unwrap();
        let check = |subtotal, tax, withheld| {
            let statement = Statement {
                lines: Vec::new(),
                subtotal: Money::new(subtotal, inr),
                taxes: Vec::new(),
                total: Money::new(subtotal + tax, inr),
            };
            let figures =
                tax_withheld(&statement, Exact::whole(TDS_PERCENT), Derivations::Included).unwrap();
            assert_eq!(figures.amount.minor(), withheld, "{subtotal}");
            assert_eq!(figures.due.minor(), subtotal + tax, "{subtotal}");
            let why = figures.derivation.unwrap();
            assert_eq!(worked_out(&why).settle(inr), Ok(figures.amount));
            assert_eq!((worked_out(&why), &*why.rule), (why.unrounded, "R16"));
        };
        check(1_400_000, 252_000, 28_000);
        check(1_400_000, 0, 28_000);
        check(0, 0, 0);
        check(25, 5, 1);
        check(24, 4, 0);
    }
}
