//! The table "What works when" of SPEC 6, cell by cell, and each notice.

use alloc::string::{String, ToString};
use alloc::{format, vec};

use super::*;
use crate::access::cure::Cure;
use crate::account::deadline::{Deadline, DeadlineKind};
use crate::account::lifecycle::{Cause, OnFile};

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn state(lifecycle: Lifecycle, dunning: Dunning, usage_lock: UsageLock) -> AccountState {
    let json = serde_json::json!({
        "lifecycle": lifecycle,
        "dunning": dunning,
        "usage_lock": usage_lock,
        "as_of": "2025-05-01T00:00:00Z",
    });
    serde_json::from_value(json).unwrap()
}

fn active() -> Lifecycle {
    Lifecycle::Active {
        since: instant("2025-05-01T00:00:00Z"),
    }
}

fn trial(on_file: OnFile) -> Lifecycle {
    Lifecycle::Trial {
        started_at: instant("2025-05-17T00:00:00Z"),
        on_file,
    }
}

fn cells(works: Works) -> String {
    let Works {
        dashboard,
        organization,
        ingestion,
        campaigns,
        exports,
        plan_change,
    } = works;
    format!(
        "{dashboard:?} {organization:?} {ingestion:?} {campaigns:?} {exports:?} {plan_change:?}"
    )
}

/// Dashboard, Organization area, ingestion, campaigns, exports, plan change.
#[test]
fn every_cell_matches_the_documents() {
    let check = |condition: Condition, expected: &str| {
        assert_eq!(cells(condition.works()), expected, "SPEC 6: {condition:?}");
    };
    check(Condition::Trial, "Open Admins Open Open Open Any");
    check(Condition::Active, "Open Admins Open Open Open Any");
    check(Condition::Grace, "Open Admins Open Open Open Any");
    check(
        Condition::TrialBillingMissing,
        "Shut Admins Open Open Shut Any",
    );
    check(Condition::TrialExpired, "Shut Admins Open Open Shut Any");
    check(
        Condition::PaymentLock,
        "Shut Admins Open Open Shut PayFirst",
    );
    check(
        Condition::OverageLock,
        "Shut Admins Open Open Shut UpgradeOnly",
    );
    check(
        Condition::AnnualSoft,
        "Shut Admins Open Open Shut UpgradeOnly",
    );
    check(Condition::Paused, "Shut ReactivationPage Shut Shut Shut No");
    check(Condition::Cancelled, "Shut Closed Shut Shut Shut No");
}

/// What happened, by which rule, and what cures it.
#[test]
fn every_row_says_what_happened_and_what_helps() {
    let check = |condition: Condition, says: &str, rule: &str, cures: &[Cure]| {
        assert_eq!(condition.to_string(), says);
        assert_eq!(
            (condition.rule(), condition.cures()),
            (rule, cures),
            "{condition:?}"
        );
    };
    let upgrade = [Cure::Upgrade, Cure::ContactSales];
    check(Condition::Trial, "the trial is running", "R8", &[]);
    check(Condition::Active, "the plan is active", "R15", &[]);
    check(
        Condition::Grace,
        "a payment has failed",
        "R12",
        &[Cure::PayOldest],
    );
    let says = "the trial is about to end and billing is not set up";
    check(
        Condition::TrialBillingMissing,
        says,
        "R8",
        &[Cure::CompleteSetup],
    );
    let says = "the trial has ended and billing is not set up";
    check(Condition::TrialExpired, says, "R8", &[Cure::CompleteSetup]);
    check(
        Condition::PaymentLock,
        "an invoice was not paid in time",
        "R12",
        &[Cure::PayAll],
    );
    let says = "the month's usage is too far above the limit of the tier";
    check(Condition::OverageLock, says, "R11", &upgrade);
    let says = "the term's usage is too far above the annual limit";
    check(Condition::AnnualSoft, says, "R11", &upgrade);
    check(
        Condition::Paused,
        "the plan is paused",
        "R13",
        &[Cure::RequestReactivation],
    );
    let says = "the account is cancelled and its data is deleted";
    check(Condition::Cancelled, says, "R14", &[Cure::SignUpAgain]);
}

