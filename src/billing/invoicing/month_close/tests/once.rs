use super::*;

/// R13, R14, R8: an account that is not charged gets no invoice and no lock.
#[test]
fn charges_nobody_who_is_not_charged() {
    let check = |change: &dyn Fn(&mut June), steps: &[u8]| {
        let mut june = june();
        (june.mau, june.latches) = (70_000, alloc::vec![80]);
        june.subscription.scheduled.tier = Some(5_000);
        change(&mut june);
        let plan = june.close();
        let found: Vec<u8> = plan.effects.iter().map(Effect::step).collect();
        assert_eq!((found.as_slice(), plan.invoice()), (steps, None));
    };
    check(
        &|june| {
            june.cycle = BillingCycle::Trial {
                charged_from: day("2025-07-10"),
            }
        },
        &[1, 8],
    );
    check(&|june| june.life = Life::Paused, &[1, 8]);
    check(&|june| june.life = Life::Cancelled, &[]);
}

/// R15: idempotent per organization and period, one month after the other, none before its end.
#[test]
fn closes_a_month_once_in_turn_and_when_it_is_over() {
    let (may, june_2025, july) = (
        month("2025-05-01"),
        month("2025-06-01"),
        month("2025-07-01"),
    );
    let june = june();
    let now = "2025-07-01T00:00:00Z";
    assert_eq!(june.close_in(june_2025, july, now), Ok(Closed::Before));
    assert_eq!(
        june.close_in(june_2025, may, now),
        Err(CloseRefused::OutOfOrder(may))
    );
    let not_over = Err(CloseRefused::NotOver(at(now)));
    assert_eq!(
        june.close_in(june_2025, june_2025, "2025-06-30T23:59:59Z"),
        not_over
    );
    let first = june.close_in(june_2025, june_2025, now);
    assert!(matches!(first, Ok(Closed::Now(_))));
    // A late job acts as of the month's end (R2).
    assert_eq!(
        june.close_in(june_2025, june_2025, "2025-09-12T10:00:00Z"),
        first
    );
}

/// A26: in India July begins at 18:30 UTC.
#[test]
fn a_month_ends_in_the_organizations_zone() {
    let mut june = june();
    june.offset_minutes = 330;
    let period = month("2025-06-01");
    let end = at("2025-06-30T18:30:00Z");
    let early = june.close_in(period, period, "2025-06-30T18:29:59Z");
    assert_eq!(early, Err(CloseRefused::NotOver(end)));
    let Ok(Closed::Now(plan)) = june.close_in(period, period, "2025-06-30T18:30:00Z") else {
        panic!()
    };
    assert_eq!(plan.at, end);
    let open = |now: &str| open_months(period, at(now), 330);
    assert_eq!(open("2025-06-30T18:29:59Z"), []);
    assert_eq!(open("2025-06-30T18:30:00Z"), [period]);
    assert_eq!(open("2025-07-31T18:30:00Z"), [period, month("2025-07-01")]);
}

/// R19: a pending payment keeps its quote, so its month waits.
#[test]
fn waits_for_a_started_payment() {
    let mut june = june();
    june.order = OpenOrder::AwaitsPayment;
    let period = month("2025-06-01");
    let refused = june.close_in(period, period, "2025-07-01T00:00:00Z");
    assert_eq!(refused, Err(CloseRefused::PaymentPending));
}

/// R11, A7, A9, A89: the closed month's usage is compared with the closing tier.
#[test]
fn locks_what_is_above_three_times_the_limit() {
    let check = |mau, policy, dashboard_lock, locks: bool| {
        let mut june = june();
        (june.mau, june.policy.overage_lock, june.dashboard_lock) = (mau, policy, dashboard_lock);
        // R6: the lower tier of the coming month does not count.
        june.subscription.scheduled.tier = Some(5_000);
        let lock = Effect::LockDashboard(Measure::Month {
            usage: mau,
            tier_limit: 20_000,
            lock_percent: 300,
        });
        assert_eq!(
            june.close().effects.contains(&lock),
            locks,
            "{mau} {policy:?}"
        );
    };
    use crate::catalog::policy::OverageLock::{AtNextBillingDate, Immediate, Off};
    use DashboardLock::{Clear, Lifted, Locked};
    check(22_000, AtNextBillingDate, Clear, false);
    check(60_000, AtNextBillingDate, Clear, false);
    check(60_001, AtNextBillingDate, Clear, true);
    check(60_000, Immediate, Clear, false);
    check(60_001, Immediate, Clear, true);
    check(60_001, Off, Clear, false);
    check(60_001, Immediate, Locked, false);
    check(60_001, AtNextBillingDate, Lifted, false);
}

/// A month that cannot be priced is refused with the reason; it is never closed with a guess.
#[test]
fn an_account_that_cannot_be_priced_is_refused() {
    let mut june = june();
    june.subscription.tier = 30_000;
    let period = month("2025-06-01");
    let refused = june.close_in(period, period, "2025-07-01T00:00:00Z");
    let unknown = CloseRefused::Unpriced(Refusal::UnknownTier(30_000));
    assert_eq!(refused, Err(unknown.clone()));
    assert_eq!(unknown.to_string(), "there is no tier of 30000 MAU");
}
