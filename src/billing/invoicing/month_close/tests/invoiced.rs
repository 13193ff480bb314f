use super::*;
use crate::CurrencyCode;
use crate::invoicing::collection::CollectingRule;

/// A month in which everything happens, with the effects in the order of R15.
#[test]
fn does_everything_in_the_order_of_r15() {
    let mut june = june();
    june.mau = 70_000;
    june.subscription.add_ons = [add_on()].into();
    june.subscription.scheduled = Scheduled {
        tier: Some(5_000),
        removals: [add_on()].into(),
        frequency: None,
    };
    june.latches = alloc::vec![80, 100];
    let plan = june.close();
    let steps: Vec<u8> = plan.effects.iter().map(Effect::step).collect();
    assert_eq!(steps, [1, 2, 3, 6, 7, 8, 9]);
    assert_eq!(plan.key.organization.as_str(), "acme");
    assert_eq!(plan.key.period, month("2025-06-01"));
    assert_eq!(plan.at, at("2025-07-01T00:00:00Z"));
    let frozen = FrozenUsage {
        metered: Metered {
            mau: 70_000,
            data_points: 0,
        },
        usage: 70_000,
        tier: 20_000,
    };
    assert_eq!(plan.effects[0], Effect::FreezeUsage(frozen));
    let Effect::RateOverage(lines) = &plan.effects[1] else {
        panic!("{plan:?}")
    };
    assert_eq!(
        amounts(lines),
        ["mau_overage 600.00", "add_on_overage 60.00"]
    );
    let after = Subscription {
        tier: 5_000,
        add_ons: Default::default(),
        scheduled: Scheduled::default(),
    };
    assert_eq!(plan.effects[2], Effect::ApplyScheduled(after));
    let invoice = plan.invoice().unwrap();
    assert_eq!(invoice.head.kind, InvoiceKind::Scheduled);
    assert_eq!(invoice.head.issued_on, day("2025-07-01"));
    assert_eq!(invoice.head.period, month("2025-07-01").into());
    let lines = [
        "base 75.00",
        "mau_overage 600.00",
        "add_on_overage 60.00",
        "735.00",
    ];
    assert_eq!(invoiced(&plan), lines);
    assert!(
        invoice
            .statement
            .lines
            .iter()
            .all(|line| line.derivation.is_some())
    );
    let amount = invoice.due().unwrap();
    assert_eq!(
        plan.effects[4],
        Effect::Collect(Collection::AtOnce { amount })
    );
    assert_eq!(plan.effects[5], Effect::ResetAlerts(alloc::vec![80, 100]));
    let measure = Measure::Month {
        usage: june.mau,
        tier_limit: 20_000,
        lock_percent: 300,
    };
    assert_eq!(plan.effects[6], Effect::LockDashboard(measure));
}

#[test]
fn invoices_the_coming_month_and_the_overage_of_the_closed_one() {
    let check = |change: &dyn Fn(&mut June), expected: &[&str]| {
        let mut june = june();
        change(&mut june);
        assert_eq!(invoiced(&june.close()), expected);
    };
    // A9
    check(&|_| (), &["base 250.00", "mau_overage 24.00", "274.00"]);
    check(&|june| june.mau = 20_000, &["base 250.00", "250.00"]);
    check(
        &|june| june.mau = 20_001,
        &["base 250.00", "mau_overage 0.01", "250.01"],
    );
    // A27
    check(
        &|june| june.subscription.add_ons = [add_on()].into(),
        &[
            "base 250.00",
            "add_on 20.00",
            "mau_overage 24.00",
            "add_on_overage 2.40",
            "296.40",
        ],
    );
    // A17
    check(
        &|june| {
            june.subscription.add_ons = [add_on()].into();
            june.subscription.scheduled.removals = [add_on()].into();
        },
        &[
            "base 250.00",
            "mau_overage 24.00",
            "add_on_overage 2.40",
            "276.40",
        ],
    );
    // A12: upgraded during the month, 45,000 at the end.
    check(
        &|june| (june.subscription.tier, june.mau) = (40_000, 45_000),
        &["base 500.00", "mau_overage 60.00", "560.00"],
    );
    // A13
    check(
        &|june| june.subscription.tier = 60_000,
        &["base 750.00", "750.00"],
    );
    // R6: overage by the closing tier, the coming month by the lower one.
    check(
        &|june| june.subscription.scheduled.tier = Some(5_000),
        &["base 75.00", "mau_overage 24.00", "99.00"],
    );
    // A4: the trial ended on 16 June.
    check(
        &|june| {
            june.cycle = BillingCycle::Monthly {
                counted_from: day("2025-06-16"),
            }
        },
        &["base 250.00", "mau_overage 12.00", "262.00"],
    );
    check(
        &|june| {
            june.cycle = BillingCycle::Monthly {
                counted_from: day("2025-06-16"),
            };
            june.subscription.add_ons = [add_on()].into();
        },
        &[
            "base 250.00",
            "add_on 20.00",
            "mau_overage 12.00",
            "add_on_overage 1.20",
            "283.20",
        ],
    );
    // A month in which counting began earlier is rated whole.
    check(
        &|june| {
            june.cycle = BillingCycle::Monthly {
                counted_from: day("2025-05-16"),
            }
        },
        &["base 250.00", "mau_overage 24.00", "274.00"],
    );
}

