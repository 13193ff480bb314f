//! Currencies: their codes and their numbers of decimals.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::OutOfRange;

/// The ISO 4217 code of a currency: three capital letters, such as `USD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CurrencyCode([u8; 3]);

impl CurrencyCode {
    /// The US dollar.
    pub const USD: Self = Self(*b"USD");

    /// The Indian rupee.
    pub const INR: Self = Self(*b"INR");

    /// Parses three capital letters.
    ///
    /// ```
    /// # use billing::CurrencyCode;
    /// assert_eq!(CurrencyCode::parse("USD").unwrap().as_str(), "USD");
    /// assert_eq!(["usd", "US", "USDX", "U$D"].map(CurrencyCode::parse), [None; 4]);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 3] = text.as_bytes().try_into().ok()?;
        code.iter()
            .all(u8::is_ascii_uppercase)
            .then_some(Self(code))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Default for CurrencyCode {
    /// `XXX`, the code of ISO 4217 for "no currency".
    fn default() -> Self {
        Self(*b"XXX")
    }
}

impl fmt::Display for CurrencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CurrencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<CurrencyCode> for String {
    fn from(code: CurrencyCode) -> Self {
        code.as_str().into()
    }
}

impl TryFrom<String> for CurrencyCode {
    type Error = OutOfRange;

    fn try_from(text: String) -> Result<Self, OutOfRange> {
        Self::parse(&text).ok_or(OutOfRange)
    }
}

/// A currency of a price book: its ISO 4217 code and its number of decimals.
///
/// The number of decimals is data, so a currency without a minor unit needs no new code.
///
/// ```
/// use billing::{Currency, Money};
/// let yen = Currency::new("JPY", 0).unwrap();
/// let dinar = Currency::new("KWD", 3).unwrap();
/// assert_eq!(Money::new(1_250, yen).to_string(), "1250");
/// assert_eq!(Money::new(-1_250, dinar).to_string(), "-1.250");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Currency {
    code: CurrencyCode,
    exponent: u8,
}

impl Currency {
    /// Makes a currency from its ISO 4217 code and its number of decimals (0 to 4).
    pub fn new(code: &str, exponent: u8) -> Option<Self> {
        let code = CurrencyCode::parse(code)?;
        (exponent <= 4).then_some(Self { code, exponent })
    }

    /// The ISO 4217 code, such as `USD`.
    pub const fn code(&self) -> CurrencyCode {
        self.code
    }

    /// The number of decimals of an amount.
    pub const fn exponent(&self) -> u8 {
        self.exponent
    }

    pub(crate) const fn units(self) -> i64 {
        10_i64.pow(self.exponent as u32)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.code, self.exponent)
    }
}
