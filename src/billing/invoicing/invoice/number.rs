//! Invoice numbers (SPEC 4.8, R19).

use alloc::format;
use alloc::string::String;
use core::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// The number of an invoice: series, financial year and sequence.
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
/// # use billing::invoicing::invoice::InvoiceNumber;
/// let day = "2026-06-20".parse().unwrap();
/// let number = InvoiceNumber::new("ACME", day, 42).unwrap();
/// assert_eq!(number.to_string(), "ACME-2627-00042");
/// assert_eq!(InvoiceNumber::parse("ACME-2627-00042"), Some(number));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InvoiceNumber(String);

/// Why an invoice gets no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberRefused {
    /// The text does not have the form `ACME-2627-00042`.
    Malformed,
    /// The series is not one to five capital letters or digits.
    Series,
    /// All 99,999 numbers of the financial year are used.
    UsedUp,
    /// The last number is of another series, or of a later financial year.
    NotAfterLast,
}

impl fmt::Display for NumberRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "an invoice number looks like ACME-2627-00042",
            Self::Series => "a series has one to five capital letters or digits",
            Self::UsedUp => "the series is used up for this financial year",
            Self::NotAfterLast => "the number would not stand after the last one",
        })
    }
}

impl core::error::Error for NumberRefused {}

impl InvoiceNumber {
    /// The `sequence`th number of a series in the financial year of a day. `None` above 99,999, and
    /// for a series that is not one to five letters or digits.
    pub fn new(series: &str, issued_on: NaiveDate, sequence: u32) -> Option<Self> {
        let number = format!("{series}-{}-{sequence:05}", financial_year(issued_on));
        (!series.contains('-')).then(|| Self::parse(&number))?
    }

    /// Parses a number, for example from an address.
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

    /// The number after the last one of its series: the next in the same financial year, or the first
    /// in a later one.
    ///
    /// **Rule.** Consecutive, without a gap, and ascending in time.
    /// **Source.** SPEC 4.8, R19.
    /// **Silent on** a clock that stepped back into the previous year: refused, so that the order of
    /// numbers stays the order of time.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::invoicing::invoice::{InvoiceNumber, NumberRefused};
    /// let number = |text: &str| InvoiceNumber::parse(text).unwrap();
    /// let after = |last: Option<&str>, day: &str| {
    ///     InvoiceNumber::next_in("ACME", day.parse().unwrap(), last.map(number).as_ref())
    /// };
    /// assert_eq!(after(None, "2026-06-20"), Ok(number("ACME-2627-00001")));
    /// assert_eq!(after(Some("ACME-2627-00041"), "2027-03-31"), Ok(number("ACME-2627-00042")));
    /// assert_eq!(after(Some("ACME-2627-00042"), "2027-04-01"), Ok(number("ACME-2728-00001")));
    /// let stepped_back = after(Some("ACME-2728-00001"), "2027-03-31");
    /// assert_eq!(stepped_back, Err(NumberRefused::NotAfterLast));
    /// ```
    ///
    /// # Errors
    /// Fails when the series is malformed or used up, or `last` is of another series or a later year.
    pub fn next_in(
        series: &str,
        issued_on: NaiveDate,
        last: Option<&Self>,
    ) -> Result<Self, NumberRefused> {
        let first = Self::new(series, issued_on, 1).ok_or(NumberRefused::Series)?;
        let Some(last) = last else {
            return Ok(first);
        };
        if last.series() != series || last.year() > first.year() {
            return Err(NumberRefused::NotAfterLast);
        }
        if last.year() < first.year() {
            return Ok(first);
        }
        let next = last
            .sequence()
            .checked_add(1)
            .ok_or(NumberRefused::UsedUp)?;
        Self::new(series, issued_on, next).ok_or(NumberRefused::UsedUp)
    }

    /// The series, such as `ACME`.
    pub fn series(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// The sequence in the series and financial year, from 1.
    pub fn sequence(&self) -> u32 {
        let last = self.0.rsplit('-').next().unwrap_or_default();
        last.parse().unwrap_or_default()
    }

    /// The financial year as written. Its four digits sort by time.
    fn year(&self) -> &str {
        self.0.split('-').nth(1).unwrap_or_default()
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for InvoiceNumber {
    /// A number that no invoice has.
    fn default() -> Self {
        Self(String::from("X-0000-00000"))
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for InvoiceNumber {
    type Error = NumberRefused;
    fn try_from(text: String) -> Result<Self, NumberRefused> {
        Self::parse(&text).ok_or(NumberRefused::Malformed)
    }
}

impl From<InvoiceNumber> for String {
    fn from(number: InvoiceNumber) -> Self {
        number.0
    }
}

/// The financial year of a day, April to March, such as `2627`.
///
/// ```
/// # use billing::invoicing::invoice::financial_year;
/// assert_eq!(financial_year("2026-03-31".parse().unwrap()), "2526");
/// assert_eq!(financial_year("2026-04-01".parse().unwrap()), "2627");
/// ```
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

    /// RELIABILITY 29, 30: no gap, no number twice, and never a number before the last.
    #[test]
    fn the_next_number_follows_the_last() {
        let check = |series: &str, day: &str, last: &str, expected: Result<&str, NumberRefused>| {
            let last = InvoiceNumber::parse(last).unwrap();
            let next = InvoiceNumber::next_in(series, day.parse().unwrap(), Some(&last));
            let next = next.as_ref().map(InvoiceNumber::as_str).map_err(|why| *why);
            assert_eq!(next, expected, "{series} {day} {last}");
        };
        let refused = Err(NumberRefused::NotAfterLast);
        check(
            "ACME",
            "2026-06-20",
            "ACME-2627-99998",
            Ok("ACME-2627-99999"),
        );
        check(
            "ACME",
            "2026-06-20",
            "ACME-2627-99999",
            Err(NumberRefused::UsedUp),
        );
        check(
            "ACME",
            "2026-06-20",
            "ACME-2526-99999",
            Ok("ACME-2627-00001"),
        );
        check("ACME", "2026-06-20", "ACME-2728-00001", refused);
        check("ACME", "2026-06-20", "OTHER-2627-00001", refused);
        check(
            "acme",
            "2026-06-20",
            "ACME-2627-00001",
            Err(NumberRefused::Series),
        );
        check(
            "A-B",
            "2026-06-20",
            "ACME-2627-00001",
            Err(NumberRefused::Series),
        );
    }

    #[test]
    fn is_checked_when_it_is_read() {
        let read = |text| serde_json::from_str::<InvoiceNumber>(text).ok();
        let number = InvoiceNumber::parse("ACME-2627-00042").unwrap();
        assert_eq!((number.series(), number.sequence()), ("ACME", 42));
        assert_eq!(
            serde_json::to_string(&number).unwrap(),
            r#""ACME-2627-00042""#
        );
        assert_eq!(read(r#""ACME-2627-00042""#), Some(number));
        assert_eq!(read(r#""ACME-2627-42""#), None);
    }
}
