//! Billing days: the calendar month that is billed, and how much of it is left (SPEC R2).

use core::fmt;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

mod annual_term;
mod span;

pub use annual_term::{AnnualTerm, NotATerm};
pub use span::{NoSpan, Span};

/// A calendar month in the organization's own time zone: `start` is inclusive, `end` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Span", into = "Span")]
pub struct BillingPeriod(Span);

impl BillingPeriod {
    /// The month that contains `day`. `None` beyond the last month of the calendar.
    ///
    /// ```
    /// use billing::BillingPeriod;
    /// use chrono::NaiveDate;
    /// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    /// let june = BillingPeriod::of(day(2025, 6, 20)).unwrap();
    /// assert_eq!((june.start(), june.end()), (day(2025, 6, 1), day(2025, 7, 1)));
    /// assert_eq!((june.days(), june.days_left(day(2025, 6, 20))), (30, 11));
    /// assert_eq!(june.days_left(day(2025, 7, 1)), 0);
    /// ```
    pub fn of(day: NaiveDate) -> Option<Self> {
        let start = day.with_day(1)?;
        let end = start.checked_add_months(Months::new(1))?;
        Span::new(start, end).ok().map(Self)
    }

    /// The first day of the month.
    pub const fn start(&self) -> NaiveDate {
        self.0.start()
    }

    /// The day after the last one. It is always a 1st: the next billing date.
    pub const fn end(&self) -> NaiveDate {
        self.0.end()
    }

    /// Whether the day is in the period.
    ///
    /// ```
    /// use billing::BillingPeriod;
    /// let june = BillingPeriod::of("2025-06-20".parse().unwrap()).unwrap();
    /// let contains = |day: &str| june.contains(day.parse().unwrap());
    /// assert!(contains("2025-06-01") && contains("2025-06-30"));
    /// assert!(!contains("2025-05-31") && !contains("2025-07-01"));
    /// ```
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.0.contains(day)
    }

    /// The number of days in the month.
    pub fn days(&self) -> u64 {
        self.0.days()
    }

    /// How many days are left, `day` itself included: all of them before the period, 0 after it.
    pub fn days_left(&self, day: NaiveDate) -> u64 {
        days_between(day.max(self.start()), self.end())
    }

    /// The next month. `None` beyond the last month of the calendar.
    pub fn next(&self) -> Option<Self> {
        Self::of(self.end())
    }

    /// The previous month. `None` before the first month of the calendar.
    ///
    /// ```
    /// # use billing::BillingPeriod;
    /// let january = BillingPeriod::of("2025-01-31".parse().unwrap()).unwrap();
    /// assert_eq!(january.previous(), BillingPeriod::of("2024-12-01".parse().unwrap()));
    /// assert_eq!(january.next(), BillingPeriod::of("2025-02-28".parse().unwrap()));
    /// ```
    pub fn previous(&self) -> Option<Self> {
        self.start().pred_opt().and_then(Self::of)
    }

    /// The days of the period from `day` on; the whole period for an earlier day, none for a later.
    pub fn rest(&self, day: NaiveDate) -> Option<Span> {
        Span::new(day.max(self.start()), self.end()).ok()
    }
}

impl TryFrom<Span> for BillingPeriod {
    type Error = NotAMonth;
    fn try_from(span: Span) -> Result<Self, NotAMonth> {
        let month = Self::of(span.start()).ok_or(NotAMonth)?;
        (Span::from(month) == span)
            .then_some(month)
            .ok_or(NotAMonth)
    }
}

/// The days are not those of one calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAMonth;

impl fmt::Display for NotAMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a billing period goes from a 1st to the next 1st")
    }
}

impl core::error::Error for NotAMonth {}

/// The day `months` months after an anchor, counted from the anchor and never step by step.
///
/// **Rule.** Day n is the anchor plus n months. A day that the month does not have becomes its
/// last day; the next month uses the anchor's own day again.
/// **Source.** SPEC R2, R9.
///
/// # Worked example
///
/// From 31 January: 28 February, then 31 March. Month by month it would be 28 March.
///
/// ```
/// # use billing::period::months_after;
/// let after = |months| months_after("2025-01-31".parse().unwrap(), months).unwrap().to_string();
/// assert_eq!((after(1), after(2)), ("2025-02-28".into(), "2025-03-31".into()));
/// assert_eq!((after(0), after(13)), ("2025-01-31".into(), "2026-02-28".into()));
/// ```
pub fn months_after(anchor: NaiveDate, months: u32) -> Option<NaiveDate> {
    anchor.checked_add_months(Months::new(months))
}

