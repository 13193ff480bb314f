//! The whole state machine as a table, and its deadlines to the second.

use alloc::format;
use alloc::string::String;

use super::*;

const FAILED: &str = "2025-07-01T00:05:00Z";

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn name(state: Dunning) -> String {
    match state {
        Dunning::Clear => "clear".into(),
        Dunning::Grace { failed_at } => format!("grace from {}", failed_at.format("%d")),
        Dunning::Locked { failed_at } => format!("locked from {}", failed_at.format("%d")),
    }
}

/// SPEC 6: rows 13, 14 and 16; A42. Change the code and this table together.
const TABLE: &str = "\
clear: fails -> grace from 05, order fails -> clear, paid -> clear, paid, one open -> clear, paid, one failed -> clear, processing -> clear
grace from 01: fails -> grace from 01, order fails -> grace from 01, paid -> clear, paid, one open -> clear, paid, one failed -> grace from 03, processing -> grace from 01
locked from 01: fails -> locked from 01, order fails -> locked from 01, paid -> clear, paid, one open -> locked from 01, paid, one failed -> locked from 01, processing -> locked from 01
";

#[test]
fn moves_as_the_table_says() {
    let failed_at = instant(FAILED);
    let now = instant("2025-07-05T12:00:00Z");
    let since = instant("2025-07-03T00:00:00Z");
    let events = [
        (
            "fails",
            PaymentEvent::PaymentFailed {
                charge: Charge::Scheduled,
            },
        ),
        (
            "order fails",
            PaymentEvent::PaymentFailed {
                charge: Charge::OnDemand,
            },
        ),
        (
            "paid",
            PaymentEvent::PaymentSucceeded {
                left: Outstanding::Nothing,
            },
        ),
        (
            "paid, one open",
            PaymentEvent::PaymentSucceeded {
                left: Outstanding::NotFailed,
            },
        ),
        (
            "paid, one failed",
            PaymentEvent::PaymentSucceeded {
                left: Outstanding::Failed { since },
            },
        ),
        ("processing", PaymentEvent::PaymentProcessing),
    ];
    let mut table = String::new();
    for state in [
        Dunning::Clear,
        Dunning::Grace { failed_at },
        Dunning::Locked { failed_at },
    ] {
        let cells = events.map(|(label, event)| {
            format!(
                "{label} -> {}",
                name(state.after(event, now, &Policy::default()))
            )
        });
        table += &format!("{}: {}\n", name(state), cells.join(", "));
    }
    assert_eq!(table, TABLE);
}

/// SPEC R12, rows 15 and 17, and the timeline of SPEC 6.
#[test]
fn deadlines_act_to_the_second() {
    let policy = Policy::default();
    let failed_at = instant(FAILED);
    let (grace, locked) = (Dunning::Grace { failed_at }, Dunning::Locked { failed_at });
    let check = |state: Dunning, now: &str, expected: Dunning| {
        assert_eq!(state.at(instant(now), &policy), expected, "R12: {now}");
    };
    check(grace, "2025-07-11T00:04:59Z", grace);
    check(grace, "2025-07-11T00:05:00Z", locked);
    check(grace, "2025-12-01T00:00:00Z", locked);
    check(locked, "2025-07-02T00:00:00Z", locked);
    check(Dunning::Clear, "2099-01-01T00:00:00Z", Dunning::Clear);
    assert_eq!(Dunning::Clear.cancels_at(&policy), None);
    assert_eq!(
        grace.cancels_at(&policy),
        Some(instant("2025-07-25T00:05:00Z"))
    );
    assert_eq!(
        locked.cancels_at(&policy),
        Some(instant("2025-07-25T00:05:00Z"))
    );
    let short = Policy {
        grace_days: 3,
        lock_days: 4,
        ..policy
    };
    assert_eq!(
        grace_ends_at(failed_at, &short),
        instant("2025-07-04T00:05:00Z")
    );
    assert_eq!(
        grace.cancels_at(&short),
        Some(instant("2025-07-08T00:05:00Z"))
    );
}

/// SPEC A19: failed on 1 July, a new card on the 9th whose retry succeeds.
#[test]
fn a_retry_that_succeeds_clears() {
    let policy = Policy::default();
    let failed = PaymentEvent::PaymentFailed {
        charge: Charge::Scheduled,
    };
    let grace = Dunning::Clear.after(failed, instant(FAILED), &policy);
    let retried = grace.after(failed, instant("2025-07-08T00:00:00Z"), &policy);
    assert_eq!(
        retried, grace,
        "R12: a failed retry does not move the clock"
    );
    let paid = PaymentEvent::PaymentSucceeded {
        left: Outstanding::Nothing,
    };
    assert_eq!(
        retried.after(paid, instant("2025-07-09T00:00:00Z"), &policy),
        Dunning::Clear
    );
}

#[test]
fn a_payment_at_the_deadline_is_one_in_the_lock() {
    let policy = Policy::default();
    let failed_at = instant(FAILED);
    let left = Outstanding::NotFailed;
    let pay = |now: &str| {
        Dunning::Grace { failed_at }.after(
            PaymentEvent::PaymentSucceeded { left },
            instant(now),
            &policy,
        )
    };
    assert_eq!(
        pay("2025-07-11T00:04:59Z"),
        Dunning::Clear,
        "R12: grace asks for what failed"
    );
    assert_eq!(
        pay("2025-07-11T00:05:00Z"),
        Dunning::Locked { failed_at },
        "R12: the lock for all"
    );
}

/// SPEC R12, A64: the clock is that of the oldest failed invoice, never earlier than before, never in
/// the future, and applied at once.
#[test]
fn the_clock_follows_the_oldest_failure() {
    let policy = Policy::default();
    let check = |since: &str, now: &str, expected: &str| {
        let left = Outstanding::Failed {
            since: instant(since),
        };
        let after = Dunning::Grace {
            failed_at: instant(FAILED),
        }
        .after(
            PaymentEvent::PaymentSucceeded { left },
            instant(now),
            &policy,
        );
        assert_eq!(
            after,
            Dunning::Grace {
                failed_at: instant(expected)
            },
            "{since}, {now}"
        );
    };
    check(
        "2025-07-05T00:00:00Z",
        "2025-07-06T00:00:00Z",
        "2025-07-05T00:00:00Z",
    );
    check("2025-06-05T00:00:00Z", "2025-07-06T00:00:00Z", FAILED);
    check(
        "2025-07-08T00:00:00Z",
        "2025-07-06T00:00:00Z",
        "2025-07-06T00:00:00Z",
    );
}

#[test]
fn no_days_of_grace_lock_at_once() {
    let policy = Policy {
        grace_days: 0,
        ..Policy::default()
    };
    let failed = PaymentEvent::PaymentFailed {
        charge: Charge::Scheduled,
    };
    let failed_at = instant(FAILED);
    assert_eq!(
        Dunning::Clear.after(failed, failed_at, &policy),
        Dunning::Locked { failed_at }
    );
}
