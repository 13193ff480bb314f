//! Lines, taxes and totals as they are sent, stored and shown.

use serde::{Deserialize, Serialize};

/// A receipt: lines, taxes, total. Amounts are decimal strings of the document's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The lines, in the order in which they are shown.
    pub lines: Vec<Line>,
    /// Their sum.
    pub subtotal: String,
    /// The taxes on it.
    pub taxes: Vec<TaxLine>,
    /// Subtotal and taxes.
    pub total: String,
}

/// One amount and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What for: a word of [`billing::LineKind::as_str`].
    pub kind: String,
    /// Which add-on, where it is for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_on: Option<String>,
    /// How much.
    pub amount: String,
    /// How it came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<Derivation>,
}

/// One tax and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxLine {
    /// Which tax: `CGST`, `SGST` or `IGST`.
    pub name: String,
    /// How much.
    pub amount: String,
    /// How it came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<Derivation>,
}

/// How an amount came about (see [`billing::Derivation`]). It is rounded half away from zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// The rule of SPEC.md, such as `R5`.
    pub rule: String,
    /// The sum, with the names of its inputs in braces.
    pub formula: String,
    /// Its inputs, and facts that name what the line is about.
    pub inputs: Vec<Input>,
    /// What the sum yields, unrounded, as a decimal string.
    pub unrounded: String,
}

/// A number that went into a sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name in the formula.
    pub name: String,
    /// Its value, as a decimal string.
    pub value: String,
    /// What it counts: a word of [`billing::statement::Unit::as_str`].
    pub unit: String,
}

impl Derivation {
    /// The value of an input.
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

impl From<&billing::statement::TaxLine> for TaxLine {
    fn from(tax: &billing::statement::TaxLine) -> Self {
        Self {
            name: tax.name.as_str().to_owned(),
            amount: tax.amount.to_string(),
            derivation: tax.derivation.as_ref().map(Derivation::from),
        }
    }
}

impl From<&billing::Derivation> for Derivation {
    fn from(derivation: &billing::Derivation) -> Self {
        let input = |input: &billing::statement::Input| Input {
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

/// A line that two statements do not share: in one of them alone, or with two amounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDifference {
    /// What the line is for.
    pub kind: String,
    /// Which add-on, where it is for one; for a tax, its name.
    pub add_on: Option<String>,
    /// The amount that was seen; none where the line is new.
    pub seen: Option<String>,
    /// The amount that holds now; none where the line is gone.
    pub now: Option<String>,
}

impl Statement {
    /// What is not as it was seen, line by line, taxes and total included (SPEC R19).
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
    fn a_derivation_is_sent_as_it_prints_itself() {
        let own = billing::Derivation {
            rule: "R3",
            formula: "{used} × {extra_price}",
            inputs: vec![
                billing::statement::Input::mau("used", 3),
                billing::statement::Input::amount("extra_price", Exact::parse("0.0005").unwrap()),
            ],
            unrounded: Exact::parse("0.0015").unwrap(),
        };
        let sent = serde_json::to_value(Derivation::from(&own)).unwrap();
        assert_eq!(serde_json::to_value(&own).unwrap(), sent);
    }
}
