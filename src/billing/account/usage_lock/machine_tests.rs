//! The whole state machine as a table, and its limits.

use alloc::format;
use alloc::string::String;

use super::*;
use crate::catalog::policy::OverageLock;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
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

fn corrected(usage: u64, counted_since: &str) -> UsageEvent {
    UsageEvent::Corrected {
        measure: month(usage, 20_000),
        counted_since: instant(counted_since),
    }
}

fn name(lock: UsageLock) -> &'static str {
    match lock {
        UsageLock::Clear { lifted_until: None } => "clear",
        UsageLock::Clear {
            lifted_until: Some(_),
        } => "lifted",
        UsageLock::Overage { .. } => "overage",
        UsageLock::AnnualSoft { .. } => "annual soft",
    }
}

/// SPEC 6: rows 18 to 22, by policy. "over" is 60,001 of 20,000, or 288,001 of 240,000; "fits" is
/// 60,000, or 288,000. Change the code and this table together.
const TABLE: &str = "\
Immediate, clear: counted over -> overage, counted fits -> clear, closed over -> overage, year over -> annual soft, year fits -> clear, year closed over -> annual soft, upgraded over -> clear, upgraded fits -> clear, corrected over -> overage, corrected fits -> clear, fits, counted anew -> clear, lifted -> NotLocked
Immediate, lifted: counted over -> lifted, counted fits -> lifted, closed over -> lifted, year over -> lifted, year fits -> lifted, year closed over -> lifted, upgraded over -> lifted, upgraded fits -> lifted, corrected over -> lifted, corrected fits -> lifted, fits, counted anew -> lifted, lifted -> NotLocked
Immediate, overage: counted over -> overage, counted fits -> overage, closed over -> overage, year over -> overage, year fits -> overage, year closed over -> overage, upgraded over -> overage, upgraded fits -> clear, corrected over -> overage, corrected fits -> clear, fits, counted anew -> overage, lifted -> lifted
Immediate, annual soft: counted over -> annual soft, counted fits -> annual soft, closed over -> annual soft, year over -> annual soft, year fits -> annual soft, year closed over -> annual soft, upgraded over -> annual soft, upgraded fits -> clear, corrected over -> annual soft, corrected fits -> clear, fits, counted anew -> annual soft, lifted -> lifted
AtNextBillingDate, clear: counted over -> clear, counted fits -> clear, closed over -> overage, year over -> annual soft, year fits -> clear, year closed over -> annual soft, upgraded over -> clear, upgraded fits -> clear, corrected over -> clear, corrected fits -> clear, fits, counted anew -> clear, lifted -> NotLocked
Off, clear: counted over -> clear, counted fits -> clear, closed over -> clear, year over -> annual soft, year fits -> clear, year closed over -> annual soft, upgraded over -> clear, upgraded fits -> clear, corrected over -> clear, corrected fits -> clear, fits, counted anew -> clear, lifted -> NotLocked
";

#[test]
fn moves_as_the_table_says() {
    let since = instant("2025-06-20T00:00:00Z");
    let now = instant("2025-06-21T00:00:00Z");
    let until = instant("2025-07-01T00:00:00Z");
    let lifted = UsageLock::Clear {
        lifted_until: Some(until),
    };
    let rows = [
        (OverageLock::Immediate, UsageLock::CLEAR),
        (OverageLock::Immediate, lifted),
        (OverageLock::Immediate, UsageLock::Overage { since }),
        (OverageLock::Immediate, UsageLock::AnnualSoft { since }),
        (OverageLock::AtNextBillingDate, UsageLock::CLEAR),
        (OverageLock::Off, UsageLock::CLEAR),
    ];
    let events = [
        ("counted over", UsageEvent::Counted(month(60_001, 20_000))),
        ("counted fits", UsageEvent::Counted(month(60_000, 20_000))),
        (
            "closed over",
            UsageEvent::MonthClosed(month(60_001, 20_000)),
        ),
        ("year over", UsageEvent::Counted(year(288_001, 240_000))),
        ("year fits", UsageEvent::Counted(year(288_000, 240_000))),
        (
            "year closed over",
            UsageEvent::MonthClosed(year(288_001, 240_000)),
        ),
        ("upgraded over", UsageEvent::Upgraded(month(60_001, 20_000))),
        ("upgraded fits", UsageEvent::Upgraded(month(60_000, 20_000))),
        ("corrected over", corrected(60_001, "2025-06-01T00:00:00Z")),
        ("corrected fits", corrected(60_000, "2025-06-01T00:00:00Z")),
        (
            "fits, counted anew",
            corrected(60_000, "2025-06-20T00:00:00Z"),
        ),
        ("lifted", UsageEvent::Lifted { until }),
    ];
    let mut table = String::new();
    for (overage_lock, lock) in rows {
        let policy = Policy {
            overage_lock,
            ..Policy::default()
        };
        let cells = events.map(|(label, event)| match lock.after(event, now, &policy) {
            Ok(next) => format!("{label} -> {}", name(next)),
            Err(refused) => format!("{label} -> {refused:?}"),
        });
        table += &format!("{overage_lock:?}, {}: {}\n", name(lock), cells.join(", "));
    }
    assert_eq!(table, TABLE);
}

