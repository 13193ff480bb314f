//! Statements: lines, taxes and a total, each amount with its derivation.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::catalog::price_book::{AddOnId, PriceList};
use crate::money::{Currency, Money, OutOfRange};
use crate::pricing::change::Refusal;
use crate::pricing::tax::{self, AppliedTax, Tax, TaxName, TaxPlaces};

mod derivation;
mod differences;
mod label;
mod line_sink;

pub use derivation::{Derivation, Derivations, Input, Unit};
pub use differences::{AmountDifference, Item};
pub use label::LabelNumbers;
pub use line_sink::{LineSink, Lines, PendingLine, Sum, Sums};

/// What a line charges for. The order of the variants is the order of lines on a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// The tier, for a month in advance.
    Base,
    /// An add-on, for a month in advance.
    AddOn,
    /// A higher tier, for the rest of the month (SPEC R5).
    TierProration,
    /// An add-on whose price rises with the tier, for the rest of the month (A15).
    AddOnRepricing,
    /// A new add-on, for the rest of the month (SPEC R7).
    AddOnProration,
    /// Users above the limit, in arrears (SPEC R3).
    MauOverage,
    /// The surcharge of an add-on on the MAU overage (A2).
    AddOnOverage,
    /// The use of an add-on above what it includes, in arrears (SPEC 2.4).
    AddOnUse,
}

impl LineKind {
    /// All kinds, in the order of lines on a statement.
    pub const ALL: [Self; 8] = [
        Self::Base,
        Self::AddOn,
        Self::TierProration,
        Self::AddOnRepricing,
        Self::AddOnProration,
        Self::MauOverage,
        Self::AddOnOverage,
        Self::AddOnUse,
    ];

    /// Whether a line of this kind charges usage, in arrears.
    pub const fn is_overage(self) -> bool {
        match self {
            Self::MauOverage | Self::AddOnOverage | Self::AddOnUse => true,
            Self::Base
            | Self::AddOn
            | Self::TierProration
            | Self::AddOnRepricing
            | Self::AddOnProration => false,
        }
    }

    /// The value in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::AddOn => "add_on",
            Self::TierProration => "tier_proration",
            Self::AddOnRepricing => "add_on_repricing",
            Self::AddOnProration => "add_on_proration",
            Self::MauOverage => "mau_overage",
            Self::AddOnOverage => "add_on_overage",
            Self::AddOnUse => "add_on_use",
        }
    }
}

/// One amount of a statement, rounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What the line charges for.
    pub kind: LineKind,
    /// The add-on, when the line is for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_on: Option<AddOnId>,
    /// The rounded amount, before tax.
    pub amount: Money,
    /// How the amount was calculated; `None` when derivations were not requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<Derivation>,
}

/// One tax of a statement, rounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxLine {
    /// The tax that is charged.
    pub name: TaxName,
    /// The rounded amount of the tax.
    pub amount: Money,
    /// How the amount was calculated; `None` when derivations were not requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<Derivation>,
}

/// Lines, their sum, the taxes on it and the total to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The lines, sorted by kind, then by add-on; no line has the amount 0.
    pub lines: Vec<Line>,
    /// The sum of the lines.
    pub subtotal: Money,
    /// The taxes on the subtotal.
    pub taxes: Vec<TaxLine>,
    /// Subtotal plus taxes.
    pub total: Money,
}

impl Statement {
    /// The totals alone.
    pub(crate) fn sums(&self) -> Result<Sums, OutOfRange> {
        let taxes = self.taxes.iter().map(|tax| tax.amount);
        Ok(Sums {
            subtotal: self.subtotal,
            tax: Money::sum(self.total.currency(), taxes)?,
            total: self.total,
        })
    }

    /// Adds up rounded lines and their taxes; drops lines of 0. The lines must be in the order of
    /// their kinds, and of add-ons within a kind.
    ///
    /// **Rule.** Every line is rounded by itself; the total is the sum of the amounts shown.
    /// **Source.** SPEC R1, R16.
    ///
    /// # Errors
    /// Fails when a sum overflows, or the list's tax needs places and there are none.
    pub fn of(
        mut lines: Vec<Line>,
        list: &PriceList,
        places: Option<TaxPlaces>,
        derivations: Derivations,
    ) -> Result<Self, Refusal> {
        lines.retain(|line| !line.amount.is_zero());
        debug_assert!(lines.is_sorted_by_key(|line| (line.kind, line.add_on.as_ref())));
        let subtotal = sum(list.currency, &lines)?;
        let taxes = taxes(subtotal, list, places)?;
        let total = Sums::with(subtotal, &taxes)?.total;
        let taxes = taxes
            .into_iter()
            .flatten()
            .map(|tax| tax_line(subtotal, tax, derivations))
            .collect();
        Ok(Self {
            lines,
            subtotal,
            taxes,
            total,
        })
    }
}

/// The sum of rounded lines.
pub fn sum<'a>(
    currency: Currency,
    lines: impl IntoIterator<Item = &'a Line>,
) -> Result<Money, OutOfRange> {
    Money::sum(currency, lines.into_iter().map(|line| line.amount))
}

/// The taxes of a price list on a subtotal.
fn taxes(
    subtotal: Money,
    list: &PriceList,
    places: Option<TaxPlaces>,
) -> Result<[Option<Tax>; 2], Refusal> {
    match list.tax.of(places)? {
        AppliedTax::None => Ok([None, None]),
        AppliedTax::GstIndia {
            rate_percent,
            places,
        } => Ok(tax::gst(subtotal, rate_percent, places)?),
    }
}

fn tax_line(subtotal: Money, tax: tax::Tax, derivations: Derivations) -> TaxLine {
    let derivation = derivations.note(|| Derivation {
        rule: "R16".into(),
        formula: "{subtotal} × {rate_percent} ÷ 100".into(),
        inputs: alloc::vec![
            Input::amount("subtotal", subtotal.exact()),
            Input::percent("rate_percent", tax.rate_percent),
        ],
        unrounded: tax.unrounded,
    });
    TaxLine {
        name: tax.name,
        amount: tax.amount,
        derivation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_serde() {
        for kind in LineKind::ALL {
            assert_eq!(serde_json::json!(kind), kind.as_str());
        }
        for name in [TaxName::Cgst, TaxName::Sgst, TaxName::Igst] {
            assert_eq!(serde_json::json!(name), name.as_str());
        }
        for unit in [
            Unit::Amount,
            Unit::Mau,
            Unit::Days,
            Unit::Percent,
            Unit::Factor,
        ] {
            assert_eq!(serde_json::json!(unit), unit.as_str());
        }
    }
}