/// Each state selects its row; of several rows the strictest cell counts.
#[test]
fn a_state_has_the_strictest_cells_of_its_rows() {
    let failed_at = instant("2025-07-01T00:05:00Z");
    let since = instant("2025-07-02T00:00:00Z");
    let (grace, locked) = (Dunning::Grace { failed_at }, Dunning::Locked { failed_at });
    let (over, soft) = (
        UsageLock::Overage { since },
        UsageLock::AnnualSoft { since },
    );
    let at = instant("2025-07-02T00:00:00Z");
    let check = |state: AccountState, now: &str, rows: &[Condition], expected: &str| {
        let now = instant(now);
        let policy = Policy::default();
        let state = state.at(now, &policy);
        assert!(
            crate::account::account_state::conditions(&state, &policy).eq(rows.iter().copied()),
            "{rows:?}"
        );
        assert_eq!(
            cells(access(&state, now, &policy).works),
            expected,
            "{rows:?}"
        );
    };
    let clear = |life| state(life, Dunning::Clear, UsageLock::CLEAR);
    let live = |dunning, lock| state(active(), dunning, lock);
    let paused = |lock| state(Lifecycle::Paused { at }, Dunning::Clear, lock);
    use Condition as C;
    check(
        clear(trial(OnFile::Nothing)),
        "2025-06-08T23:59:59Z",
        &[C::Trial],
        "Open Admins Open Open Open Any",
    );
    check(
        clear(trial(OnFile::Both)),
        "2025-06-15T23:59:59Z",
        &[C::Trial],
        "Open Admins Open Open Open Any",
    );
    check(
        clear(trial(OnFile::PaymentMethod)),
        "2025-06-09T00:00:00Z",
        &[C::TrialBillingMissing],
        "Shut Admins Open Open Shut Any",
    );
    check(
        clear(trial(OnFile::BillingDetails)),
        "2025-06-16T00:00:00Z",
        &[C::TrialExpired],
        "Shut Admins Open Open Shut Any",
    );
    let now = "2025-07-12T00:00:00Z";
    check(
        clear(active()),
        now,
        &[C::Active],
        "Open Admins Open Open Open Any",
    );
    check(
        live(grace, UsageLock::CLEAR),
        "2025-07-11T00:04:59Z",
        &[C::Active, C::Grace],
        "Open Admins Open Open Open Any",
    );
    check(
        live(grace, over),
        "2025-07-03T00:00:00Z",
        &[C::Active, C::Grace, C::OverageLock],
        "Shut Admins Open Open Shut UpgradeOnly",
    );
    check(
        live(grace, UsageLock::CLEAR),
        "2025-07-11T00:05:00Z",
        &[C::Active, C::PaymentLock],
        "Shut Admins Open Open Shut PayFirst",
    );
    check(
        live(locked, over),
        now,
        &[C::Active, C::PaymentLock, C::OverageLock],
        "Shut Admins Open Open Shut PayFirst",
    );
    check(
        live(locked, soft),
        now,
        &[C::Active, C::PaymentLock, C::AnnualSoft],
        "Shut Admins Open Open Shut PayFirst",
    );
    check(
        live(Dunning::Clear, soft),
        now,
        &[C::Active, C::AnnualSoft],
        "Shut Admins Open Open Shut UpgradeOnly",
    );
    check(
        paused(UsageLock::CLEAR),
        now,
        &[C::Paused],
        "Shut ReactivationPage Shut Shut Shut No",
    );
    check(
        paused(over),
        now,
        &[C::Paused, C::OverageLock],
        "Shut ReactivationPage Shut Shut Shut No",
    );
    check(
        clear(Lifecycle::Cancelled {
            at,
            cause: Cause::Ordered,
        }),
        now,
        &[C::Cancelled],
        "Shut Closed Shut Shut Shut No",
    );
}

/// The order of the two rows does not matter, in any cell.
#[test]
fn strictness_has_no_order() {
    for one in Condition::ALL {
        for other in Condition::ALL {
            let both = one.works().and(other.works());
            assert_eq!(both, other.works().and(one.works()), "{one:?}, {other:?}");
            assert!(
                both.dashboard >= one.works().dashboard,
                "{one:?}, {other:?}"
            );
            assert!(
                both.organization >= one.works().organization,
                "{one:?}, {other:?}"
            );
            assert!(
                both.ingestion >= one.works().ingestion,
                "{one:?}, {other:?}"
            );
            assert!(
                both.campaigns >= one.works().campaigns,
                "{one:?}, {other:?}"
            );
            assert!(both.exports >= one.works().exports, "{one:?}, {other:?}");
            assert!(
                both.plan_change >= one.works().plan_change,
                "{one:?}, {other:?}"
            );
        }
    }
}