#[test]
fn locks_strictly_above_the_limit() {
    let check = |measure: Measure, locks: bool, rule: &str| {
        assert_eq!(measure.locks(), locks, "{rule}: {measure:?}");
    };
    check(month(60_000, 20_000), false, "A7: 300 % is an alert");
    check(month(60_001, 20_000), true, "A7");
    check(month(80_001, 20_000), true, "A7: not of the overage");
    check(month(22_000, 20_000), false, "A9");
    check(month(70_000, 20_000), true, "A8: 350 %");
    check(month(70_000, 40_000), false, "A8: 175 %");
    check(month(0, 0), false, "nothing of nothing");
    check(month(u64::MAX, u64::MAX), false, "100 %");
    check(month(u64::MAX, 1), true, "far above");
    check(year(288_000, 240_000), false, "A10");
    check(year(288_001, 240_000), true, "A10");
    let strict = |usage| Measure::Month {
        usage,
        tier_limit: 20_000,
        lock_percent: 200,
    };
    assert!(strict(40_001).locks() && !strict(40_000).locks());
}

/// SPEC A9: 22,000 users on 1 July are invoiced and do not lock, under any policy.
#[test]
fn overage_alone_is_billed_and_not_locked() {
    for overage_lock in [
        OverageLock::Immediate,
        OverageLock::AtNextBillingDate,
        OverageLock::Off,
    ] {
        let policy = Policy {
            overage_lock,
            ..Policy::default()
        };
        let now = instant("2025-07-01T00:00:00Z");
        for event in [
            UsageEvent::Counted(month(22_000, 20_000)),
            UsageEvent::MonthClosed(month(22_000, 20_000)),
        ] {
            assert_eq!(
                UsageLock::CLEAR.after(event, now, &policy),
                Ok(UsageLock::CLEAR),
                "A9"
            );
        }
    }
}

#[test]
fn keeps_the_instant_at_which_it_locked() {
    let policy = Policy::default();
    let since = instant("2025-06-20T00:00:00Z");
    let over = UsageEvent::Counted(month(60_001, 20_000));
    let locked = UsageLock::CLEAR.after(over, since, &policy).unwrap();
    assert_eq!(locked, UsageLock::Overage { since });
    let later = instant("2025-06-25T00:00:00Z");
    assert_eq!(locked.after(over, later, &policy), Ok(locked));
    let fresh = UsageEvent::Counted(month(10, 20_000));
    assert_eq!(
        locked.after(fresh, instant("2025-07-02T00:00:00Z"), &policy),
        Ok(locked),
        "A8"
    );
    assert_eq!(
        locked.at(instant("2030-01-01T00:00:00Z")),
        locked,
        "A8: no day unlocks"
    );
    let soft = UsageLock::CLEAR.after(UsageEvent::Counted(year(288_001, 240_000)), since, &policy);
    assert_eq!(soft, Ok(UsageLock::AnnualSoft { since }));
}

/// A65: a lifted lock stays lifted until the instant named, and can lock again after it.
#[test]
fn a_lifted_lock_returns_when_its_time_is_over() {
    let policy = Policy::default();
    let until = instant("2025-07-01T00:00:00Z");
    let lifted = UsageLock::Clear {
        lifted_until: Some(until),
    };
    let over = UsageEvent::Counted(month(60_001, 20_000));
    let check = |now: &str, expected: UsageLock| {
        assert_eq!(
            lifted.after(over, instant(now), &policy),
            Ok(expected),
            "A65: {now}"
        );
    };
    check("2025-06-30T23:59:59Z", lifted);
    check("2025-07-01T00:00:00Z", UsageLock::Overage { since: until });
    assert_eq!(
        lifted.before(until),
        lifted,
        "A89: the month that ends then"
    );
    assert_eq!(
        lifted.before(instant("2025-07-01T00:00:01Z")),
        UsageLock::CLEAR
    );
    let locked = UsageLock::Overage {
        since: instant("2025-06-20T00:00:00Z"),
    };
    let past = UsageEvent::Lifted { until };
    assert_eq!(
        locked.after(past, until, &policy),
        Ok(UsageLock::CLEAR),
        "lifted for no time"
    );
    assert_eq!(lifted.at(instant("2025-06-30T23:59:59Z")), lifted);
    assert_eq!(lifted.at(until), UsageLock::CLEAR);
}
