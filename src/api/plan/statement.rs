//! Lines, taxes and totals as they are sent, stored and shown.

use billing::pricing::statement::Unit;
use billing::pricing::tax::TaxName;
use billing::{AddOnId, LineKind};
use serde::{Deserialize, Serialize};

/// A receipt: lines, taxes, total. Amounts are decimal strings of the document's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The lines, in display order.
    pub lines: Vec<Line>,
    /// The sum of the lines, before tax.
    pub subtotal: String,
    /// The taxes on the subtotal; empty when no tax is charged.
    pub taxes: Vec<TaxLine>,
    /// The sum of subtotal and taxes.
    pub total: String,
}

/// One amount and its derivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What is charged.
    pub kind: LineKind,
    /// The add-on; `None` for a line that is not for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_on: Option<AddOnId>,
    /// The amount, as a decimal string.
    pub amount: String,
    /// How the amount was computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<Derivation>,
}

/// One tax and its derivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxLine {
    /// The tax that is charged.
    pub name: TaxName,
    /// The amount, as a decimal string.
    pub amount: String,
    /// How the amount was computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<Derivation>,
}

/// How an amount was computed (see [`billing::Derivation`]). The amount is rounded half away from zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// The rule of SPEC.md, such as `R5`.
    pub rule: String,
    /// The formula, with the names of its inputs in braces.
    pub formula: String,
    /// The inputs of the formula, and facts that the label of the line names.
    pub inputs: Vec<Input>,
    /// The result of the formula, unrounded, as a decimal string.
    pub unrounded: String,
}

/// A number in a formula.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The name of the input in the formula.
    pub name: String,
    /// The value, as a decimal string.
    pub value: String,
    /// The unit of the value.
    pub unit: Unit,
}

impl Derivation {
    /// The value of the input of this name.
    pub fn input(&self, name: &str) -> Option<&str> {
        self.inputs
            .iter()
            .find(|input| input.name == name)
            .map(|input| input.value.as_str())
    }
}

impl From<&billing::Statement> for Statement {
    fn from(statement: &billing::Statement) -> Self {
        Self {
            lines: statement.lines.iter().map(Line::from).collect(),
            subtotal: statement.subtotal.to_string(),
            taxes: statement.taxes.iter().map(TaxLine::from).collect(),
            total: statement.total.to_string(),
        }
    }
}

impl From<&billing::Line> for Line {
    fn from(line: &billing::Line) -> Self {
        Self {
            kind: line.kind,
            add_on: line.add_on.clone(),
            amount: line.amount.to_string(),
            derivation: line.derivation.as_ref().map(Derivation::from),
        }
    }
}

impl From<&billing::pricing::statement::TaxLine> for TaxLine {
    fn from(tax: &billing::pricing::statement::TaxLine) -> Self {
        Self {
            name: tax.name,
            amount: tax.amount.to_string(),
            derivation: tax.derivation.as_ref().map(Derivation::from),
        }
    }
}

impl From<&billing::Derivation> for Derivation {
    fn from(derivation: &billing::Derivation) -> Self {
        let input = |input: &billing::pricing::statement::Input| Input {
            name: input.name.to_owned(),
            value: input.value.to_string(),
            unit: input.unit,
        };
        Self {
            rule: derivation.rule.to_owned(),
            formula: derivation.formula.to_owned(),
            inputs: derivation.inputs.iter().map(input).collect(),
            unrounded: derivation.unrounded.to_string(),
        }
    }
}

/// An amount of a statement, by what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A line, and its add-on if it is for one.
    Line(LineKind, Option<AddOnId>),
    /// A tax.
    Tax(TaxName),
    /// The total.
    Total,
}

/// An amount that differs between two statements: it is in only one, or has two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountDifference {
    /// What the amount is for.
    pub item: Item,
    /// The amount that was seen; `None` when it is new.
    pub seen: Option<String>,
    /// The current amount; `None` when it is gone.
    pub now: Option<String>,
}

impl Statement {
    /// Every line that differs from `now`, taxes and total included (SPEC R19).
    pub fn differences(&self, now: &Self) -> Vec<AmountDifference> {
        let (seen, now) = (self.amounts(), now.amounts());
        let amount = |of: &[(Item, String)], item: &Item| {
            let mut of = of.iter();
            of.find(|(other, _)| other == item)
                .map(|(_, amount)| amount.clone())
        };
        let mut items: Vec<&Item> = seen.iter().map(|(item, _)| item).collect();
        let new = now.iter().map(|(item, _)| item);
        items.extend(new.filter(|item| amount(&seen, item).is_none()));
        items
            .into_iter()
            .map(|item| AmountDifference {
                item: item.clone(),
                seen: amount(&seen, item),
                now: amount(&now, item),
            })
            .filter(|difference| difference.seen != difference.now)
            .collect()
    }

    fn amounts(&self) -> Vec<(Item, String)> {
        let lines = self.lines.iter().map(|line| {
            let item = Item::Line(line.kind, line.add_on.clone());
            (item, line.amount.clone())
        });
        let taxes = self.taxes.iter();
        let taxes = taxes.map(|tax| (Item::Tax(tax.name), tax.amount.clone()));
        let total = (Item::Total, self.total.clone());
        lines.chain(taxes).chain([total]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use billing::Exact;

    #[test]
    fn a_derivation_is_sent_as_it_is_displayed() {
        let own = billing::Derivation {
            rule: "R3",
            formula: "{used} × {extra_price}",
            inputs: vec![
                billing::pricing::statement::Input::mau("used", 3),
                billing::pricing::statement::Input::amount(
                    "extra_price",
                    Exact::parse("0.0005").unwrap(),
                ),
            ],
            unrounded: Exact::parse("0.0015").unwrap(),
        };
        let sent = serde_json::to_value(Derivation::from(&own)).unwrap();
        assert_eq!(serde_json::to_value(&own).unwrap(), sent);
    }
}
