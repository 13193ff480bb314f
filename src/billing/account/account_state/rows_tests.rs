//! The table of SPEC 6, row by row, on whole accounts.

use alloc::string::String;
use alloc::vec::Vec;

use super::product_tests::{instant, name};
use super::*;
use crate::account::reason::Reason;
use crate::account::usage_lock::Measure;
use crate::catalog::policy::OverageLock;
use crate::invoicing::collection::Outstanding;

const NOTHING: Outstanding = Outstanding::Nothing;

fn method() -> AccountEvent {
    AccountEvent::Life(lifecycle::LifecycleEvent::PaymentMethodSaved)
}

fn details() -> AccountEvent {
    AccountEvent::Life(lifecycle::LifecycleEvent::BillingDetailsSaved)
}

fn cancel() -> AccountEvent {
    AccountEvent::Life(lifecycle::LifecycleEvent::Cancel {
        reason: Reason::SwitchingProduct,
    })
}

fn pause() -> AccountEvent {
    AccountEvent::Life(lifecycle::LifecycleEvent::Pause {
        outstanding: NOTHING,
    })
}

fn reactivate() -> AccountEvent {
    AccountEvent::Life(lifecycle::LifecycleEvent::Reactivate {
        outstanding: NOTHING,
    })
}

fn fails(charge: Charge) -> AccountEvent {
    AccountEvent::Payment(dunning::PaymentEvent::PaymentFailed { charge })
}

fn paid(left: Outstanding) -> AccountEvent {
    AccountEvent::Payment(dunning::PaymentEvent::PaymentSucceeded { left })
}

fn month(usage: u64, tier_limit: u64) -> Measure {
    Measure::Month {
        usage,
        tier_limit,
        lock_percent: 300,
    }
}

fn year(billable_users: u64, annual_limit: u64) -> Measure {
    Measure::Year {
        billable_users,
        annual_limit,
        lock_percent: 120,
    }
}

fn counted(measure: Measure) -> AccountEvent {
    AccountEvent::Usage(usage_lock::UsageEvent::Counted(measure))
}

fn upgraded(measure: Measure) -> AccountEvent {
    AccountEvent::Usage(usage_lock::UsageEvent::Upgraded(measure))
}

/// The state of a trial from 17 May 2025 after some events, at an instant.
fn after(
    events: &[(&str, AccountEvent)],
    now: &str,
    policy: &Policy,
) -> Result<AccountState, BadHistory> {
    let facts: Vec<_> = events
        .iter()
        .map(|(at, event)| Fact {
            at: instant(at),
            event: event.clone(),
        })
        .collect();
    state_at(
        instant("2025-05-17T00:00:00Z"),
        &facts,
        instant(now),
        policy,
    )
}

#[track_caller]
fn check(row: &str, events: &[(&str, AccountEvent)], now: &str, expected: Result<&str, Refused>) {
    let state = after(events, now, &Policy::default());
    let found = state.map(|state| name(&state)).map_err(|bad| bad.refused);
    assert_eq!(found, expected.map(String::from), "row {row}");
}

/// Checks an account with both things on file on the second day, so active from 16 June, plus events.
#[track_caller]
fn check_active(
    row: &str,
    more: &[(&str, AccountEvent)],
    now: &str,
    expected: Result<&str, Refused>,
) {
    let setup = [
        ("2025-05-18T09:00:00Z", method()),
        ("2025-05-18T09:05:00Z", details()),
    ];
    check(row, &[&setup[..], more].concat(), now, expected);
}

#[test]
fn rows_1_to_6_the_trial() {
    check("1", &[], "2025-05-17T00:00:00Z", Ok("Trial"));
    check("2", &[], "2025-06-08T23:59:59Z", Ok("Trial"));
    check("2", &[], "2025-06-09T00:00:00Z", Ok("TrialBillingMissing"));
    let cured = [
        ("2025-06-10T00:00:00Z", method()),
        ("2025-06-10T00:01:00Z", details()),
    ];
    check(
        "3",
        &cured[..1],
        "2025-06-10T00:01:00Z",
        Ok("TrialBillingMissing"),
    );
    check("3", &cured, "2025-06-10T00:01:00Z", Ok("Trial"));
    check_active("4", &[], "2025-06-15T23:59:59Z", Ok("Trial"));
    check_active("4", &[], "2025-06-16T00:00:00Z", Ok("Active"));
    check("5", &[], "2025-06-16T00:00:00Z", Ok("TrialExpired"));
    check("5", &[], "2025-06-29T23:59:59Z", Ok("TrialExpired"));
    check("5", &[], "2025-06-30T00:00:00Z", Ok("Cancelled"));
    let late = [
        ("2025-06-20T00:00:00Z", method()),
        ("2025-06-29T23:59:59Z", details()),
    ];
    check("5a", &late, "2025-06-29T23:59:59Z", Ok("Active"));
    let too_late = [("2025-06-30T00:00:00Z", method())];
    check(
        "5a",
        &too_late,
        "2025-06-30T00:00:00Z",
        Err(Refused::Cancelled),
    );
    for event in [
        upgraded(month(0, 40_000)),
        AccountEvent::Plan(PlanOrder::Downgrade),
        AccountEvent::Plan(PlanOrder::AddAddOn),
    ] {
        check(
            "6",
            &[("2025-05-20T00:00:00Z", event)],
            "2025-05-20T00:00:00Z",
            Ok("Trial"),
        );
    }
}

