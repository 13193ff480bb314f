//! The worked timeline of SPEC 6 to the second, and which deadlines an account has.

use alloc::string::{String, ToString};
use alloc::{format, vec};

use super::*;
use crate::collection::Collects;
use crate::lifecycle::Cause;
use crate::retention::Plan;
use crate::usage_lock::UsageLock;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn state(lifecycle: Lifecycle, dunning: Dunning) -> AccountState {
    let json = serde_json::json!({
        "lifecycle": lifecycle,
        "dunning": dunning,
        "usage_lock": UsageLock::CLEAR,
        "as_of": "2025-05-01T00:00:00Z",
    });
    serde_json::from_value(json).unwrap()
}

fn active() -> Lifecycle {
    Lifecycle::Active {
        since: instant("2025-05-01T00:00:00Z"),
    }
}

fn trial(on_file: OnFile) -> AccountState {
    let started_at = instant("2025-05-17T00:00:00Z");
    state(
        Lifecycle::Trial {
            started_at,
            on_file,
        },
        Dunning::Clear,
    )
}

fn written(state: AccountState, agenda: &Agenda, now: &str) -> Vec<String> {
    deadlines(&state, agenda, instant(now), &Policy::default())
        .iter()
        .map(|one| format!("{} {:?} {}", one.at.format("%F %T"), one.kind, one.rule))
        .collect()
}

#[track_caller]
fn check(state: AccountState, agenda: &Agenda, now: &str, expected: &[&str]) {
    assert_eq!(written(state, agenda, now), expected, "{now}");
}

/// SPEC 6: fails on 1 July at 00:05, grace to the 11th, cancelled on the 25th, purged by
/// 23 September. The August invoice lies behind the cancellation.
#[test]
fn a_failed_charge() {
    let plain = Agenda::plain(0);
    let failed_at = instant("2025-07-01T00:05:00Z");
    let failed = state(active(), Dunning::Grace { failed_at });
    let (grace, lock, purge) = (
        "2025-07-11 00:05:00 GraceEnd R12",
        "2025-07-25 00:05:00 LockEnd R12",
        "2025-09-23 00:05:00 BackupPurge R18",
    );
    check(
        failed,
        &plain,
        "2025-07-01T00:05:00Z",
        &[grace, lock, purge],
    );
    check(
        failed,
        &plain,
        "2025-07-11T00:04:59Z",
        &[grace, lock, purge],
    );
    check(failed, &plain, "2025-07-11T00:05:00Z", &[lock, purge]);
    check(failed, &plain, "2025-07-25T00:04:59Z", &[lock, purge]);
    check(failed, &plain, "2025-07-25T00:05:00Z", &[purge]);
    check(failed, &plain, "2025-09-23T00:04:59Z", &[purge]);
    check(failed, &plain, "2025-09-23T00:05:00Z", &[]);
}

/// SPEC A25: a failure on 25 February 2024 locks on 6 March and cancels on the 20th.
#[test]
fn a_failed_charge_in_a_leap_year() {
    let failed = state(
        active(),
        Dunning::Grace {
            failed_at: instant("2024-02-25T00:00:00Z"),
        },
    );
    check(failed, &Agenda::plain(0), "2025-01-01T00:00:00Z", &[]);
    let early = deadlines(
        &at_start(failed),
        &Agenda::plain(0),
        instant("2024-02-25T00:00:00Z"),
        &Policy::default(),
    );
    let early: Vec<_> = early
        .iter()
        .map(|one| one.at.format("%F").to_string())
        .collect();
    assert_eq!(
        early,
        ["2024-03-01", "2024-03-06", "2024-03-20", "2024-05-19"]
    );
}

/// The same state, brought to its first day only.
fn at_start(state: AccountState) -> AccountState {
    let mut json = serde_json::to_value(state).unwrap();
    json["as_of"] = "2024-02-01T00:00:00Z".into();
    serde_json::from_value(json).unwrap()
}

/// SPEC 6: a trial from 17 May locks on 9 June and ends on the 16th; cancelled 14 days later if it
/// stays incomplete, charged and on the rhythm of the 1st if it does not.
#[test]
fn a_trial() {
    let plain = Agenda::plain(0);
    let chain = [
        "2025-06-09 00:00:00 TrialLock R8",
        "2025-06-16 00:00:00 TrialEnd R8",
        "2025-06-30 00:00:00 TrialCancellation R8",
        "2025-08-29 00:00:00 BackupPurge R18",
    ];
    for missing in [
        OnFile::Nothing,
        OnFile::PaymentMethod,
        OnFile::BillingDetails,
    ] {
        check(trial(missing), &plain, "2025-05-17T00:00:00Z", &chain);
        check(trial(missing), &plain, "2025-06-08T23:59:59Z", &chain);
        check(trial(missing), &plain, "2025-06-09T00:00:00Z", &chain[1..]);
        check(trial(missing), &plain, "2025-06-16T00:00:00Z", &chain[2..]);
        check(trial(missing), &plain, "2025-06-30T00:00:00Z", &chain[3..]);
    }
    check(
        trial(OnFile::Both),
        &plain,
        "2025-05-17T00:00:00Z",
        &[
            "2025-06-16 00:00:00 TrialEnd R8",
            "2025-07-01 00:00:00 NextBillingDate R2",
        ],
    );
    check(
        trial(OnFile::Both),
        &plain,
        "2025-06-16T00:00:00Z",
        &["2025-07-01 00:00:00 NextBillingDate R2"],
    );
}

