//! The whole state machine as a table, and its deadlines to the second.

use alloc::format;
use alloc::string::String;

use super::*;

const START: &str = "2025-05-17T00:00:00Z";

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn trial(on_file: OnFile) -> Lifecycle {
    Lifecycle::Trial {
        started_at: instant(START),
        on_file,
    }
}

fn name(state: Lifecycle, now: DateTime<Utc>) -> String {
    let lock = state.trial_lock(now, &Policy::default());
    match state {
        Lifecycle::Trial { on_file, .. } => match lock {
            None => format!("trial/{on_file:?}"),
            Some(lock) => format!("trial/{on_file:?}+{lock:?}"),
        },
        Lifecycle::Active { .. } => "active".into(),
        Lifecycle::Paused { .. } => "paused".into(),
        Lifecycle::Cancelled { cause, .. } => format!("cancelled/{cause:?}"),
    }
}

const NOTHING: Outstanding = Outstanding::Nothing;
const UNPAID: Outstanding = Outstanding::NotFailed;

/// SPEC 6: rows 1 to 5a and 23 to 27. Change the code and this table together.
const TABLE: &str = "\
trial/Nothing: method -> trial/PaymentMethod, details -> trial/BillingDetails, no method -> trial/Nothing, pause -> InTrial, pause unpaid -> InTrial, reactivate -> NotPaused, reactivate unpaid -> NotPaused, cancel -> cancelled/Ordered
trial/PaymentMethod: method -> trial/PaymentMethod, details -> trial/Both, no method -> trial/Nothing, pause -> InTrial, pause unpaid -> InTrial, reactivate -> NotPaused, reactivate unpaid -> NotPaused, cancel -> cancelled/Ordered
trial/BillingDetails: method -> trial/Both, details -> trial/BillingDetails, no method -> trial/BillingDetails, pause -> InTrial, pause unpaid -> InTrial, reactivate -> NotPaused, reactivate unpaid -> NotPaused, cancel -> cancelled/Ordered
trial/Both: method -> trial/Both, details -> trial/Both, no method -> trial/BillingDetails, pause -> InTrial, pause unpaid -> InTrial, reactivate -> NotPaused, reactivate unpaid -> NotPaused, cancel -> cancelled/Ordered
trial/PaymentMethod+BillingMissing: method -> trial/PaymentMethod+BillingMissing, details -> trial/Both, no method -> trial/Nothing+BillingMissing, pause -> InTrial, pause unpaid -> InTrial, reactivate -> NotPaused, reactivate unpaid -> NotPaused, cancel -> cancelled/Ordered
trial/BillingDetails+Expired: method -> active, details -> trial/BillingDetails+Expired, no method -> trial/BillingDetails+Expired, pause -> InTrial, pause unpaid -> InTrial, reactivate -> NotPaused, reactivate unpaid -> NotPaused, cancel -> cancelled/Ordered
active: method -> active, details -> active, no method -> active, pause -> paused, pause unpaid -> OpenDebt, reactivate -> NotPaused, reactivate unpaid -> NotPaused, cancel -> cancelled/Ordered
paused: method -> paused, details -> paused, no method -> paused, pause -> Paused, pause unpaid -> Paused, reactivate -> active, reactivate unpaid -> OpenDebt, cancel -> cancelled/Ordered
cancelled/PauseExpired: method -> Cancelled, details -> Cancelled, no method -> Cancelled, pause -> Cancelled, pause unpaid -> Cancelled, reactivate -> Cancelled, reactivate unpaid -> Cancelled, cancel -> Cancelled
";

#[test]
fn moves_as_the_table_says() {
    let early = instant("2025-05-20T12:00:00Z");
    let locked = instant("2025-06-10T12:00:00Z");
    let expired = instant("2025-06-20T12:00:00Z");
    let ended = Lifecycle::Cancelled {
        at: early,
        cause: Cause::PauseExpired,
    };
    let rows = [
        (trial(OnFile::Nothing), early),
        (trial(OnFile::PaymentMethod), early),
        (trial(OnFile::BillingDetails), early),
        (trial(OnFile::Both), early),
        (trial(OnFile::PaymentMethod), locked),
        (trial(OnFile::BillingDetails), expired),
        (Lifecycle::Active { since: early }, expired),
        (Lifecycle::Paused { at: early }, expired),
        (ended, expired),
    ];
    let events = [
        ("method", LifecycleEvent::PaymentMethodSaved),
        ("details", LifecycleEvent::BillingDetailsSaved),
        ("no method", LifecycleEvent::LastPaymentMethodRemoved),
        (
            "pause",
            LifecycleEvent::Pause {
                outstanding: NOTHING,
            },
        ),
        (
            "pause unpaid",
            LifecycleEvent::Pause {
                outstanding: UNPAID,
            },
        ),
        (
            "reactivate",
            LifecycleEvent::Reactivate {
                outstanding: NOTHING,
            },
        ),
        (
            "reactivate unpaid",
            LifecycleEvent::Reactivate {
                outstanding: UNPAID,
            },
        ),
        (
            "cancel",
            LifecycleEvent::Cancel {
                reason: Reason::LowUsage,
            },
        ),
    ];
    let mut table = String::new();
    for (state, now) in rows {
        let cells = events.clone().map(|(label, event)| {
            match state.after(event, now, &Policy::default()) {
                Ok(next) => format!("{label} -> {}", name(next, now)),
                Err(refused) => format!("{label} -> {refused:?}"),
            }
        });
        table += &format!("{}: {}\n", name(state, now), cells.join(", "));
    }
    assert_eq!(table, TABLE);
}

