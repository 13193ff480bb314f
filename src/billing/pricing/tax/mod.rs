//! Tax: goods and services tax by place of supply, and other tax rules (SPEC R16).

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::money::{Exact, Money, OutOfRange};

mod reverse_charge;
mod round_off;
mod scheme;

pub use reverse_charge::{CountryCode, CountryRule, CountryRules, NoCountry, REVERSE_CHARGE};
pub use round_off::RoundOff;
pub use scheme::{AppliedTax, NoPlaces};

/// An Indian state or territory, by the first two digits of a GSTIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StateCode(u8);

/// The text is not a state code: two digits, 01 to 38, or 97.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownState;

impl fmt::Display for UnknownState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state code has two digits, 01 to 38, or is 97")
    }
}

impl StateCode {
    /// Maharashtra, the supplier's state unless configured otherwise (SPEC R16, P).
    pub const MAHARASHTRA: Self = Self(27);

    /// Parses the two digits.
    ///
    /// ```
    /// # use billing::pricing::tax::StateCode;
    /// assert!(StateCode::parse("01").is_ok() && StateCode::parse("97").is_ok());
    /// for bad in ["", "1", "00", "39", "+7", "027", "२७"] {
    ///     assert!(StateCode::parse(bad).is_err(), "{bad}");
    /// }
    /// ```
    pub fn parse(text: &str) -> Result<Self, UnknownState> {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u8>() {
            Ok(code @ (1..=38 | 97)) if digits => Ok(Self(code)),
            Ok(_) | Err(_) => Err(UnknownState),
        }
    }
}

impl fmt::Display for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl TryFrom<String> for StateCode {
    type Error = UnknownState;
    fn try_from(text: String) -> Result<Self, UnknownState> {
        Self::parse(&text)
    }
}

impl From<StateCode> for String {
    fn from(code: StateCode) -> Self {
        alloc::format!("{code}")
    }
}

/// The states that a supply comes from and goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxPlaces {
    /// The supplier's state.
    #[serde(rename = "supplier_state")]
    pub supplier: StateCode,
    /// The customer's state, which is the place of supply.
    #[serde(rename = "customer_state")]
    pub customer: StateCode,
}

/// A tax that has its own line on an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TaxName {
    /// Central tax, half the rate.
    Cgst,
    /// State tax, half the rate.
    Sgst,
    /// Integrated tax, for a supply between two states.
    Igst,
}

impl TaxName {
    /// The name as printed on the invoice.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cgst => "CGST",
            Self::Sgst => "SGST",
            Self::Igst => "IGST",
        }
    }
}

/// A tax of a subtotal: its name, the rate in percent, the unrounded amount and the charged one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tax {
    /// The tax that is charged.
    pub name: TaxName,
    /// The rate in percent.
    pub rate_percent: Exact,
    /// The amount before rounding.
    pub unrounded: Exact,
    /// The amount that is charged.
    pub amount: Money,
}

/// The taxes of a subtotal, at most two; none when it is 0.
///
/// **Rule.** Within a state CGST and SGST at half the rate each, between states IGST; each tax is
/// rounded by itself.
/// **Source.** SPEC R16, A37.
///
/// # Worked example
///
/// 100.03 within a state: 9.00 and 9.00; between states: 18.01.
///
/// ```
/// # use billing::{Currency, Exact, Money, pricing::tax::{StateCode, TaxPlaces, gst}};
/// let subtotal = Money::new(10_003, Currency::new("INR", 2).unwrap());
/// let supplier = StateCode::MAHARASHTRA;
/// let taxes = |customer| {
///     let places = TaxPlaces { supplier, customer };
///     let taxes = gst(subtotal, Exact::whole(18), places).unwrap();
///     let print = |tax: &billing::pricing::tax::Tax| format!("{} {}", tax.name.as_str(), tax.amount);
///     taxes.iter().flatten().map(print).collect::<Vec<_>>()
/// };
/// assert_eq!(taxes(supplier), ["CGST 9.00", "SGST 9.00"]);
/// assert_eq!(taxes(StateCode::parse("29").unwrap()), ["IGST 18.01"]);
/// ```
pub fn gst(
    subtotal: Money,
    percent: Exact,
    places: TaxPlaces,
) -> Result<[Option<Tax>; 2], OutOfRange> {
    if subtotal.is_zero() {
        return Ok([None, None]);
    }
    let tax = |name, rate_percent: Exact| {
        let unrounded = subtotal.exact().times(rate_percent)?.over(100)?;
        let amount = unrounded.settle(subtotal.currency())?;
        Ok(Some(Tax {
            name,
            rate_percent,
            unrounded,
            amount,
        }))
    };
    if places.supplier == places.customer {
        let half = percent.over(2)?;
        Ok([tax(TaxName::Cgst, half)?, tax(TaxName::Sgst, half)?])
    } else {
        Ok([tax(TaxName::Igst, percent)?, None])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_state_is_sent_as_its_two_digits() {
        let read = |text: &str| serde_json::from_str::<StateCode>(text);
        let sent = serde_json::to_string(&StateCode::parse("07").unwrap()).unwrap();
        assert_eq!(sent, "\"07\"");
        assert_eq!(read(&sent).unwrap(), StateCode::parse("07").unwrap());
        let refused = read("\"39\"").unwrap_err().to_string();
        assert!(
            refused.starts_with("a state code has two digits"),
            "{refused}"
        );
    }
}
