//! The notice that announces the end of an account by time (SPEC R2; section 6, rows 5, 17 and 25).

use chrono::{DateTime, TimeDelta, Utc};

use crate::period::later;

/// The lowest number of hours between a notice and the end that it announces (SPEC R2).
pub const NOTICE_HOURS: i64 = 72;

/// The number of days before the end of a pause at which its notice is sent (A171).
pub const PAUSE_NOTICE_DAYS: i64 = 7;

/// Whether the notice that announces the end of an account has been sent.
///
/// It belongs to one end: if that end is averted, the next one needs a new notice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EndNotice {
    /// The notice will be sent when it is due, so the end is not delayed.
    #[default]
    WhenDue,
    /// The notice has not been sent. The account does not end before it has been.
    NotYet,
    /// The notice was sent at this instant.
    Out(DateTime<Utc>),
}

/// When an account ends, given the end by the rules and the instant of the notice.
///
/// **Rule.** Not before the notice has been out for 72 hours. If it was sent in time, at the instant
/// that the rules name.
/// **Source.** SPEC R2: nothing irreversible is done before the notice that announces it has been
/// out for 72 hours, however late the job is.
///
/// # Worked example
///
/// A payment fails on 1 July, so the account ends on the 25th. The notice of the lock is sent on 11 July:
/// the 25th is kept. If the server is down until the 31st and sends it then: 3 August.
///
/// ```
/// # use billing::account::end_notice::kept_end;
/// let end = "2026-07-25T00:05:00Z".parse().unwrap();
/// let kept = |notified: &str| kept_end(end, notified.parse().unwrap()).to_rfc3339();
/// assert_eq!(kept("2026-07-11T00:05:00Z"), "2026-07-25T00:05:00+00:00");
/// assert_eq!(kept("2026-07-22T00:05:00Z"), "2026-07-25T00:05:00+00:00");
/// assert_eq!(kept("2026-07-31T09:00:00Z"), "2026-08-03T09:00:00+00:00");
/// ```
pub fn kept_end(nominal_end: DateTime<Utc>, notified_at: DateTime<Utc>) -> DateTime<Utc> {
    nominal_end.max(later(notified_at, TimeDelta::hours(NOTICE_HOURS)))
}

/// When the notice of a pause's end is due: a week before, or at the start of a shorter pause.
///
/// **Source.** SPEC R13, row 25.
/// **Silent on** when: the mail at the start of a pause is sent long before its end (A171).
///
/// ```
/// # use billing::account::end_notice::pause_notified_at;
/// let notified = |from: &str, end: &str| {
///     pause_notified_at(from.parse().unwrap(), end.parse().unwrap()).to_rfc3339()
/// };
/// assert_eq!(notified("2025-06-01T10:00:00Z", "2025-07-31T10:00:00Z"), "2025-07-24T10:00:00+00:00");
/// assert_eq!(notified("2025-06-01T10:00:00Z", "2025-06-03T10:00:00Z"), "2025-06-01T10:00:00+00:00");
/// ```
pub fn pause_notified_at(paused_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> DateTime<Utc> {
    let week = TimeDelta::days(PAUSE_NOTICE_DAYS);
    ends_at
        .checked_sub_signed(week)
        .unwrap_or(paused_at)
        .max(paused_at)
}
