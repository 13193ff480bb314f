//! Retention of events and backups (SPEC R18).

use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::catalog::policy::{Policy, RetentionMonths};
use crate::period::{billing_day, day_start, days_after};

/// The plans that exist (SPEC 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// The current plan.
    Essentials,
    /// The earlier plan, "for Startups".
    Basic,
}

/// The region where a plan's data is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// The European Union.
    Eu,
}

impl Plan {
    /// The region of the plan. Other regions need an Enterprise contract (SPEC 2.1, 4.12).
    pub const fn region(self) -> Region {
        match self {
            Self::Essentials | Self::Basic => Region::Eu,
        }
    }
}

impl RetentionMonths {
    /// The number of months for a plan.
    pub const fn of(self, plan: Plan) -> u32 {
        match plan {
            Plan::Essentials => self.essentials,
            Plan::Basic => self.basic,
        }
    }
}

/// The first day on which an event is no longer kept. `None` beyond the calendar.
///
/// **Rule.** The day of the event plus the plan's months; if the month lacks that day, its last day.
/// **Source.** SPEC R18, A18.
/// **Silent on** the last day: the day itself is excluded, as the end of every period is (A61).
///
/// # Worked example
///
/// An event of 15 June 2022 is kept to 15 June 2025 on Essentials, to 15 June 2023 on Basic.
///
/// ```
/// # use billing::catalog::policy::Policy;
/// # use billing::account::retention::{Plan, kept_until};
/// let event = "2022-06-15".parse().unwrap();
/// let until = |plan| kept_until(event, plan, &Policy::default()).unwrap().to_string();
/// assert_eq!(until(Plan::Essentials), "2025-06-15");
/// assert_eq!(until(Plan::Basic), "2023-06-15");
/// ```
pub fn kept_until(event_day: NaiveDate, plan: Plan, policy: &Policy) -> Option<NaiveDate> {
    event_day.checked_add_months(Months::new(policy.retention_months.of(plan)))
}

/// The oldest day whose events are still kept on `day`. `None` beyond the calendar.
///
/// **Rule.** The first day for which [`kept_until`] is after `day`.
/// **Source.** SPEC R18, A18.
///
/// # Worked example
///
/// On 14 June 2025 Essentials still keeps 15 June 2022; a day later the 16th is the oldest.
///
/// ```
/// # use billing::catalog::policy::Policy;
/// # use billing::account::retention::{Plan, oldest_kept};
/// let oldest = |day: &str| {
///     oldest_kept(day.parse().unwrap(), Plan::Essentials, &Policy::default()).unwrap().to_string()
/// };
/// assert_eq!(oldest("2025-06-14"), "2022-06-15");
/// assert_eq!(oldest("2025-06-15"), "2022-06-16");
/// ```
pub fn oldest_kept(day: NaiveDate, plan: Plan, policy: &Policy) -> Option<NaiveDate> {
    let first = day.checked_sub_months(Months::new(policy.retention_months.of(plan)))?;
    first
        .iter_days()
        .find(|event| kept_until(*event, plan, policy).is_none_or(|until| until > day))
}

/// The instant at which a day's events are deleted. `None` beyond the calendar.
///
/// **Rule.** The beginning of the [`kept_until`] day; the zone's offset is in minutes east of UTC.
/// **Source.** SPEC R18, R2; A18, A61.
/// **Silent on** the time of day: when that day begins, see A164.
///
/// # Worked example
///
/// In India the events of 15 June 2022 are deleted on Essentials when 15 June 2025 begins there.
///
/// ```
/// # use billing::catalog::policy::Policy;
/// # use billing::account::retention::{Plan, leaves_at};
/// let day = "2022-06-15".parse().unwrap();
/// let at = leaves_at(day, Plan::Essentials, 330, &Policy::default()).unwrap();
/// assert_eq!(at.to_rfc3339(), "2025-06-14T18:30:00+00:00");
/// ```
pub fn leaves_at(
    event_day: NaiveDate,
    plan: Plan,
    offset_minutes: i32,
    policy: &Policy,
) -> Option<DateTime<Utc>> {
    day_start(kept_until(event_day, plan, policy)?, offset_minutes)
}

