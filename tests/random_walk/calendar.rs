//! Days and instants as plain integers, so that the model shares no calendar code with the product.

/// Days since 1 January 1970.
pub(super) type Day = i64;
/// Seconds since 1 January 1970, 00:00 UTC.
pub(super) type Instant = i64;

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// The day of a date in the Gregorian calendar.
pub(super) fn day_of(year: i64, month: i64, day: i64) -> Day {
    // The year is shifted to start in March, so that the leap day is its last day.
    let shifted = if month <= 2 { year - 1 } else { year };
    let since_march = (month + 9) % 12;
    let before =
        365 * shifted + shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400);
    before + (153 * since_march + 2) / 5 + day - 1 - 719_468
}

/// Year and month of a day, as the number of months since the year 0.
pub(super) fn month_of(day: Day) -> i64 {
    let mut month = (day + 719_468).div_euclid(31) - 36;
    while first_of(month + 1) <= day {
        month += 1;
    }
    month
}

/// The 1st of a month.
pub(super) fn first_of(month: i64) -> Day {
    day_of(month.div_euclid(12), month.rem_euclid(12) + 1, 1)
}

/// The 1st after a day.
pub(super) fn next_first(day: Day) -> Day {
    first_of(month_of(day) + 1)
}

/// The days of the month of a day.
pub(super) fn days_of_month(day: Day) -> i64 {
    next_first(day) - first_of(month_of(day))
}

/// The same day of the month after this many months; its last day if it has no such day.
pub(super) fn months_later(day: Day, months: i64) -> Day {
    let first = first_of(month_of(day));
    let later = first_of(month_of(day) + months);
    later + (day - first).min(days_of_month(later) - 1)
}

/// The day of an instant in the zone at this offset, in minutes east of UTC.
pub(super) fn local_day(instant: Instant, offset: i64) -> Day {
    (instant + offset * MINUTE).div_euclid(DAY)
}

/// The instant at which a day begins in the zone at this offset.
pub(super) fn begins_at(day: Day, offset: i64) -> Instant {
    day * DAY - offset * MINUTE
}

/// A day as `2026-07-01`.
pub(super) fn day_text(day: Day) -> String {
    let month = month_of(day);
    let (year, number) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    format!("{year:04}-{number:02}-{:02}", day - first_of(month) + 1)
}

/// An instant as `2026-07-01T00:00:00Z`.
pub(super) fn instant_text(instant: Instant) -> String {
    let second = instant.rem_euclid(DAY);
    format!(
        "{}T{:02}:{:02}:{:02}Z",
        day_text(instant.div_euclid(DAY)),
        second / HOUR,
        second / MINUTE % 60,
        second % 60
    )
}

#[test]
fn the_calendar_is_that_of_every_day_from_1999_to_2040() {
    let first = chrono::NaiveDate::from_ymd_opt(1999, 1, 1).unwrap();
    for (day, date) in (day_of(1999, 1, 1)..day_of(2040, 12, 31)).zip(first.iter_days()) {
        assert_eq!(day_text(day), date.to_string());
        assert_eq!(instant_text(day * DAY + 59), format!("{date}T00:00:59Z"));
    }
}