/// A condition, when it began, and the next deadline.
type Row = (
    Condition,
    &'static str,
    Option<(&'static str, DeadlineKind)>,
);

/// What happened, when it began, and the next deadline: the timelines of SPEC 6.
#[test]
fn notices_name_the_next_deadline() {
    let failed_at = instant("2025-07-01T00:05:00Z");
    let since = instant("2025-07-02T00:00:00Z");
    let check = |state: AccountState, now: &str, expected: &[Row]| {
        let expected: Vec<_> = expected
            .iter()
            .map(|(condition, since, next)| AccessNotice {
                condition: *condition,
                since: instant(since),
                next: next.map(|(at, kind)| Deadline::new(instant(at), kind)),
            })
            .collect();
        assert_eq!(
            access(&state, instant(now), &Policy::default()).notices,
            expected,
            "{now}"
        );
    };
    let clear = |life| state(life, Dunning::Clear, UsageLock::CLEAR);
    let grace = Dunning::Grace { failed_at };
    check(clear(active()), "2025-07-02T00:00:00Z", &[]);
    check(clear(trial(OnFile::Nothing)), "2025-06-08T23:59:59Z", &[]);
    check(
        clear(trial(OnFile::Nothing)),
        "2025-06-09T00:00:00Z",
        &[(
            Condition::TrialBillingMissing,
            "2025-06-09T00:00:00Z",
            Some(("2025-06-16T00:00:00Z", DeadlineKind::TrialEnd)),
        )],
    );
    check(
        clear(trial(OnFile::Nothing)),
        "2025-06-16T00:00:00Z",
        &[(
            Condition::TrialExpired,
            "2025-06-16T00:00:00Z",
            Some(("2025-06-30T00:00:00Z", DeadlineKind::TrialCancellation)),
        )],
    );
    check(
        state(active(), grace, UsageLock::CLEAR),
        "2025-07-02T00:00:00Z",
        &[(
            Condition::Grace,
            "2025-07-01T00:05:00Z",
            Some(("2025-07-11T00:05:00Z", DeadlineKind::GraceEnd)),
        )],
    );
    check(
        state(active(), grace, UsageLock::Overage { since }),
        "2025-07-12T00:00:00Z",
        &[
            (
                Condition::PaymentLock,
                "2025-07-11T00:05:00Z",
                Some(("2025-07-25T00:05:00Z", DeadlineKind::LockEnd)),
            ),
            (Condition::OverageLock, "2025-07-02T00:00:00Z", None),
        ],
    );
    check(
        state(active(), Dunning::Clear, UsageLock::AnnualSoft { since }),
        "2025-07-12T00:00:00Z",
        &[(Condition::AnnualSoft, "2025-07-02T00:00:00Z", None)],
    );
    check(
        clear(Lifecycle::Paused {
            at: instant("2025-06-01T10:00:00Z"),
        }),
        "2025-06-02T00:00:00Z",
        &[(
            Condition::Paused,
            "2025-06-01T10:00:00Z",
            Some(("2025-07-31T10:00:00Z", DeadlineKind::PauseEnd)),
        )],
    );
    let cancelled = clear(Lifecycle::Cancelled {
        at: instant("2025-07-25T00:05:00Z"),
        cause: Cause::Unpaid,
    });
    check(
        cancelled,
        "2025-09-23T00:04:59Z",
        &[(
            Condition::Cancelled,
            "2025-07-25T00:05:00Z",
            Some(("2025-09-23T00:05:00Z", DeadlineKind::BackupPurge)),
        )],
    );
    check(
        cancelled,
        "2025-09-23T00:05:00Z",
        &[(Condition::Cancelled, "2025-07-25T00:05:00Z", None)],
    );
}

#[test]
fn reads_back_what_it_writes() {
    let state = state(trial(OnFile::Nothing), Dunning::Clear, UsageLock::CLEAR);
    let access = access(&state, instant("2025-06-09T00:00:00Z"), &Policy::default());
    let text = serde_json::to_string(&access).unwrap();
    assert!(
        text.contains(r#""next":{"at":"2025-06-16T00:00:00Z","kind":"trial_end","rule":"R8"}"#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Access>(&text).unwrap(), access);
    let rest = vec![access.works];
    assert_eq!(serde_json::to_value(rest).unwrap()[0]["plan_change"], "any");
}
