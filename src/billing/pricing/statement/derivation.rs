//! How an amount was calculated, as data: the app shows it, the backend stores it, a person checks it.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::money::Exact;

/// How an amount was calculated, with enough detail to repeat the calculation by hand.
///
/// The same data prints as a line of text (`Display`), as [rows](Self::rows) of a table, and as
/// JSON.
///
/// ```
/// # use billing::{Derivation, Exact, pricing::statement::Input};
/// let upgrade = Derivation {
///     rule: "R5".into(),
///     formula: "({new_price} − {old_price}) × {days_left} ÷ {days_in_month}".into(),
///     inputs: vec![
///         Input::amount("new_price", Exact::whole(500)),
///         Input::amount("old_price", Exact::whole(250)),
///         Input::days("days_left", 15),
///         Input::days("days_in_month", 30),
///     ],
///     unrounded: Exact::whole(125),
/// };
/// assert_eq!(upgrade.to_string(), "(500 − 250) × 15 ÷ 30 = 125 (R5)");
/// assert_eq!(upgrade.rows()[2], ("days_left", "15".to_owned()));
/// assert_eq!(serde_json::to_value(&upgrade).unwrap()["inputs"][2]["unit"], "days");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// The rule of SPEC.md, such as `R5`.
    pub rule: Cow<'static, str>,
    /// The formula, with the names of its inputs in braces.
    pub formula: Cow<'static, str>,
    /// The inputs of the formula, and facts that identify what the line is about.
    pub inputs: Vec<Input>,
    /// The result before it is rounded half away from zero to the currency's decimals.
    pub unrounded: Exact,
}

impl Derivation {
    /// Name and value of each input, then the unrounded amount with its rule.
    pub fn rows(&self) -> Vec<(&str, String)> {
        let inputs = self.inputs.iter();
        let mut rows: Vec<_> = inputs
            .map(|input| (&*input.name, input.value.to_string()))
            .collect();
        rows.push(("unrounded", self.unrounded.to_string()));
        rows.push(("rule", self.rule.to_string()));
        rows
    }

    /// The value of the input called `name`.
    pub fn input(&self, name: &str) -> Option<Exact> {
        let mut inputs = self.inputs.iter();
        inputs
            .find(|input| input.name == name)
            .map(|input| input.value)
    }
}

impl fmt::Display for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = self.formula.split('{');
        f.write_str(parts.next().unwrap_or_default())?;
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap_or((part, ""));
            match self.input(name) {
                Some(value) => write!(f, "{value}{rest}")?,
                None => write!(f, "{name}{rest}")?,
            }
        }
        write!(f, " = {} ({})", self.unrounded, self.rule)
    }
}

/// A number that the formula uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The name in the formula.
    pub name: Cow<'static, str>,
    /// The numeric value.
    pub value: Exact,
    /// The unit of the value.
    pub unit: Unit,
}

/// The unit of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// An amount in the statement's currency.
    Amount,
    /// Monthly active users.
    Mau,
    /// Calendar days.
    Days,
    /// A percentage.
    Percent,
    /// A number without a unit.
    Factor,
}

impl Unit {
    /// The value in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Mau => "mau",
            Self::Days => "days",
            Self::Percent => "percent",
            Self::Factor => "factor",
        }
    }
}

impl Input {
    /// An input that is an amount of money.
    pub const fn amount(name: &'static str, value: Exact) -> Self {
        Self {
            name: Cow::Borrowed(name),
            value,
            unit: Unit::Amount,
        }
    }

    /// An input that is a number of users.
    pub fn mau(name: &'static str, value: u64) -> Self {
        Self {
            name: Cow::Borrowed(name),
            value: Exact::whole(value),
            unit: Unit::Mau,
        }
    }

    /// An input that is a number of days.
    pub fn days(name: &'static str, value: u64) -> Self {
        Self {
            name: Cow::Borrowed(name),
            value: Exact::whole(value),
            unit: Unit::Days,
        }
    }

    /// An input that is a percentage.
    pub const fn percent(name: &'static str, value: Exact) -> Self {
        Self {
            name: Cow::Borrowed(name),
            value,
            unit: Unit::Percent,
        }
    }

    /// An input without a unit.
    pub const fn factor(name: &'static str, value: Exact) -> Self {
        Self {
            name: Cow::Borrowed(name),
            value,
            unit: Unit::Factor,
        }
    }
}

/// Whether amounts carry their derivation. A price curve does not need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivations {
    /// Each amount carries its derivation.
    Included,
    /// Amounts have no derivation.
    Omitted,
}

impl Derivations {
    /// Makes the derivation only if it was requested.
    pub fn note(self, reason: impl FnOnce() -> Derivation) -> Option<Derivation> {
        match self {
            Self::Included => Some(reason()),
            Self::Omitted => None,
        }
    }
}
