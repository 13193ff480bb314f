//! Formats amounts, counts and dates for mails: from decimal strings, never through a float.

use billing::{CurrencyCode, Money};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Serialize, Serializer};

/// A value that templates get as text, formatted by this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<T>(pub T);

/// The month of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month(pub NaiveDate);

/// An instant at an offset from UTC in minutes, east positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalInstant {
    pub at: DateTime<Utc>,
    pub offset_minutes: i32,
}

impl Serialize for Shown<Money> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&money(self.0))
    }
}

impl Serialize for Shown<u64> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&count(self.0))
    }
}

impl Serialize for Shown<NaiveDate> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&date(self.0))
    }
}

impl Serialize for Shown<Month> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&month(self.0.0))
    }
}

impl Serialize for Shown<LocalInstant> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let LocalInstant { at, offset_minutes } = self.0;
        serializer.serialize_str(&instant(at, offset_minutes))
    }
}

/// Formats an amount as the app does in English: "$1,234.50", "₹12,34,567.50".
///
/// ```
/// # use backend::mail::figures::money;
/// # use billing::{Currency, Money};
/// let of = |minor, code, decimals| money(Money::new(minor, Currency::new(code, decimals).unwrap()));
/// assert_eq!(of(123_450, "USD", 2), "$1,234.50");
/// assert_eq!(of(123_456_750, "INR", 2), "₹12,34,567.50");
/// assert_eq!(of(-500, "USD", 2), "−$5.00");
/// assert_eq!(of(24, "JPY", 0), "JPY 24");
/// ```
pub fn money(amount: Money) -> String {
    let text = amount.to_string();
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => ("−", text),
        None => ("", text.as_str()),
    };
    let (whole, cents) = match text.split_once('.') {
        Some((whole, cents)) => (whole, format!(".{cents}")),
        None => (text, String::new()),
    };
    let currency = amount.currency();
    match currency.code() {
        CurrencyCode::USD => format!("{sign}${}{cents}", grouped(whole, 3)),
        CurrencyCode::INR => format!("{sign}₹{}{cents}", grouped(whole, 2)),
        other => format!("{sign}{other} {}{cents}", grouped(whole, 3)),
    }
}

/// Formats a number of users, days or data points: "22,000".
pub fn count(number: u64) -> String {
    grouped(&number.to_string(), 3)
}

/// Formats a day: "June 20, 2026".
pub fn date(day: NaiveDate) -> String {
    day.format("%B %-d, %Y").to_string()
}

/// Formats a month: "June 2026".
pub fn month(day: NaiveDate) -> String {
    day.format("%B %Y").to_string()
}

/// Formats an instant at an offset from UTC in minutes, east positive: "July 1, 2025 at 12:05 AM (UTC+05:30)".
///
/// ```
/// use backend::mail::figures::instant;
/// let at = "2025-06-30T18:35:00Z".parse().unwrap();
/// assert_eq!(instant(at, 330), "July 1, 2025 at 12:05 AM (UTC+05:30)");
/// assert_eq!(instant(at, 0), "June 30, 2025 at 6:35 PM (UTC)");
/// assert_eq!(instant(at, -90), "June 30, 2025 at 5:05 PM (UTC−01:30)");
/// ```
pub fn instant(at: DateTime<Utc>, offset_minutes: i32) -> String {
    let local = at.checked_add_signed(TimeDelta::minutes(i64::from(offset_minutes)));
    let shown = local.unwrap_or(at).format("%B %-d, %Y at %-I:%M %p");
    let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
    match offset_minutes {
        0 => format!("{shown} (UTC)"),
        1.. => format!("{shown} (UTC+{hours:02}:{minutes:02})"),
        _ => format!("{shown} (UTC−{hours:02}:{minutes:02})"),
    }
}

/// Puts a comma before the last three digits, and before every `by` digits to the left of them.
fn grouped(digits: &str, by: usize) -> String {
    let Some((front, last)) = digits
        .len()
        .checked_sub(3)
        .and_then(|at| digits.split_at_checked(at))
        .filter(|(front, _)| !front.is_empty())
    else {
        return digits.to_owned();
    };
    let mut grouped = String::new();
    for (place, digit) in front.chars().enumerate() {
        if place > 0 && (front.len() - place) % by == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped},{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_from_the_right() {
        let check = |digits: &str, by, expected: &str| assert_eq!(grouped(digits, by), expected);
        check("0", 3, "0");
        check("999", 3, "999");
        check("1000", 3, "1,000");
        check("152100000", 3, "152,100,000");
        check("100000", 2, "1,00,000");
        check("1000", 2, "1,000");
        check("12345678", 2, "1,23,45,678");
    }
}