/// R8: a cured trial is charged from the day of the cure, not from the trial's end.
#[test]
fn row_5a_begins_with_the_cure() {
    let events = [
        ("2025-06-20T00:00:00Z", details()),
        ("2025-06-21T08:30:00Z", method()),
    ];
    let state = after(&events, "2025-08-01T00:00:00Z", &Policy::default()).unwrap();
    let since = instant("2025-06-21T08:30:00Z");
    assert_eq!(state.lifecycle(), Lifecycle::Active { since });
}

#[test]
fn rows_7_to_12_changes_of_the_plan() {
    let at = "2025-06-20T00:00:00Z";
    check_active(
        "7",
        &[(at, upgraded(month(22_000, 40_000)))],
        at,
        Ok("Active"),
    );
    check_active("8", &[(at, fails(Charge::OnDemand))], at, Ok("Active"));
    for order in [PlanOrder::Downgrade, PlanOrder::RemoveAddOn] {
        check_active("9", &[(at, AccountEvent::Plan(order))], at, Ok("Active"));
    }
    check_active(
        "10",
        &[(at, AccountEvent::Plan(PlanOrder::Withdraw))],
        at,
        Ok("Active"),
    );
    check_active(
        "11",
        &[(at, AccountEvent::Plan(PlanOrder::AddAddOn))],
        at,
        Ok("Active"),
    );
    let first = "2025-07-01T00:00:00Z";
    let closed = AccountEvent::Usage(usage_lock::UsageEvent::MonthClosed(month(22_000, 20_000)));
    check_active("12", &[(first, closed)], first, Ok("Active"));
}

#[test]
fn rows_13_to_17_a_failed_payment() {
    let failed = ("2025-07-01T00:05:00Z", fails(Charge::Scheduled));
    let alone = core::slice::from_ref(&failed);
    check_active("13", alone, "2025-07-01T00:05:00Z", Ok("Active + Grace"));
    let in_grace = [failed.clone(), ("2025-07-09T00:00:00Z", paid(NOTHING))];
    check_active("14", &in_grace, "2025-09-01T00:00:00Z", Ok("Active"));
    check_active("15", alone, "2025-07-11T00:04:59Z", Ok("Active + Grace"));
    check_active(
        "15",
        alone,
        "2025-07-11T00:05:00Z",
        Ok("Active + PaymentLock"),
    );
    let part = [
        failed.clone(),
        ("2025-07-12T00:00:00Z", paid(Outstanding::NotFailed)),
    ];
    check_active(
        "16",
        &part,
        "2025-07-12T00:00:00Z",
        Ok("Active + PaymentLock"),
    );
    let all = [failed.clone(), ("2025-07-25T00:04:59Z", paid(NOTHING))];
    check_active("16", &all, "2025-09-01T00:00:00Z", Ok("Active"));
    check_active(
        "17",
        alone,
        "2025-07-25T00:04:59Z",
        Ok("Active + PaymentLock"),
    );
    check_active("17", alone, "2025-07-25T00:05:00Z", Ok("Cancelled"));
    check_active("17", &part, "2025-07-25T00:05:00Z", Ok("Cancelled"));
    let too_late = [failed.clone(), ("2025-07-25T00:05:00Z", paid(NOTHING))];
    check_active(
        "17",
        &too_late,
        "2025-07-25T00:05:00Z",
        Err(Refused::Cancelled),
    );
}

