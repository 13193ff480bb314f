//! Consecutive days, at least one.

use core::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{BillingPeriod, days_between, months_after};

/// The days that a document charges for: `start` is inclusive, `end` is exclusive, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Ends", into = "Ends")]
pub struct Span {
    start: NaiveDate,
    end: NaiveDate,
}

/// The end is not after the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSpan;

impl fmt::Display for NoSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the end must be after the start")
    }
}

impl core::error::Error for NoSpan {}

impl Default for Span {
    /// January 1970: what a reader goes on with after a mistake.
    fn default() -> Self {
        let start = NaiveDate::default();
        Self {
            start,
            end: months_after(start, 1).unwrap_or(start),
        }
    }
}

impl Span {
    /// The span from its first day to the day after its last.
    ///
    /// ```
    /// # use billing::period::{NoSpan, Span};
    /// let day = |text: &str| text.parse().unwrap();
    /// let june = Span::new(day("2025-06-16"), day("2025-07-01")).unwrap();
    /// assert_eq!(june.days(), 15);
    /// assert_eq!(Span::new(day("2025-06-16"), day("2025-06-16")), Err(NoSpan));
    /// ```
    ///
    /// # Errors
    /// Fails when the end is not after the start.
    pub fn new(start: NaiveDate, end: NaiveDate) -> Result<Self, NoSpan> {
        (start < end).then_some(Self { start, end }).ok_or(NoSpan)
    }

    /// The first day.
    pub const fn start(&self) -> NaiveDate {
        self.start
    }

    /// The day after the last one.
    pub const fn end(&self) -> NaiveDate {
        self.end
    }

    /// Whether the day is in the span.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.start <= day && day < self.end
    }

    /// Whether the two spans share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The number of days, at least one.
    pub fn days(&self) -> u64 {
        days_between(self.start, self.end)
    }
}

impl From<BillingPeriod> for Span {
    fn from(period: BillingPeriod) -> Self {
        period.0
    }
}

/// A span as stored and sent, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    start: NaiveDate,
    end: NaiveDate,
}

impl TryFrom<Ends> for Span {
    type Error = NoSpan;
    fn try_from(ends: Ends) -> Result<Self, NoSpan> {
        Self::new(ends.start, ends.end)
    }
}

impl From<Span> for Ends {
    fn from(span: Span) -> Self {
        Self {
            start: span.start,
            end: span.end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: &str, end: &str) -> Span {
        Span::new(start.parse().unwrap(), end.parse().unwrap()).unwrap()
    }

    #[test]
    fn an_empty_one_is_refused_in_words() {
        let empty = r#"{"start":"2025-06-01","end":"2025-06-01"}"#;
        let refused = serde_json::from_str::<Span>(empty).unwrap_err();
        let words = alloc::string::ToString::to_string(&refused);
        assert!(
            words.starts_with("the end must be after the start"),
            "{words}"
        );
    }

    #[test]
    fn is_half_open() {
        let june = span("2025-06-01", "2025-07-01");
        let check = |day: &str, inside| {
            assert_eq!(june.contains(day.parse().unwrap()), inside, "{day}");
        };
        check("2025-05-31", false);
        check("2025-06-01", true);
        check("2025-06-30", true);
        check("2025-07-01", false);
    }

    /// RELIABILITY 7: adjacent spans do not overlap, in either order.
    #[test]
    fn overlaps_where_a_day_is_shared() {
        let check = |one: Span, other: Span, shared| {
            assert_eq!(
                (one.overlaps(&other), other.overlaps(&one)),
                (shared, shared)
            );
        };
        let june = span("2025-06-01", "2025-07-01");
        check(june, span("2025-07-01", "2025-08-01"), false);
        check(june, span("2025-06-30", "2025-07-01"), true);
        check(june, span("2025-05-01", "2025-06-02"), true);
        check(june, june, true);
    }

    #[test]
    fn is_checked_when_it_is_read() {
        let read = |text| serde_json::from_str::<Span>(text).ok();
        let month = |text| serde_json::from_str::<BillingPeriod>(text).ok();
        let june = r#"{"start":"2025-06-01","end":"2025-07-01"}"#;
        assert_eq!(read(june), Some(span("2025-06-01", "2025-07-01")));
        assert_eq!(
            month(june),
            BillingPeriod::of("2025-06-20".parse().unwrap())
        );
        assert_eq!(serde_json::to_string(&month(june)).unwrap(), june);
        assert_eq!(read(r#"{"start":"2025-06-01","end":"2025-06-01"}"#), None);
        assert_eq!(month(r#"{"start":"2025-06-02","end":"2025-07-01"}"#), None);
        assert_eq!(month(r#"{"start":"2025-06-01","end":"2025-08-01"}"#), None);
    }
}
