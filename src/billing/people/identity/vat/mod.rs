//! VAT numbers of European businesses (SPEC R16, 4.6): format and check digits per country.
//!
//! A number that passes is well-formed; only the tax office knows whether it is registered.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::text::{InvalidText, compact};

mod check;
mod country;

pub use country::VatCountry;

/// A VAT number with its country.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatNumber {
    country: VatCountry,
    number: String,
}

/// Why a text is not a VAT number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VatFault {
    /// It does not begin with a country that has VAT numbers here.
    Country,
    /// It does not have the country's format.
    Format(VatCountry),
    /// It has the country's format, but its check digits are wrong.
    Check(VatCountry),
}

impl fmt::Display for VatFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country => f.write_str("a VAT number begins with two letters of its country"),
            Self::Format(country) => {
                f.write_str("a VAT number of this country looks like ")?;
                for (place, form) in country.forms().iter().enumerate() {
                    let joint = if place == 0 { "" } else { " or " };
                    write!(f, "{joint}{}{form}", country.prefix())?;
                }
                f.write_str(" (9: any digit, a: any letter, *: any of the two)")
            }
            Self::Check(_) => {
                f.write_str("its digits contradict each other, so one of them is mistyped")
            }
        }
    }
}

impl VatNumber {
    /// Parses a number of a country, with or without the country's prefix; lower case, blanks, dots and
    /// dashes are accepted and normalised.
    ///
    /// **Rule.** The country's format, and its check digits if the country has published them.
    /// **Source.** SPEC R16; the formats of the European Commission's VIES.
    /// **Silent on** whether it is registered: no authority is asked, see A75.
    ///
    /// # Worked example
    ///
    /// ```
    /// use billing::people::identity::{VatCountry, VatFault, VatNumber};
    /// let number = VatNumber::parse(VatCountry::Germany, "de 136 695 976").unwrap();
    /// assert_eq!(number.to_string(), "DE136695976");
    /// let mistyped = VatNumber::parse(VatCountry::Germany, "136695967").unwrap_err();
    /// assert_eq!(mistyped.fault, VatFault::Check(VatCountry::Germany));
    /// ```
    pub fn parse(country: VatCountry, text: &str) -> Result<Self, InvalidText<VatFault>> {
        let code = compact(text);
        let of_the_form = |number: &str| {
            let number = country.without_suffix(number);
            let fits = country.forms().iter().any(|form| fits(form, number));
            fits.then(|| String::from(number))
        };
        let number = country
            .prefixes()
            .find_map(|prefix| code.strip_prefix(prefix).and_then(of_the_form))
            .or_else(|| of_the_form(&code))
            .ok_or_else(|| InvalidText::new(text, VatFault::Format(country)))?;
        if check::holds(country, &number) {
            Ok(Self { country, number })
        } else {
            Err(InvalidText::new(text, VatFault::Check(country)))
        }
    }

    /// The country of the number.
    pub const fn country(&self) -> VatCountry {
        self.country
    }

    /// The number without the country's prefix.
    pub fn number(&self) -> &str {
        &self.number
    }
}

impl fmt::Display for VatNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.country.prefix(), self.number)
    }
}

/// Parses the output of `Display`.
impl TryFrom<String> for VatNumber {
    type Error = InvalidText<VatFault>;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let country = VatCountry::ALL
            .into_iter()
            .find(|country| text.starts_with(country.prefix()))
            .ok_or_else(|| InvalidText::new(&text, VatFault::Country))?;
        Self::parse(country, &text)
    }
}

impl From<VatNumber> for String {
    fn from(number: VatNumber) -> Self {
        alloc::format!("{number}")
    }
}

/// Whether a number has a format (see [`VatCountry::forms`]).
fn fits(form: &str, number: &str) -> bool {
    form.len() == number.len()
        && form
            .bytes()
            .zip(number.bytes())
            .all(|(wanted, byte)| match wanted {
                b'9' => byte.is_ascii_digit(),
                b'a' => byte.is_ascii_uppercase(),
                b'*' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
                _ => byte == wanted,
            })
}

#[cfg(test)]
mod tests;
