//! The worked timeline of SPEC 6 to the second, and the deadlines of each kind of account.

use alloc::format;
use alloc::string::{String, ToString};

use super::calendar_tests::full;
use super::*;
use crate::account::lifecycle::Cause;
use crate::account::usage_lock::UsageLock;
use crate::period::days_after;

pub(super) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn state(lifecycle: Lifecycle, dunning: Dunning) -> AccountState {
    let json = serde_json::json!({
        "lifecycle": lifecycle,
        "dunning": dunning,
        "usage_lock": UsageLock::CLEAR,
        "as_of": "2025-05-01T00:00:00Z",
    });
    serde_json::from_value(json).unwrap()
}

pub(super) fn active() -> Lifecycle {
    Lifecycle::Active {
        since: instant("2025-05-01T00:00:00Z"),
    }
}

pub(super) fn trial(on_file: OnFile) -> AccountState {
    let started_at = instant("2025-05-17T00:00:00Z");
    state(
        Lifecycle::Trial {
            started_at,
            on_file,
        },
        Dunning::Clear,
    )
}

pub(super) fn written(state: AccountState, agenda: &Agenda, now: &str) -> Vec<String> {
    deadlines(&state, agenda, instant(now), &Policy::default())
        .iter()
        .map(|one| format!("{} {:?} {}", one.at.format("%F %T"), one.kind, one.rule))
        .collect()
}

#[track_caller]
pub(super) fn check(state: AccountState, agenda: &Agenda, now: &str, expected: &[&str]) {
    assert_eq!(written(state, agenda, now), expected, "{now}");
}

/// SPEC 6: fails on 1 July at 00:05, grace to the 11th, cancelled on the 25th, purged by
/// 23 September. The August invoice would be after the cancellation.
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

/// A68: a billing date is before the cancellation, or there is none.
#[test]
fn a_cancellation_on_the_first() {
    let plain = Agenda::plain(0);
    let now = "2025-06-20T00:00:00Z";
    let failed = |at| {
        state(
            active(),
            Dunning::Grace {
                failed_at: instant(at),
            },
        )
    };
    check(
        failed("2025-06-07T00:00:00Z"),
        &plain,
        now,
        &[
            "2025-07-01 00:00:00 LockEnd R12",
            "2025-08-30 00:00:00 BackupPurge R18",
        ],
    );
    check(
        failed("2025-06-07T00:00:01Z"),
        &plain,
        now,
        &[
            "2025-07-01 00:00:00 NextBillingDate R2",
            "2025-07-01 00:00:01 LockEnd R12",
            "2025-08-30 00:00:01 BackupPurge R18",
        ],
    );
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

/// The same state, advanced only to its first day.
fn at_start(state: AccountState) -> AccountState {
    let mut json = serde_json::to_value(state).unwrap();
    json["as_of"] = "2024-02-01T00:00:00Z".into();
    serde_json::from_value(json).unwrap()
}

/// SPEC 6: a trial from 17 May locks on 9 June and ends on the 16th. An incomplete one is cancelled 14
/// days later; a complete one is charged, and billed on each 1st.
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

/// SPEC 6: paused on 1 June at 10:00, deleted on 31 July at 10:00; no other deadline acts (R13) but the
/// debit of earlier invoices (A190).
#[test]
fn a_pause() {
    let paused = state(
        Lifecycle::Paused {
            at: instant("2025-06-01T10:00:00Z"),
        },
        Dunning::Clear,
    );
    let chain = [
        "2025-06-21 12:00:00 EarliestDebit R17",
        "2025-07-31 10:00:00 PauseEnd R13",
        "2025-09-29 10:00:00 BackupPurge R18",
    ];
    check(paused, &full(), "2025-06-01T10:00:00Z", &chain);
    check(paused, &full(), "2025-07-31T09:59:59Z", &chain[1..]);
    check(paused, &full(), "2025-07-31T10:00:00Z", &chain[2..]);
    check(
        paused,
        &Agenda::plain(0),
        "2025-06-01T10:00:00Z",
        &chain[1..],
    );
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

/// A66: after an account has been advanced to an instant, an earlier clock repeats no deadline.
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
    assert_eq!(
        back.first().map(|one| one.kind),
        Some(DeadlineKind::LockEnd)
    );
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
    let gone = "the account is cancelled and its data deleted";
    let kinds = [
        (DeadlineKind::Schedule, "R2", "what falls due is worked out"),
        (
            DeadlineKind::QuoteExpiry,
            "R19",
            "the price shown no longer holds",
        ),
        (
            DeadlineKind::AuthenticationExpiry,
            "R19",
            "the payment fails unless the bank has confirmed it",
        ),
        (
            DeadlineKind::PaymentCheck,
            "R19",
            "the gateway is asked what became of a payment",
        ),
        (DeadlineKind::MonthChange, "R15", "the month is closed"),
        (
            DeadlineKind::NextBillingDate,
            "R2",
            "the next invoice is issued",
        ),
        (DeadlineKind::AnnualTermEnd, "R9", "the annual term ends"),
        (
            DeadlineKind::ScheduledChange,
            "R6",
            "the scheduled change takes effect",
        ),
        (
            DeadlineKind::TrialLock,
            "R8",
            "the dashboard closes unless billing is set up",
        ),
        (DeadlineKind::TrialEnd, "R8", "the trial ends"),
        (
            DeadlineKind::PredebitNotice,
            "R17",
            "the bank gives notice of the debit",
        ),
        (
            DeadlineKind::GraceEnd,
            "R12",
            "the dashboard closes until all open invoices are paid",
        ),
        (
            DeadlineKind::EndNotice,
            "R2",
            "the notice of the account's end goes out",
        ),
        (
            DeadlineKind::Alerts,
            "R10",
            "usage is held against its limits",
        ),
        (DeadlineKind::TrialCancellation, "R8", gone),
        (DeadlineKind::LockEnd, "R12", gone),
        (DeadlineKind::PauseEnd, "R13", gone),
        (DeadlineKind::Collect, "R15", "an invoice is debited"),
        (
            DeadlineKind::EarliestDebit,
            "R17",
            "the invoice may be debited",
        ),
        (
            DeadlineKind::RetentionBoundary,
            "R18",
            "the oldest events are deleted",
        ),
        (
            DeadlineKind::BackupPurge,
            "R18",
            "the last backup is deleted",
        ),
    ];
    assert!(kinds.is_sorted(), "SPEC R2, A67");
    assert_eq!(kinds.map(|(kind, ..)| kind), DeadlineKind::ALL);
    for (kind, rule, says) in kinds {
        assert_eq!(
            (kind.rule(), kind.to_string().as_str()),
            (rule, says),
            "{kind:?}"
        );
        let word = serde_json::to_value(kind).unwrap();
        assert_eq!(word, kind.as_str(), "one word, stored and sent");
        let ends = kind.ends_account();
        assert_eq!(ends, says == gone, "{kind:?}");
    }
}

#[test]
fn reads_back_what_it_writes() {
    let deadline = Deadline::new(instant("2025-07-11T00:05:00Z"), DeadlineKind::GraceEnd);
    let text = serde_json::to_string(&deadline).unwrap();
    assert_eq!(
        text,
        r#"{"at":"2025-07-11T00:05:00Z","kind":"grace_end","rule":"R12"}"#
    );
    assert_eq!(serde_json::from_str::<Deadline>(&text).unwrap(), deadline);
}