/// A35: the first invoice after a trial and the month's are both debited a day after their notice.
#[test]
fn a_trial_with_a_mandate() {
    let agenda = Agenda {
        collects: Collects::AfterNotice,
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

/// SPEC 6: paused on 1 June at 10:00, deleted on 31 July at 10:00; nothing else moves (R13).
#[test]
fn a_pause() {
    let paused = state(
        Lifecycle::Paused {
            at: instant("2025-06-01T10:00:00Z"),
        },
        Dunning::Clear,
    );
    let chain = [
        "2025-07-31 10:00:00 PauseEnd R13",
        "2025-09-29 10:00:00 BackupPurge R18",
    ];
    check(paused, &full(), "2025-06-01T10:00:00Z", &chain);
    check(paused, &full(), "2025-07-31T09:59:59Z", &chain);
    check(paused, &full(), "2025-07-31T10:00:00Z", &chain[1..]);
    let at = instant("2025-06-01T10:00:00Z");
    let cancelled = state(
        Lifecycle::Cancelled {
            at,
            cause: Cause::Ordered,
        },
        Dunning::Clear,
    );
    check(
        cancelled,
        &full(),
        "2025-06-01T10:00:00Z",
        &["2025-07-31 10:00:00 BackupPurge R18"],
    );
}

/// An account in India with everything that can be under way.
fn full() -> Agenda {
    Agenda {
        offset_minutes: 330,
        term: Term::Annual {
            ends_on: "2025-07-01".parse().unwrap(),
        },
        scheduled: Scheduled::Change,
        collects: Collects::AfterNotice,
        notices_sent_at: vec![instant("2025-06-20T12:00:00Z")],
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

/// What is scheduled waits for the 1st, or for the end of the annual term (R6, R9).
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

/// A66: once an account has been brought to an instant, an earlier clock brings no deadline back.
#[test]
fn a_clock_that_steps_back_repeats_nothing() {
    let policy = Policy::default();
    let failed_at = instant("2025-07-01T00:05:00Z");
    let seen =
        state(active(), Dunning::Grace { failed_at }).at(instant("2025-07-12T00:00:00Z"), &policy);
    let back = deadlines(
        &seen,
        &Agenda::plain(0),
        instant("2025-07-02T00:00:00Z"),
        &policy,
    );
    assert_eq!(back.first().map(|one| one.kind), Some(Kind::LockEnd));
}

#[test]
fn the_calendar_has_an_end() {
    assert_eq!(
        days_after(DateTime::<Utc>::MAX_UTC, 1),
        DateTime::<Utc>::MAX_UTC
    );
    let account = state(active(), Dunning::Clear);
    let last = deadlines(
        &account,
        &Agenda::plain(0),
        DateTime::<Utc>::MAX_UTC,
        &Policy::default(),
    );
    assert_eq!(last, []);
}

#[test]
fn each_kind_has_its_rule_and_its_place() {
    let kinds = [
        (Kind::QuoteExpiry, "R19"),
        (Kind::AuthenticationExpiry, "R19"),
        (Kind::TrialLock, "R8"),
        (Kind::TrialEnd, "R8"),
        (Kind::TrialCancellation, "R8"),
        (Kind::GraceEnd, "R12"),
        (Kind::LockEnd, "R12"),
        (Kind::PauseEnd, "R13"),
        (Kind::NextBillingDate, "R2"),
        (Kind::AnnualTermEnd, "R9"),
        (Kind::ScheduledChange, "R6"),
        (Kind::PredebitNotice, "R17"),
        (Kind::EarliestDebit, "R17"),
        (Kind::RetentionBoundary, "R18"),
        (Kind::BackupPurge, "R18"),
    ];
    assert!(kinds.is_sorted(), "A67");
    for (kind, rule) in kinds {
        assert_eq!(kind.rule(), rule, "{kind:?}");
    }
}

#[test]
fn reads_back_what_it_writes() {
    let deadline = Deadline::new(instant("2025-07-11T00:05:00Z"), Kind::GraceEnd);
    let text = serde_json::to_string(&deadline).unwrap();
    assert_eq!(
        text,
        r#"{"at":"2025-07-11T00:05:00Z","kind":"grace_end","rule":"R12"}"#
    );
    assert_eq!(serde_json::from_str::<Deadline>(&text).unwrap(), deadline);
}
