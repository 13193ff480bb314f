//! Invoice numbers (SPEC 4.8, R19).

use alloc::format;
use alloc::string::String;
use core::fmt;

use chrono::{Datelike, NaiveDate};

/// The number of an invoice: its series, the financial year, and the place in it.
///
/// **Rule.** Consecutive within a series and a financial year, at most 16 characters, of A to Z,
/// 0 to 9 and "-".
/// **Source.** SPEC 4.8, R19.
/// **Silent on** the series: each organization has its own, so no two organizations wait for each
/// other's numbers. The financial year is India's, April to March, for every currency.
///
/// # Worked example
///
/// ```
/// # use billing::invoice::InvoiceNumber;
/// let day = "2026-06-20".parse().unwrap();
/// let number = InvoiceNumber::new("ACME", day, 42).unwrap();
/// assert_eq!(number.to_string(), "ACME-2627-00042");
/// assert_eq!(InvoiceNumber::parse("ACME-2627-00042"), Some(number));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceNumber(String);

impl InvoiceNumber {
    /// The number of the `sequence`th invoice of a series in the financial year of a day. None
    /// beyond 99,999, and for a series that is not one to five letters or digits.
    #[must_use]
    pub fn new(series: &str, issued_on: NaiveDate, sequence: u32) -> Option<Self> {
        let number = format!("{series}-{}-{sequence:05}", financial_year(issued_on));
        (!series.contains('-')).then(|| Self::parse(&number))?
    }

    /// Reads a number, as it stands in an address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (series, year, sequence) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let right = (1..=5).contains(&series.len())
            && series.bytes().all(plain)
            && (year.len(), sequence.len()) == (4, 5)
            && digits(year)
            && digits(sequence)
            && parts.next().is_none();
        right.then(|| Self(String::from(text)))
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The financial year of a day, April to March, such as `2627`.
///
/// ```
/// # use billing::invoice::financial_year;
/// assert_eq!(financial_year("2026-03-31".parse().unwrap()), "2526");
/// assert_eq!(financial_year("2026-04-01".parse().unwrap()), "2627");
/// ```
#[must_use]
pub fn financial_year(day: NaiveDate) -> String {
    let first = if day.month() < 4 {
        day.year() - 1
    } else {
        day.year()
    };
    format!(
        "{:02}{:02}",
        first.rem_euclid(100),
        (first + 1).rem_euclid(100)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form() {
        let day = "2026-06-20".parse().unwrap();
        assert_eq!(
            InvoiceNumber::new("A2345", day, 99_999)
                .unwrap()
                .as_str()
                .len(),
            16
        );
        assert!(InvoiceNumber::new("ACME", day, 100_000).is_none());
        for bad in [
            "acme-2627-00001",
            "ACMECO-2627-00001",
            "ACME-2627-1",
            "ACME-2627-00001-1",
            "",
        ] {
            assert!(InvoiceNumber::parse(bad).is_none(), "{bad}");
        }
    }
}