/// The instant at which a billing day ends. The offset of the zone is in minutes east of UTC.
///
/// **Rule.** A quote holds until the billing day ends in the organization's zone.
/// **Source.** SPEC R19, R2.
///
/// ```
/// use billing::period::day_end;
/// use chrono::NaiveDate;
/// let day = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap();
/// assert_eq!(day_end(day, 330).unwrap().to_rfc3339(), "2025-06-30T18:30:00+00:00");
/// ```
pub fn day_end(day: NaiveDate, offset_minutes: i32) -> Option<DateTime<Utc>> {
    let midnight = day.checked_add_days(Days::new(1))?.and_hms_opt(0, 0, 0)?;
    midnight
        .checked_sub_signed(TimeDelta::minutes(i64::from(offset_minutes)))
        .map(|at| at.and_utc())
}

/// The instant at which a billing day begins, with the zone's offset in minutes east of UTC (SPEC R2).
///
/// ```
/// use billing::period::day_start;
/// let first = "2025-07-01".parse().unwrap();
/// assert_eq!(day_start(first, 330).unwrap().to_rfc3339(), "2025-06-30T18:30:00+00:00");
/// ```
pub fn day_start(day: NaiveDate, offset_minutes: i32) -> Option<DateTime<Utc>> {
    day_end(day.pred_opt()?, offset_minutes)
}

/// The billing day of an instant, with the zone's offset in minutes east of UTC (SPEC R2).
///
/// ```
/// use billing::period::billing_day;
/// let at = "2025-06-30T18:30:00Z".parse().unwrap();
/// assert_eq!(billing_day(at, 330).unwrap().to_string(), "2025-07-01");
/// ```
pub fn billing_day(at: DateTime<Utc>, offset_minutes: i32) -> Option<NaiveDate> {
    let local = at
        .naive_utc()
        .checked_add_signed(TimeDelta::minutes(i64::from(offset_minutes)))?;
    Some(local.date())
}

fn days_between(start: NaiveDate, end: NaiveDate) -> u64 {
    u64::try_from((end - start).num_days()).unwrap_or(0)
}

/// The instant `days` × 24 hours later, at most the last instant of the calendar.
///
/// **Source.** SPEC R2, A25.
///
/// ```
/// use billing::period::days_after;
/// let failed = "2024-02-25T00:00:00Z".parse().unwrap();
/// assert_eq!(days_after(failed, 10).to_rfc3339(), "2024-03-06T00:00:00+00:00");
/// ```
pub fn days_after(start: DateTime<Utc>, days: u16) -> DateTime<Utc> {
    later(start, TimeDelta::days(i64::from(days)))
}

/// The last day of a span of days that ends before the day `end`.
///
/// ```
/// # use billing::period::last_day;
/// assert_eq!(last_day("2025-07-01".parse().unwrap()).to_string(), "2025-06-30");
/// ```
pub fn last_day(end: NaiveDate) -> NaiveDate {
    end.pred_opt().unwrap_or(end)
}

/// The instant `by` later, at most the last instant of the calendar.
pub(crate) fn later(start: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    start
        .checked_add_signed(by)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_period_is_read_as_a_month_or_refused_in_words() {
        let read = |text: &str| serde_json::from_str::<BillingPeriod>(text);
        let june = BillingPeriod::of("2025-06-20".parse().unwrap()).unwrap();
        let sent = serde_json::to_string(&june).unwrap();
        assert_eq!(read(&sent).unwrap(), june);
        let half = sent.replace("2025-06-01", "2025-06-02");
        assert_ne!(half, sent);
        let refused = read(&half).unwrap_err().to_string();
        assert!(
            refused.starts_with("a billing period goes from a 1st"),
            "{refused}"
        );
    }
}
