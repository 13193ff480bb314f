//! Lines, taxes and totals as they are sent, stored and shown.

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
    /// What is charged: a value of [`billing::LineKind::as_str`].
    pub kind: String,
    /// The id of the add-on; `None` for a line that is not for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_on: Option<String>,
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
    /// The name of the tax: `CGST`, `SGST` or `IGST`.
    pub name: String,
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
    /// The unit: a value of [`billing::pricing::statement::Unit::as_str`].
    pub unit: String,
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
            kind: line.kind.as_str().to_owned(),
            add_on: line.add_on.as_ref().map(ToString::to_string),
            amount: line.amount.to_string(),
            derivation: line.derivation.as_ref().map(Derivation::from),
        }
    }
}

impl From<&billing::pricing::statement::TaxLine> for TaxLine {
    fn from(tax: &billing::pricing::statement::TaxLine) -> Self {
        Self {
            name: tax.name.as_str().to_owned(),
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
            unit: input.unit.as_str().to_owned(),
        };
        Self {
            rule: derivation.rule.to_owned(),
            formula: derivation.formula.to_owned(),
            inputs: derivation.inputs.iter().map(input).collect(),
            unrounded: derivation.unrounded.to_string(),
        }
    }
}

/// A line that differs between two statements: it is in only one, or has two amounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDifference {
    /// The kind of line.
    pub kind: String,
    /// The id of the add-on; for a tax, its name; else `None`.
    pub add_on: Option<String>,
    /// The amount that was seen; `None` when the line is new.
    pub seen: Option<String>,
    /// The current amount; `None` when the line is gone.
    pub now: Option<String>,
}

impl Statement {
    /// Every line that differs from `now`, taxes and total included (SPEC R19).
    pub fn differences(&self, now: &Self) -> Vec<LineDifference> {
        let (seen, now) = (self.amounts(), now.amounts());
        let amount = |of: &[Amount<'_>], name: &Name<'_>| {
            of.iter()
                .find(|(other, _)| other == name)
                .map(|(_, amount)| (*amount).to_owned())
        };
        let mut names: Vec<Name<'_>> = seen.iter().map(|(name, _)| *name).collect();
        names.extend(
            now.iter()
                .map(|(name, _)| *name)
                .filter(|name| amount(&seen, name).is_none()),
        );
        names
            .into_iter()
            .map(|name| LineDifference {
                kind: name.0.to_owned(),
                add_on: name.1.map(str::to_owned),
                seen: amount(&seen, &name),
                now: amount(&now, &name),
            })
            .filter(|difference| difference.seen != difference.now)
            .collect()
    }

    fn amounts(&self) -> Vec<Amount<'_>> {
        let lines = self
            .lines
            .iter()
            .map(|line| ((line.kind.as_str(), line.add_on.as_deref()), &*line.amount));
        let taxes = self
            .taxes
            .iter()
            .map(|tax| (("tax", Some(&*tax.name)), &*tax.amount));
        lines
            .chain(taxes)
            .chain([(("total", None), &*self.total)])
            .collect()
    }
}

type Name<'a> = (&'a str, Option<&'a str>);
type Amount<'a> = (Name<'a>, &'a str);

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
