use super::*;

/// R9, A10: overage only after the pool is used up, and for the month in which it arose.
#[test]
fn a_month_within_a_term_is_counted_against_the_pool() {
    let check = |used, expected: &[&str], locks| {
        let mut june = june();
        june.subscription.scheduled.tier = Some(5_000);
        june.cycle = annual("2025-01-01", 240_000, used);
        let plan = june.close();
        assert_eq!(invoiced(&plan), expected, "{used}");
        let pool = Pool {
            limit: 240_000,
            used: used + 22_000,
        };
        assert_eq!(plan.effects[1], Effect::CountAgainstPool(pool));
        let lock = Effect::LockDashboard(Measure::Year {
            billable_users: pool.used,
            annual_limit: pool.limit,
            lock_percent: 120,
        });
        assert_eq!(plan.effects.contains(&lock), locks, "{used}");
        // Scheduled changes wait for the term's end.
        let applies = |effect: &Effect| matches!(effect, Effect::ApplyScheduled(_));
        assert!(!plan.effects.iter().any(applies));
        if let Some(invoice) = plan.invoice() {
            assert_eq!(invoice.head.kind, InvoiceKind::Scheduled);
            assert_eq!(invoice.head.period, month("2025-06-01").into());
        }
    };
    check(0, &[], false);
    check(218_000, &[], false);
    check(218_001, &["mau_overage 0.01", "0.01"], false);
    check(220_000, &["mau_overage 24.00", "24.00"], false);
    check(240_000, &["mau_overage 264.00", "264.00"], false);
    check(266_000, &["mau_overage 264.00", "264.00"], false);
    check(266_001, &["mau_overage 264.00", "264.00"], true);
}

/// R9, A88: at the term's end scheduled changes take effect, and the next term is charged.
#[test]
fn the_last_month_of_a_term_begins_the_next() {
    let mut june = june();
    june.cycle = annual("2024-07-01", 240_000, 400_000);
    june.subscription.add_ons = [add_on()].into();
    june.subscription.scheduled.tier = Some(5_000);
    let plan = june.close();
    let lines = [
        "base 630.00",
        "add_on 168.00",
        "mau_overage 264.00",
        "add_on_overage 26.40",
        "1088.40",
    ];
    assert_eq!(invoiced(&plan), lines);
    let steps: Vec<u8> = plan.effects.iter().map(Effect::step).collect();
    assert_eq!(steps, [1, 1, 2, 3, 3, 6, 7]);
    let term = AnnualTerm::new(day("2025-07-01"), 12).unwrap();
    let pool = Pool {
        limit: term_limit(5_000, 12).unwrap(),
        used: 0,
    };
    assert_eq!(plan.effects[4], Effect::BeginTerm(term, pool));
    let head = &plan.invoice().unwrap().head;
    assert_eq!((head.kind, head.period), (InvoiceKind::Annual, term.into()));
}

/// R9 (P), A94: monthly billing can change to a term on a 1st, and back at the term's end.
#[test]
fn the_frequency_changes_on_a_1st() {
    let mut june = june();
    june.subscription.scheduled.frequency = Some(BillingFrequency::Annual);
    let plan = june.close();
    assert_eq!(
        invoiced(&plan),
        ["base 2100.00", "mau_overage 24.00", "2124.00"]
    );
    let term = AnnualTerm::new(day("2025-07-01"), 12).unwrap();
    let pool = Pool {
        limit: 240_000,
        used: 0,
    };
    assert!(plan.effects.contains(&Effect::BeginTerm(term, pool)));

    june.cycle = annual("2024-07-01", 240_000, 220_000);
    june.subscription.scheduled.frequency = Some(BillingFrequency::Monthly);
    let plan = june.close();
    assert_eq!(
        invoiced(&plan),
        ["base 250.00", "mau_overage 24.00", "274.00"]
    );
    let head = &plan.invoice().unwrap().head;
    assert_eq!(
        (head.kind, head.period),
        (InvoiceKind::Scheduled, month("2025-07-01").into())
    );
    let steps: Vec<u8> = plan.effects.iter().map(Effect::step).collect();
    assert_eq!(
        (steps.as_slice(), &plan.effects[4]),
        ([1, 1, 2, 3, 3, 6, 7].as_slice(), &Effect::EndTerm)
    );
}