/// The oldest day whose events are kept at an instant, and the instant at which that day began: events
/// before it are deleted. `None` beyond the calendar.
///
/// **Rule.** [`oldest_kept`] for the billing day; the zone's offset is in minutes east of UTC.
/// **Source.** SPEC R18, R2; A18, A61.
///
/// # Worked example
///
/// The counterpart of [`leaves_at`]: from that instant India keeps events since 16 June 2022.
///
/// ```
/// # use billing::catalog::policy::Policy;
/// # use billing::account::retention::{Plan, kept_since};
/// let kept = |at: &str| {
///     let now = at.parse().unwrap();
///     kept_since(now, Plan::Essentials, 330, &Policy::default()).unwrap().1.to_rfc3339()
/// };
/// assert_eq!(kept("2025-06-14T18:30:00Z"), "2022-06-15T18:30:00+00:00");
/// assert_eq!(kept("2025-06-14T18:29:59Z"), "2022-06-14T18:30:00+00:00");
/// ```
pub fn kept_since(
    now: DateTime<Utc>,
    plan: Plan,
    offset_minutes: i32,
    policy: &Policy,
) -> Option<(NaiveDate, DateTime<Utc>)> {
    let oldest = oldest_kept(billing_day(now, offset_minutes)?, plan, policy)?;
    Some((oldest, day_start(oldest, offset_minutes)?))
}

/// The instant at which the last backup of a cancelled account is deleted.
///
/// **Rule.** The data is deleted with the cancellation, its backups within 60 days.
/// **Source.** SPEC R18.
///
/// # Worked example
///
/// Cancelled on 25 July 2025 at 00:05: purged by 23 September.
///
/// ```
/// # use billing::{catalog::policy::Policy, account::retention::backups_purged_at};
/// let cancelled = "2025-07-25T00:05:00Z".parse().unwrap();
/// let purged = backups_purged_at(cancelled, &Policy::default());
/// assert_eq!(purged.to_rfc3339(), "2025-09-23T00:05:00+00:00");
/// ```
pub fn backups_purged_at(cancelled_at: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
    days_after(cancelled_at, policy.backup_purge_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Months are counted from the event's own day; in a shorter month its last day is used.
    #[test]
    fn counts_months_from_the_event() {
        let check = |event: &str, until: &str| {
            let kept = kept_until(day(event), Plan::Basic, &Policy::default());
            assert_eq!(kept, Some(day(until)), "R18: {event}");
        };
        check("2023-01-31", "2024-01-31");
        check("2024-02-29", "2025-02-28");
        check("2023-02-28", "2024-02-28");
        check("2023-12-31", "2024-12-31");
    }

    #[test]
    fn finds_the_oldest_day_at_month_ends() {
        let check = |months: u32, today: &str, oldest: &str| {
            let mut policy = Policy::default();
            policy.retention_months.basic = months;
            let kept = oldest_kept(day(today), Plan::Basic, &policy);
            assert_eq!(kept, Some(day(oldest)), "R18: {today}, {months} months");
        };
        check(12, "2025-02-27", "2024-02-28");
        check(12, "2025-02-28", "2024-03-01");
        check(12, "2025-03-01", "2024-03-02");
        check(12, "2024-02-29", "2023-03-01");
        check(1, "2025-03-30", "2025-03-01");
        check(1, "2025-03-31", "2025-03-01");
        check(1, "2025-04-01", "2025-03-02");
        check(36, "2025-06-15", "2022-06-16");
        check(0, "2025-06-15", "2025-06-16");
    }

    /// A day is kept exactly when it is not older than the oldest kept day.
    #[test]
    fn the_two_views_agree_on_every_day() {
        let policy = Policy::default();
        for today in day("2023-12-01").iter_days().take(500) {
            let oldest = oldest_kept(today, Plan::Basic, &policy).unwrap();
            for event in day("2022-11-20").iter_days().take(900) {
                let kept = kept_until(event, Plan::Basic, &policy).unwrap() > today;
                assert_eq!(kept, event >= oldest, "{event} on {today}");
            }
        }
    }

    /// At every instant, the deleted events are exactly those that are no longer kept, in every zone.
    #[test]
    fn every_event_is_either_kept_or_deleted() {
        let policy = Policy::default();
        for offset in [-720, 0, 330, 840] {
            for event in day("2023-12-30").iter_days().take(500) {
                let at = leaves_at(event, Plan::Basic, offset, &policy).unwrap();
                let since = |at| kept_since(at, Plan::Basic, offset, &policy).unwrap().0;
                assert!(since(at) > event, "{event} at {at}");
                let before = at - chrono::TimeDelta::microseconds(1);
                assert!(since(before) <= event, "{event} before {at}");
            }
        }
    }

    #[test]
    fn the_calendar_has_ends() {
        let policy = Policy::default();
        assert_eq!(kept_until(NaiveDate::MAX, Plan::Basic, &policy), None);
        assert_eq!(oldest_kept(NaiveDate::MIN, Plan::Basic, &policy), None);
        let last = NaiveDate::MAX.checked_sub_months(Months::new(12)).unwrap();
        let oldest = oldest_kept(NaiveDate::MAX, Plan::Basic, &policy);
        assert_eq!(oldest, last.succ_opt(), "kept beyond the calendar");
    }
}
