//! What is wrong with the text of a price book.

use alloc::string::String;
use core::fmt;

/// What is wrong with the text of a price book, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidBook {
    /// The field, as a path such as `lists[0].tiers[1].limit`; empty where the text as a whole cannot
    /// be read.
    pub field: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a field of a price book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not JSON of the right shape.
    Shape(String),
    /// A name or an id without a letter, or with spaces around it.
    Blank,
    /// A list without entries.
    Empty,
    /// Zero where that means nothing.
    Zero,
    /// No day of the calendar in the form `YYYY-MM-DD`.
    Day(String),
    /// No plain decimal, or a negative one.
    Number(String),
    /// A price that cannot be paid in the currency as it stands.
    Price {
        /// The price.
        text: String,
        /// The decimals that the currency has.
        decimals: u8,
    },
    /// No currency of ISO 4217.
    UnknownCurrency(String),
    /// Another number of decimals than the currency has.
    Decimals {
        /// The currency.
        currency: String,
        /// The decimals that it has.
        decimals: u8,
    },
    /// A currency that has a list already.
    CurrencyTwice(String),
    /// A limit that is not above that of the tier before.
    LimitOrder,
    /// A price that is not above that of the tier before.
    PriceOrder,
    /// A price of a single user that is above that of the tier before.
    DearerPerUser,
    /// A percentage that is not above the one before.
    PercentOrder,
    /// A lock within the limit that is paid for.
    LocksWithinLimit,
    /// An id that is not behind the one before it, in the order of their letters.
    IdOrder(String),
    /// A term of another length than the year that every screen and mail speaks of.
    NoYear,
    /// A discount of everything.
    WholeDiscount,
    /// A tax rate of nothing, or of more than everything.
    TaxRate,
    /// No tax scheme.
    NoTaxScheme,
    /// A tax scheme in the present spelling and in the earlier one.
    TwoTaxSchemes,
    /// A free add-on that brings a surcharge: only a paid one does (SPEC 2.4).
    FreeWithSurcharge,
}

impl fmt::Display for InvalidBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => self.fault.fmt(f),
            field => write!(f, "{field}: {}", self.fault),
        }
    }
}

impl core::error::Error for InvalidBook {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self {
            Self::Shape(why) => return write!(f, "the price book cannot be read: {why}"),
            Self::Day(text) => return write!(f, "{text:?} is no day such as \"2026-06-20\""),
            Self::Number(text) => return write!(f, "{text:?} is no decimal of 0 or more"),
            Self::Price { text, decimals } => {
                return write!(
                    f,
                    "{text:?} has more than the {decimals} decimals of its currency"
                );
            }
            Self::UnknownCurrency(code) => {
                return write!(f, "{code:?} is no currency of ISO 4217");
            }
            Self::Decimals { currency, decimals } => {
                return write!(f, "{currency} has {decimals} decimals");
            }
            Self::CurrencyTwice(code) => return write!(f, "{code:?} has a list already"),
            Self::IdOrder(id) => {
                return write!(
                    f,
                    "add-ons stand in the order of their ids, each once; {id:?} does not"
                );
            }
            Self::Blank => {
                "a name is needed, without spaces around it or characters that cannot be seen"
            }
            Self::Empty => "at least one is needed",
            Self::Zero => "at least 1 is needed",
            Self::LimitOrder => "must be above the limit of the tier before",
            Self::PriceOrder => "must be above the price of the tier before",
            Self::DearerPerUser => "a user must not cost more than on the tier before",
            Self::PercentOrder => "percentages must rise, each once, from 1 on",
            Self::LocksWithinLimit => "at least 100: the limit that is paid for never locks",
            Self::NoYear => "must be 12: a term is a year",
            Self::WholeDiscount => "must be below 100",
            Self::TaxRate => "must be above 0 and at most 100; the scheme without tax is `none`",
            Self::NoTaxScheme => "a tax scheme is needed: `none` or `gst_india`",
            Self::TwoTaxSchemes => {
                "`gst_percent` is the earlier spelling of `tax`; name one of them"
            }
            Self::FreeWithSurcharge => "a free add-on brings no surcharge",
        };
        f.write_str(sentence)
    }
}