#[test]
fn deadlines_act_at_their_own_instant() {
    let check = |state: Lifecycle, now: &str, expected: Lifecycle, rule: &str| {
        assert_eq!(
            state.at(instant(now), &Policy::default()),
            expected,
            "{rule}: {now}"
        );
    };
    let active = Lifecycle::Active {
        since: instant("2025-06-16T00:00:00Z"),
    };
    check(
        trial(OnFile::Both),
        "2025-06-15T23:59:59Z",
        trial(OnFile::Both),
        "row 4",
    );
    check(trial(OnFile::Both), "2025-06-16T00:00:00Z", active, "row 4");
    check(
        trial(OnFile::Both),
        "2031-01-01T00:00:00Z",
        active,
        "row 4, late",
    );
    let at = instant("2025-06-30T00:00:00Z");
    let cancelled = Lifecycle::Cancelled {
        at,
        cause: Cause::TrialExpired,
    };
    for missing in [
        OnFile::Nothing,
        OnFile::PaymentMethod,
        OnFile::BillingDetails,
    ] {
        check(
            trial(missing),
            "2025-06-29T23:59:59Z",
            trial(missing),
            "row 5",
        );
        check(trial(missing), "2025-06-30T00:00:00Z", cancelled, "row 5");
        check(
            trial(missing),
            "2025-09-01T00:00:00Z",
            cancelled,
            "row 5, late",
        );
    }
    let paused = Lifecycle::Paused {
        at: instant("2025-06-01T10:00:00Z"),
    };
    let at = instant("2025-07-31T10:00:00Z");
    let deleted = Lifecycle::Cancelled {
        at,
        cause: Cause::PauseExpired,
    };
    check(paused, "2025-07-31T09:59:59Z", paused, "row 25");
    check(paused, "2025-07-31T10:00:00Z", deleted, "row 25");
    check(
        active,
        "2099-01-01T00:00:00Z",
        active,
        "nothing ends an active account",
    );
    check(deleted, "2099-01-01T00:00:00Z", deleted, "row 27");
}

#[test]
fn an_event_at_the_deadline_is_too_late() {
    let policy = Policy::default();
    let method = LifecycleEvent::PaymentMethodSaved;
    let near = trial(OnFile::BillingDetails);
    let saved = |now: &str| near.after(method.clone(), instant(now), &policy);
    let active = |since: &str| {
        Ok(Lifecycle::Active {
            since: instant(since),
        })
    };
    assert_eq!(
        saved("2025-06-15T23:59:59Z"),
        Ok(trial(OnFile::Both)),
        "row 3"
    );
    assert_eq!(
        saved("2025-06-16T00:00:00Z"),
        active("2025-06-16T00:00:00Z"),
        "row 5a"
    );
    assert_eq!(
        saved("2025-06-29T23:59:59Z"),
        active("2025-06-29T23:59:59Z"),
        "row 5a"
    );
    assert_eq!(
        saved("2025-06-30T00:00:00Z"),
        Err(Refused::Cancelled),
        "row 5"
    );

    let paused = Lifecycle::Paused {
        at: instant("2025-06-01T10:00:00Z"),
    };
    let back = |now: &str| {
        paused.after(
            LifecycleEvent::Reactivate {
                outstanding: NOTHING,
            },
            instant(now),
            &policy,
        )
    };
    assert_eq!(
        back("2025-07-31T09:59:59Z"),
        active("2025-07-31T09:59:59Z"),
        "row 24"
    );
    assert_eq!(
        back("2025-07-31T10:00:00Z"),
        Err(Refused::Cancelled),
        "row 25"
    );

    let ordered = Lifecycle::Active {
        since: instant(START),
    }
    .after(
        LifecycleEvent::Cancel {
            reason: Reason::TooExpensive,
        },
        instant("2025-07-01T08:00:00Z"),
        &policy,
    );
    let at = instant("2025-07-01T08:00:00Z");
    assert_eq!(
        ordered,
        Ok(Lifecycle::Cancelled {
            at,
            cause: Cause::Ordered
        }),
        "row 26"
    );
}

#[test]
fn days_come_from_the_policy() {
    let policy = Policy {
        trial_days: 10,
        trial_lock_days: 3,
        trial_cancel_days: 2,
        pause_days: 1,
        ..Policy::default()
    };
    let start = instant(START);
    assert_eq!(
        trial_locks_at(start, &policy),
        instant("2025-05-24T00:00:00Z")
    );
    assert_eq!(
        trial_ends_at(start, &policy),
        instant("2025-05-27T00:00:00Z")
    );
    assert_eq!(
        trial_cancels_at(start, &policy),
        instant("2025-05-29T00:00:00Z")
    );
    assert_eq!(
        pause_ends_at(start, &policy),
        instant("2025-05-18T00:00:00Z")
    );
    let all = Policy {
        trial_lock_days: 11,
        ..policy
    };
    assert_eq!(trial_locks_at(start, &all), start, "locked from the start");
    let lost = pause_ends_at(DateTime::<Utc>::MAX_UTC, &all);
    assert_eq!(lost, DateTime::<Utc>::MAX_UTC, "the calendar's end");
}

#[test]
fn each_end_has_its_rule() {
    let rules = [
        Cause::Ordered,
        Cause::TrialExpired,
        Cause::Unpaid,
        Cause::PauseExpired,
    ];
    assert_eq!(rules.map(Cause::rule), ["R14", "R8", "R12", "R13"]);
}
