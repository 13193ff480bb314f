//! The faults that the JSON of a price book can have.

use alloc::string::String;
use core::fmt;

/// A fault in the JSON of a price book, and the field that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidBook {
    /// The path of the field, such as `lists[0].tiers[1].limit`; empty when the JSON as a whole is
    /// invalid.
    pub field: String,
    /// The fault of that field.
    pub fault: Fault,
}

/// A fault of one field of a price book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The text is not JSON of the right shape.
    Shape(String),
    /// A name or an id is empty, has no letter, or has spaces around it.
    Blank,
    /// A list has no entries.
    Empty,
    /// A number is 0 where 0 has no meaning.
    Zero,
    /// The text is not a calendar day in the form `YYYY-MM-DD`.
    Day(String),
    /// The text is not a plain decimal, or the decimal is negative.
    Number(String),
    /// The price has more decimals than its currency and cannot be paid.
    Price {
        /// The price as written.
        text: String,
        /// The number of decimals of the currency.
        decimals: u8,
    },
    /// ISO 4217 has no such currency.
    UnknownCurrency(String),
    /// The number of decimals differs from that of the currency.
    Decimals {
        /// The currency.
        currency: String,
        /// Its number of decimals in ISO 4217.
        decimals: u8,
    },
    /// The currency already has a list in this book.
    CurrencyTwice(String),
    /// The limit is not above that of the tier before.
    LimitOrder,
    /// The price is not above that of the tier before.
    PriceOrder,
    /// The price per user is above that of the tier before.
    DearerPerUser,
    /// The percentage is not above the one before.
    PercentOrder,
    /// The lock percentage is within the limit that the customer pays for.
    LocksWithinLimit,
    /// The id does not come after the previous one in alphabetical order.
    IdOrder(String),
    /// The term is not one year, although every screen and mail calls it a year.
    NoYear,
    /// The discount is 100 % or more.
    WholeDiscount,
    /// The tax rate is 0, or more than 100 %.
    TaxRate,
    /// The list names no tax scheme.
    NoTaxScheme,
    /// The list names its tax scheme in both the current and the earlier form.
    TwoTaxSchemes,
    /// A free add-on has a surcharge: only a paid one may have it (SPEC 2.4).
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
