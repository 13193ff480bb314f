//! Billing dates, mandates and pending events.

use alloc::{format, vec};

use super::timelines_tests::{active, check, instant, state, trial, written};
use super::*;
use crate::account::retention::Plan;
use crate::invoicing::collection::CollectingRule;

/// A35: the first invoice after a trial and the month's are both debited a day after their notice.
#[test]
fn a_trial_with_a_mandate() {
    let agenda = Agenda {
        collects: CollectingRule::RUPEE_MANDATE,
        ..Agenda::plain(0)
    };
    check(
        trial(OnFile::Both),
        &agenda,
        "2025-06-01T00:00:00Z",
        &[
            "2025-06-16 00:00:00 TrialEnd R8",
            "2025-06-16 00:00:00 PredebitNotice R17",
            "2025-06-17 00:00:00 EarliestDebit R17",
            "2025-07-01 00:00:00 NextBillingDate R2",
            "2025-07-01 00:00:00 PredebitNotice R17",
            "2025-07-02 00:00:00 EarliestDebit R17",
        ],
    );
    check(
        trial(OnFile::Nothing),
        &agenda,
        "2025-06-16T00:00:00Z",
        &[
            "2025-06-30 00:00:00 TrialCancellation R8",
            "2025-08-29 00:00:00 BackupPurge R18",
        ],
    );
}

/// An account in India with everything that can be pending.
pub(super) fn full() -> Agenda {
    Agenda {
        offset_minutes: 330,
        term: Term::Annual {
            ends_on: "2025-07-01".parse().unwrap(),
        },
        scheduled: Scheduled::Change,
        collects: CollectingRule::RUPEE_MANDATE,
        debits_at: vec![instant("2025-06-21T12:00:00Z")],
        authentication_started_at: Some(instant("2025-06-20T13:00:00Z")),
        quote_day: "2025-06-20".parse().ok(),
        oldest_event: Some((Plan::Essentials, "2022-06-25".parse().unwrap())),
    }
}

/// A26: July starts at 18:30 UTC on 30 June. Ties are in the order of the kinds.
#[test]
fn an_active_account_with_everything() {
    let all = [
        "2025-06-20 13:30:00 AuthenticationExpiry R19",
        "2025-06-20 18:30:00 QuoteExpiry R19",
        "2025-06-21 12:00:00 EarliestDebit R17",
        "2025-06-24 18:30:00 RetentionBoundary R18",
        "2025-06-30 18:30:00 NextBillingDate R2",
        "2025-06-30 18:30:00 AnnualTermEnd R9",
        "2025-06-30 18:30:00 ScheduledChange R6",
        "2025-06-30 18:30:00 PredebitNotice R17",
        "2025-07-01 18:30:00 EarliestDebit R17",
    ];
    let account = state(active(), Dunning::Clear);
    check(account, &full(), "2025-06-20T13:29:59Z", &all);
    check(account, &full(), "2025-06-20T13:30:00Z", &all[1..]);
    check(account, &full(), "2025-06-20T18:30:00Z", &all[2..]);
    check(account, &full(), "2025-06-21T12:00:00Z", &all[3..]);
    check(account, &full(), "2025-06-30T18:29:59Z", &all[4..]);
}

/// Scheduled changes wait for the 1st, or for the end of the annual term (R6, R9).
#[test]
fn what_is_scheduled() {
    let account = state(active(), Dunning::Clear);
    let monthly = Agenda {
        scheduled: Scheduled::Change,
        ..Agenda::plain(0)
    };
    check(
        account,
        &monthly,
        "2025-06-20T00:00:00Z",
        &[
            "2025-07-01 00:00:00 NextBillingDate R2",
            "2025-07-01 00:00:00 ScheduledChange R6",
        ],
    );
    let annual = Agenda {
        term: Term::Annual {
            ends_on: "2026-01-01".parse().unwrap(),
        },
        ..monthly
    };
    check(
        account,
        &annual,
        "2025-06-20T00:00:00Z",
        &[
            "2025-07-01 00:00:00 NextBillingDate R2",
            "2026-01-01 00:00:00 AnnualTermEnd R9",
            "2026-01-01 00:00:00 ScheduledChange R6",
        ],
    );
    let still = Agenda {
        scheduled: Scheduled::Nothing,
        ..annual
    };
    check(
        account,
        &still,
        "2025-06-20T00:00:00Z",
        &[
            "2025-07-01 00:00:00 NextBillingDate R2",
            "2026-01-01 00:00:00 AnnualTermEnd R9",
        ],
    );
}

/// SPEC R2: the next billing date is always the next 1st, at midnight of the zone.
#[test]
fn the_next_billing_date() {
    let account = state(active(), Dunning::Clear);
    let check = |offset: i32, now: &str, expected: &str| {
        let expected = format!("{expected} NextBillingDate R2");
        assert_eq!(
            written(account, &Agenda::plain(offset), now),
            [expected],
            "R2: {offset}, {now}"
        );
    };
    check(0, "2025-06-30T23:59:59Z", "2025-07-01 00:00:00");
    check(0, "2025-07-01T00:00:00Z", "2025-08-01 00:00:00");
    check(330, "2025-06-30T18:29:59Z", "2025-06-30 18:30:00");
    check(330, "2025-06-30T18:30:00Z", "2025-07-31 18:30:00");
    check(-480, "2025-07-01T07:59:59Z", "2025-07-01 08:00:00");
    check(-480, "2025-07-01T08:00:00Z", "2025-08-01 08:00:00");
    check(0, "2027-12-31T12:00:00Z", "2028-01-01 00:00:00");
    check(0, "2028-02-29T12:00:00Z", "2028-03-01 00:00:00");
}

/// No instant, zone or policy causes a panic.
#[test]
fn the_ends_of_the_calendar() {
    let extreme = Policy {
        trial_days: u16::MAX,
        grace_days: u16::MAX,
        lock_days: u16::MAX,
        pause_days: u16::MAX,
        backup_purge_days: u16::MAX,
        predebit_hours: u16::MAX,
        authentication_minutes: u16::MAX,
        ..Policy::default()
    };
    let ends = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC];
    for (then, now) in ends.iter().flat_map(|then| ends.map(|now| (*then, now))) {
        for offset_minutes in [i32::MIN, 0, i32::MAX] {
            let agenda = Agenda {
                offset_minutes,
                debits_at: vec![then],
                authentication_started_at: Some(then),
                quote_day: Some(then.date_naive()),
                oldest_event: Some((Plan::Basic, then.date_naive())),
                collects: CollectingRule::AfterNotice { hours: u16::MAX },
                ..full()
            };
            let trial = AccountState::started(then);
            let failed = state(active(), Dunning::Grace { failed_at: then });
            let paused = state(Lifecycle::Paused { at: then }, Dunning::Clear);
            for account in [trial, failed, paused] {
                let ahead = deadlines(&account, &agenda, now, &extreme);
                let as_of = account.as_of().max(now);
                assert!(ahead.is_sorted() && ahead.iter().all(|one| one.at > as_of));
            }
        }
    }
}
