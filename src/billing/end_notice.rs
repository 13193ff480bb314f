//! The notice that an account is about to end by itself (SPEC R2; section 6, rows 5, 17 and 25).

use chrono::{DateTime, TimeDelta, Utc};

use crate::deadline::later;

/// How long a notice is out before what it announces is done, at least (SPEC R2).
pub const NOTICE_HOURS: i64 = 72;

/// How long before its end a pause is told of it (A171).
pub const PAUSE_NOTICE_DAYS: i64 = 7;

/// Whether the notice is out that announces the end of an account.
///
/// It belongs to one end: once that is averted, the next has to be announced anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EndNotice {
    /// It goes out when it is due; so an end is foreseen that nothing delays.
    #[default]
    WhenDue,
    /// It has not gone out so far. Nothing ends before it has.
    NotYet,
    /// It went out at this instant.
    Out(DateTime<Utc>),
}

/// When an account really ends that is to end at an instant and was told of it at another.
///
/// **Rule.** Not before the notice has been out for 72 hours; where it went out in time, at the very
/// instant that the rules name.
/// **Source.** SPEC R2: nothing irreversible is done before the notice that announces it has been
/// out for 72 hours, however late the job is.
///
/// # Worked example
///
/// A payment fails on 1 July, so the account ends on the 25th. The lock is told of on 11 July: the
/// 25th stays. The server stands still until the 31st, and tells of the lock then: 3 August.
///
/// ```
/// # use billing::end_notice::kept_end;
/// let end = "2026-07-25T00:05:00Z".parse().unwrap();
/// let kept = |told: &str| kept_end(end, told.parse().unwrap()).to_rfc3339();
/// assert_eq!(kept("2026-07-11T00:05:00Z"), "2026-07-25T00:05:00+00:00");
/// assert_eq!(kept("2026-07-22T00:05:00Z"), "2026-07-25T00:05:00+00:00");
/// assert_eq!(kept("2026-07-31T09:00:00Z"), "2026-08-03T09:00:00+00:00");
/// ```
pub fn kept_end(nominal_end: DateTime<Utc>, told_at: DateTime<Utc>) -> DateTime<Utc> {
    nominal_end.max(later(told_at, TimeDelta::hours(NOTICE_HOURS)))
}

/// When a pause is told that it ends with the account: a week before, or as it begins where it is
/// shorter.
///
/// **Source.** SPEC R13, row 25.
/// **Silent on** when: the pause itself is told of, but its end lies far behind that (A171).
///
/// ```
/// # use billing::end_notice::pause_told_at;
/// let told = |from: &str, end: &str| {
///     pause_told_at(from.parse().unwrap(), end.parse().unwrap()).to_rfc3339()
/// };
/// assert_eq!(told("2025-06-01T10:00:00Z", "2025-07-31T10:00:00Z"), "2025-07-24T10:00:00+00:00");
/// assert_eq!(told("2025-06-01T10:00:00Z", "2025-06-03T10:00:00Z"), "2025-06-01T10:00:00+00:00");
/// ```
pub fn pause_told_at(paused_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> DateTime<Utc> {
    let week = TimeDelta::days(PAUSE_NOTICE_DAYS);
    ends_at
        .checked_sub_signed(week)
        .unwrap_or(paused_at)
        .max(paused_at)
}
