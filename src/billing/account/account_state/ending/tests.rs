//! No end takes effect before its notice has been out for three days, whatever its cause.

use alloc::format;

use super::*;
use crate::account::account_state::AccountEvent;
use crate::account::deadline::{Agenda, deadlines};
use crate::account::dunning::Charge;
use crate::account::notice::access;
use crate::invoicing::collection::Outstanding;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn state(lifecycle: &str, dunning: &str, as_of: &str) -> AccountState {
    let text = format!(
        r#"{{"lifecycle":{lifecycle},"dunning":{dunning},"usage_lock":{{"clear":{{"lifted_until":null}}}},"as_of":"{as_of}"}}"#
    );
    serde_json::from_str(&text).unwrap()
}

/// Each account that time ends, with its last stage and its end by the rules.
fn each() -> [(AccountState, &'static str, &'static str); 3] {
    [
        (
            state(
                r#"{"active":{"since":"2026-05-01T00:00:00Z"}}"#,
                r#"{"grace":{"failed_at":"2026-07-01T00:05:00Z"}}"#,
                "2026-07-01T00:05:00Z",
            ),
            "2026-07-11T00:05:00Z",
            "2026-07-25T00:05:00Z",
        ),
        (
            state(
                r#"{"trial":{"started_at":"2026-06-01T00:00:00Z","on_file":"nothing"}}"#,
                r#""clear""#,
                "2026-06-01T00:00:00Z",
            ),
            "2026-07-01T00:00:00Z",
            "2026-07-15T00:00:00Z",
        ),
        (
            state(
                r#"{"paused":{"at":"2026-06-01T10:00:00Z"}}"#,
                r#""clear""#,
                "2026-06-01T10:00:00Z",
            ),
            "2026-07-24T10:00:00Z",
            "2026-07-31T10:00:00Z",
        ),
    ]
}

/// RELIABILITY 59: an account without notice has not ended, however late, and its shown end is kept.
#[test]
fn an_end_waits_for_its_notice() {
    let policy = Policy::default();
    for (account, _, nominal) in each() {
        let late = at("2026-12-01T08:00:00Z");
        let found = account.by_the_record(&policy).at(late, &policy);
        assert_eq!(found.ends_at(&policy), Some(at("2026-12-04T08:00:00Z")));
        assert_eq!(found.nominal_end(&policy), Some(at(nominal)));
        let notified = found.with_end_announced(late, &policy);
        assert_eq!(notified.end_notice_due(&policy), None, "once");
        let kept = at("2026-12-04T08:00:00Z");
        let shown = access(&notified, late, &policy).notices[0].next.unwrap();
        assert_eq!((shown.at, shown.kind.ends_account()), (kept, true));
        let ahead = deadlines(&notified, &Agenda::plain(0), late, &policy);
        assert!(ahead.contains(&shown), "{ahead:?}");
        let before = notified.at(at("2026-12-04T07:59:59Z"), &policy);
        assert_eq!(before.lifecycle(), found.lifecycle());
        let ended = notified.at(at("2026-12-24T00:00:00Z"), &policy).lifecycle();
        let cause = found.end_cause(&policy).unwrap();
        assert_eq!(ended, Lifecycle::Cancelled { at: kept, cause });
    }
}

/// A notice in time moves nothing, whether it is sent when due or some days later.
#[test]
fn a_notice_in_time_moves_nothing() {
    let policy = Policy::default();
    for (account, stage, nominal) in each() {
        let stage = at(stage);
        let reached = account.by_the_record(&policy).at(stage, &policy);
        assert_eq!(reached.end_notice_due(&policy), Some(stage));
        let notified = reached.with_end_announced(stage, &policy);
        for state in [account, reached, notified] {
            assert_eq!(state.ends_at(&policy), Some(at(nominal)));
        }
        let cancelled = notified.at(at(nominal), &policy).lifecycle();
        assert_eq!(cancelled, account.at(at(nominal), &policy).lifecycle());
        let text = serde_json::to_string(&notified).unwrap();
        assert_eq!(
            serde_json::from_str::<AccountState>(&text).unwrap(),
            notified
        );
    }
}

/// A cure takes effect until the kept end, and the next end needs a new notice.
#[test]
fn a_cure_in_the_last_days_counts() {
    let policy = Policy::default();
    let [(unpaid, ..), (trial, ..), (paused, ..)] = each();
    let late = at("2026-12-01T08:00:00Z");
    let notified = |state: AccountState| {
        let found = state.by_the_record(&policy).at(late, &policy);
        found.with_end_announced(late, &policy)
    };
    let last = at("2026-12-04T07:59:59Z");
    let left = Outstanding::Nothing;
    let paid = AccountEvent::Payment(dunning::PaymentEvent::PaymentSucceeded { left });
    let paid = notified(unpaid).after(paid, last, &policy).unwrap();
    assert_eq!(
        (paid.ends_at(&policy), paid.end_notice()),
        (None, EndNotice::WhenDue)
    );
    let charge = Charge::Scheduled;
    let failed = AccountEvent::Payment(dunning::PaymentEvent::PaymentFailed { charge });
    let again = paid.after(failed, last, &policy).unwrap();
    assert_eq!(again.ends_at(&policy), Some(at("2026-12-28T07:59:59Z")));
    let outstanding = Outstanding::Nothing;
    let back = AccountEvent::Life(lifecycle::LifecycleEvent::Reactivate { outstanding });
    let back = notified(paused).after(back, last, &policy).unwrap();
    assert_eq!(back.lifecycle(), Lifecycle::Active { since: last });
    let saved = [
        lifecycle::LifecycleEvent::PaymentMethodSaved,
        lifecycle::LifecycleEvent::BillingDetailsSaved,
    ];
    let complete = saved.into_iter().fold(notified(trial), |state, saved| {
        state
            .after(AccountEvent::Life(saved), last, &policy)
            .unwrap()
    });
    assert_eq!(complete.lifecycle(), Lifecycle::Active { since: last });
}
