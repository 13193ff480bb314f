//! Annual terms: the months that are paid for in advance (SPEC R9).

use core::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{BillingPeriod, Span, months_after};

/// An annual term: whole months, starting on a 1st.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Ends", into = "Ends")]
pub struct AnnualTerm {
    span: Span,
    months: u32,
}

/// The days do not form an annual term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotATerm {
    /// The term does not start on a 1st.
    StartsLate,
    /// The term has no months.
    Empty,
    /// The term ends after the end of the calendar.
    TooLong,
}

impl fmt::Display for NotATerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StartsLate => "an annual term starts on a 1st",
            Self::Empty => "an annual term has at least one month",
            Self::TooLong => "the calendar ends before this term does",
        })
    }
}

impl core::error::Error for NotATerm {}

impl Default for AnnualTerm {
    /// A term of one month: what a reader goes on with after a mistake.
    fn default() -> Self {
        Self {
            span: Span::default(),
            months: 1,
        }
    }
}

impl AnnualTerm {
    /// The term of `months` months from `start`, which must be a 1st.
    ///
    /// ```
    /// # use billing::period::{AnnualTerm, NotATerm};
    /// let day = |text: &str| text.parse().unwrap();
    /// let term = AnnualTerm::new(day("2025-01-01"), 12).unwrap();
    /// assert_eq!((term.end(), term.days()), (day("2026-01-01"), 365));
    /// assert_eq!(AnnualTerm::new(day("2025-01-02"), 12), Err(NotATerm::StartsLate));
    /// ```
    ///
    /// # Errors
    /// Fails when the start is not a 1st, there are no months, or the end is beyond the calendar's.
    pub fn new(start: NaiveDate, months: u32) -> Result<Self, NotATerm> {
        if start.day() != 1 {
            return Err(NotATerm::StartsLate);
        }
        let end = months_after(start, months).ok_or(NotATerm::TooLong)?;
        let span = Span::new(start, end).map_err(|_| NotATerm::Empty)?;
        Ok(Self { span, months })
    }

    /// The first day of the term.
    pub const fn start(&self) -> NaiveDate {
        self.span.start()
    }

    /// The day after the last one, always a 1st.
    pub const fn end(&self) -> NaiveDate {
        self.span.end()
    }

    /// The number of months in the term.
    pub const fn months(&self) -> u32 {
        self.months
    }

    /// The `n`th month, counted from 0 and from the start (SPEC R2). `None` after the last month.
    pub fn month(&self, n: u32) -> Option<BillingPeriod> {
        let inside = n < self.months;
        inside.then(|| months_after(self.start(), n).and_then(BillingPeriod::of))?
    }

    /// The number of days in the term.
    pub fn days(&self) -> u64 {
        self.span.days()
    }

    /// How many days are left, `day` itself included.
    pub fn days_left(&self, day: NaiveDate) -> u64 {
        Span::new(day.max(self.start()), self.end()).map_or(0, |rest| rest.days())
    }

    /// How many months are left, the current one included.
    ///
    /// ```
    /// # use billing::period::AnnualTerm;
    /// let term = AnnualTerm::new("2025-01-01".parse().unwrap(), 12).unwrap();
    /// assert_eq!(term.months_left("2025-04-11".parse().unwrap()), 9);
    /// ```
    pub fn months_left(&self, day: NaiveDate) -> u32 {
        let count = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        let left = count(self.end()) - count(day.max(self.start()));
        u32::try_from(left).unwrap_or(0)
    }

    /// Whether the day is before the second month.
    pub fn is_in_first_month(&self, day: NaiveDate) -> bool {
        self.months_left(day) == self.months
    }
}

impl From<AnnualTerm> for Span {
    fn from(term: AnnualTerm) -> Self {
        term.span
    }
}

/// A term as stored and sent, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    start: NaiveDate,
    months: u32,
}

impl TryFrom<Ends> for AnnualTerm {
    type Error = NotATerm;
    fn try_from(ends: Ends) -> Result<Self, NotATerm> {
        Self::new(ends.start, ends.months)
    }
}

impl From<AnnualTerm> for Ends {
    fn from(term: AnnualTerm) -> Self {
        Self {
            start: term.start(),
            months: term.months,
        }
    }
}