#[test]
fn rows_18_to_22_usage() {
    let at = "2025-06-20T00:00:00Z";
    let far = "2025-09-01T00:00:00Z";
    check_active(
        "18",
        &[(at, counted(month(60_000, 20_000)))],
        at,
        Ok("Active"),
    );
    let over = (at, counted(month(60_001, 20_000)));
    check_active(
        "18",
        core::slice::from_ref(&over),
        far,
        Ok("Active + OverageLock"),
    );
    let still = [over.clone(), (at, upgraded(month(70_000, 20_000)))];
    check_active("20", &still, at, Ok("Active + OverageLock"));
    let fits = [over, (at, upgraded(month(70_000, 40_000)))];
    check_active("20", &fits, at, Ok("Active"));
    let soft = (at, counted(year(288_001, 240_000)));
    check_active(
        "21",
        &[(at, counted(year(288_000, 240_000)))],
        at,
        Ok("Active"),
    );
    check_active(
        "21",
        core::slice::from_ref(&soft),
        far,
        Ok("Active + AnnualSoft"),
    );
    let still = [soft.clone(), (at, upgraded(year(288_001, 240_000)))];
    check_active("22", &still, at, Ok("Active + AnnualSoft"));
    check_active(
        "22",
        &[soft, (at, upgraded(year(288_001, 480_000)))],
        at,
        Ok("Active"),
    );
}

/// With the lock on the next billing date: a count waits, and the close locks. An upgrade before it
/// keeps the dashboard open, since the close compares with the closing tier (R6, R11).
#[test]
fn row_19_the_next_billing_date() {
    let policy = Policy {
        overage_lock: OverageLock::AtNextBillingDate,
        ..Policy::default()
    };
    let setup = [
        ("2025-05-18T09:00:00Z", method()),
        ("2025-05-18T09:05:00Z", details()),
        ("2025-06-20T00:00:00Z", counted(month(60_001, 20_000))),
    ];
    let first = "2025-07-01T00:00:00Z";
    let close =
        |limit| AccountEvent::Usage(usage_lock::UsageEvent::MonthClosed(month(60_001, limit)));
    let check = |more: &[(&str, AccountEvent)], now: &str, expected: &str| {
        let state = after(&[&setup[..], more].concat(), now, &policy).unwrap();
        assert_eq!(name(&state), expected, "row 19");
    };
    check(&[], "2025-06-30T23:59:59Z", "Active");
    check(&[(first, close(20_000))], first, "Active + OverageLock");
    check(&[(first, close(40_000))], first, "Active");
}

#[test]
fn rows_23_to_27_the_pause_and_the_end() {
    let paused = ("2025-07-01T10:00:00Z", pause());
    let alone = core::slice::from_ref(&paused);
    check_active("23", alone, "2025-07-01T10:00:00Z", Ok("Paused"));
    let owing = [
        ("2025-07-01T00:05:00Z", fails(Charge::Scheduled)),
        paused.clone(),
    ];
    check_active("23", &owing, "2025-07-01T10:00:00Z", Err(Refused::OpenDebt));
    let back = [paused.clone(), ("2025-08-30T09:59:59Z", reactivate())];
    check_active("24", &back, "2025-08-30T09:59:59Z", Ok("Active"));
    check_active("25", alone, "2025-08-30T09:59:59Z", Ok("Paused"));
    check_active("25", alone, "2025-08-30T10:00:00Z", Ok("Cancelled"));
    let too_late = [paused.clone(), ("2025-08-30T10:00:00Z", reactivate())];
    check_active(
        "25",
        &too_late,
        "2025-08-30T10:00:00Z",
        Err(Refused::Cancelled),
    );
    let at = "2025-06-20T00:00:00Z";
    check(
        "26",
        &[("2025-05-20T00:00:00Z", cancel())],
        at,
        Ok("Cancelled"),
    );
    check("26", &[(at, cancel())], at, Ok("Cancelled"));
    check_active("26", &[(at, cancel())], at, Ok("Cancelled"));
    let locked = [
        (at, counted(month(60_001, 20_000))),
        (at, fails(Charge::Scheduled)),
    ];
    let ended = [&locked[..], &[("2025-07-02T00:00:00Z", cancel())]].concat();
    check_active("26", &ended, "2025-07-02T00:00:00Z", Ok("Cancelled"));
    for event in [
        method(),
        pause(),
        reactivate(),
        paid(NOTHING),
        cancel(),
        upgraded(month(0, 100_000)),
    ] {
        check_active(
            "27",
            &[(at, cancel()), (at, event)],
            at,
            Err(Refused::Cancelled),
        );
    }
}