/// A28, A35: ₹20,000 plus 18 % is 23,600, debited one day after the notice.
#[test]
fn taxes_and_collects_after_the_notice() {
    let mut june = june_in_rupees();
    (june.mau, june.policy.collecting) = (20_000, CollectingRule::RUPEE_MANDATE);
    let plan = june.close();
    let taxes = &plan.invoice().unwrap().statement.taxes;
    let taxes: Vec<String> = taxes.iter().map(|tax| tax.amount.to_string()).collect();
    assert_eq!(taxes, ["1800.00", "1800.00"]);
    assert_eq!(invoiced(&plan), ["base 20000.00", "23600.00"]);
    let june_ends = month("2025-06-01");
    let check = |now: &str, notice: &str, debit: &str| {
        let Ok(Closed::Now(plan)) = june.close_in(june_ends, june_ends, now) else {
            panic!("{now}")
        };
        let expected = Collection::AfterNotice {
            amount: plan.invoice().unwrap().due().unwrap(),
            notice_at: at(notice),
            debit_at: at(debit),
        };
        assert!(plan.effects.contains(&Effect::Collect(expected)), "{now}");
    };
    check(
        "2025-07-01T00:00:00Z",
        "2025-07-01T00:00:00Z",
        "2025-07-02T00:00:00Z",
    );
    // A90: a notice is never dated before it is sent.
    check(
        "2025-07-01T06:30:00Z",
        "2025-07-01T06:30:00Z",
        "2025-07-02T06:30:00Z",
    );
}

#[test]
fn rounds_the_total_when_enabled() {
    let mut june = june_in_rupees();
    june.mau = 20_001;
    assert_eq!(invoiced(&june.close()).last().unwrap(), "23601.42");
    june.policy.round_off = RoundOff::WholeUnits;
    assert_eq!(invoiced(&june.close()).last().unwrap(), "23601.00");
}

/// When the round-off reduces an invoice to 0, nothing is collected.
#[test]
fn collects_nothing_where_nothing_is_due() {
    let mut june = june();
    june.cycle = annual("2025-01-01", 240_000, 218_001);
    let collects = |june: &June| {
        let plan = june.close();
        let collection = |effect: &Effect| matches!(effect, Effect::Collect(_));
        (invoiced(&plan), plan.effects.iter().any(collection))
    };
    assert_eq!(
        collects(&june),
        (alloc::vec!["mau_overage 0.01".into(), "0.01".into()], true)
    );
    june.policy.round_off = RoundOff::WholeUnits;
    assert_eq!(
        collects(&june),
        (alloc::vec!["mau_overage 0.01".into(), "0.00".into()], false)
    );
}

/// RELIABILITY 17: the invoice equals the preview, with all derivations.
#[test]
fn the_invoice_is_the_one_that_was_previewed() {
    let mut june = june_in_rupees();
    june.subscription.add_ons = [add_on()].into();
    june.subscription.scheduled.tier = Some(5_000);
    let account = PricedAccount {
        list: june.book.list(CurrencyCode::INR).unwrap(),
        subscription: &june.subscription,
        cycle: june.cycle,
        annual_offered: false,
        metered: Metered {
            mau: 22_000,
            data_points: 0,
        },
        add_on_use: crate::AddOnUse::NONE,
        places: june.places,
        day: day("2025-06-20"),
    };
    let nothing = crate::PlanChange::default();
    let quote = crate::quote(&account, &nothing, Derivations::Included).unwrap();
    let plan = june.close();
    assert_eq!(
        plan.invoice().unwrap().statement,
        quote.next_invoice.statement
    );
}
