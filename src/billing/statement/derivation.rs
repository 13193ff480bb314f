//! How an amount came about, as data: the app shows it, the backend stores it, a person checks it.

use alloc::vec::Vec;

use crate::money::Exact;

/// How an amount came about: enough to work it out again by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// The rule of SPEC.md, such as `R5`.
    pub rule: &'static str,
    /// The sum, with the names of its inputs in braces.
    pub formula: &'static str,
    /// Its inputs, and facts that name what the line is about.
    pub inputs: Vec<Input>,
    /// What the sum yields before it is rounded half away from zero to the currency's decimals.
    pub unrounded: Exact,
}

/// A number that went into a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// Its name in the formula.
    pub name: &'static str,
    /// Its value.
    pub value: Exact,
    /// What it counts.
    pub unit: Unit,
}

/// What an input counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// An amount of the statement's currency.
    Amount,
    /// Monthly active users.
    Mau,
    /// Days.
    Days,
    /// Hundredths.
    Percent,
    /// A plain number.
    Factor,
}

impl Unit {
    /// The word in JSON.
    #[must_use]
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
    /// An amount of money.
    #[must_use]
    pub const fn amount(name: &'static str, value: Exact) -> Self {
        Self {
            name,
            value,
            unit: Unit::Amount,
        }
    }

    /// A number of users.
    #[must_use]
    pub fn mau(name: &'static str, value: u64) -> Self {
        Self {
            name,
            value: Exact::whole(value),
            unit: Unit::Mau,
        }
    }

    /// A number of days.
    #[must_use]
    pub fn days(name: &'static str, value: u64) -> Self {
        Self {
            name,
            value: Exact::whole(value),
            unit: Unit::Days,
        }
    }

    /// A percentage.
    #[must_use]
    pub const fn percent(name: &'static str, value: Exact) -> Self {
        Self {
            name,
            value,
            unit: Unit::Percent,
        }
    }

    /// A plain number.
    #[must_use]
    pub const fn factor(name: &'static str, value: Exact) -> Self {
        Self {
            name,
            value,
            unit: Unit::Factor,
        }
    }
}

/// Whether amounts carry how they came about. A curve of prices needs no reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivations {
    /// With reasons.
    Included,
    /// Amounts alone.
    Omitted,
}

impl Derivations {
    /// The reason, made only if it is wanted.
    pub fn note(self, reason: impl FnOnce() -> Derivation) -> Option<Derivation> {
        match self {
            Self::Included => Some(reason()),
            Self::Omitted => None,
        }
    }
}
