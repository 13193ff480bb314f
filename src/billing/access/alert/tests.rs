use alloc::vec;

use proptest::prelude::*;

use crate::tests::seeded::seeded;

use super::*;
use crate::CurrencyCode;
use crate::catalog::price_book::{ESSENTIALS, PriceBook};

fn percents() -> Vec<u64> {
    PriceBook::parse(ESSENTIALS)
        .unwrap()
        .list(CurrencyCode::USD)
        .unwrap()
        .alert_percents
        .clone()
}

fn month(year: i32, month: u32) -> BillingPeriod {
    BillingPeriod::of(NaiveDate::from_ymd_opt(year, month, 1).unwrap()).unwrap()
}

fn reading(tier: u64, usage: u64) -> Reading {
    Reading {
        period: month(2025, 6),
        is_trial: false,
        tier,
        usage,
    }
}

/// Evaluates the readings in order and compares the crossings that each records.
fn check(readings: &[(Reading, &[u64])]) {
    let mut latches = Latches::reset(month(2025, 6));
    for (reading, expected) in readings {
        let found = latches.after(*reading, &percents());
        let recorded: Vec<u64> = found.crossings.iter().map(|one| one.percent).collect();
        assert_eq!(recorded, *expected, "{reading:?}");
        assert!(found.crossings.iter().all(|one| one.tier == reading.tier));
        let notice = expected.iter().max().map(|percent| AlertNotice {
            period_start: reading.period.start(),
            tier: reading.tier,
            usage: reading.usage,
            percent: *percent,
        });
        assert_eq!(found.notice, notice, "{reading:?}");
        latches = found.latches;
    }
}

#[test]
fn r10_each_threshold_is_reached_at_its_percent_and_not_a_user_before() {
    for (percent, users) in [
        (80, 16_000),
        (100, 20_000),
        (125, 25_000),
        (150, 30_000),
        (200, 40_000),
        (250, 50_000),
        (300, 60_000),
        (600, 120_000),
    ] {
        let below: Vec<u64> = percents()
            .into_iter()
            .filter(|one| *one < percent)
            .collect();
        check(&[
            (reading(20_000, users - 1), &below),
            (reading(20_000, users), &[percent]),
            (reading(20_000, users + 1), &[]),
        ]);
    }
}

#[test]
fn r10_a_jump_records_all_and_announces_the_highest() {
    check(&[
        (reading(20_000, 14_000), &[]),
        (reading(20_000, 52_000), &[80, 100, 125, 150, 200, 250]),
        (reading(20_000, 52_000), &[]),
        (reading(20_000, 61_000), &[300]),
        (reading(20_000, u64::MAX), &[600]),
    ]);
}

#[test]
fn r10_a_threshold_is_not_recorded_again_after_a_correction() {
    check(&[
        (reading(20_000, 21_000), &[80, 100]),
        (reading(20_000, 10_000), &[]),
        (reading(20_000, 25_000), &[125]),
    ]);
}

#[test]
fn r5_an_upgrade_is_measured_against_the_new_limit() {
    check(&[
        (reading(20_000, 22_000), &[80, 100]),
        (reading(40_000, 22_000), &[]),
        (reading(40_000, 32_000), &[80]),
    ]);
    // A76: thresholds that the new limit has already passed are announced at once, and once.
    check(&[
        (reading(20_000, 45_000), &[80, 100, 125, 150, 200]),
        (reading(40_000, 45_000), &[80, 100]),
        (reading(40_000, 45_000), &[]),
    ]);
}

#[test]
fn r15_a_new_month_starts_anew_and_an_old_one_is_over() {
    let july = |usage| Reading {
        period: month(2025, 7),
        ..reading(20_000, usage)
    };
    check(&[
        (reading(20_000, 20_000), &[80, 100]),
        (july(0), &[]),
        (july(16_000), &[80]),
        // A77: a late job evaluates June.
        (reading(20_000, 60_000), &[]),
        (july(16_000), &[]),
    ]);
    let next_year = Reading {
        period: month(2026, 1),
        ..reading(20_000, 16_000)
    };
    check(&[(reading(20_000, 16_000), &[80]), (next_year, &[80])]);
}

#[test]
fn r10_a_trial_sends_and_records_nothing() {
    let trial = Reading {
        is_trial: true,
        ..reading(20_000, 30_000)
    };
    check(&[
        (trial, &[]),
        (reading(20_000, 30_000), &[80, 100, 125, 150]),
    ]);
    assert!(shows_popup(trial.usage, trial.tier));
}

#[test]
fn r10_the_popup_shows_above_the_limit() {
    let check = |usage, tier, expected| assert_eq!(shows_popup(usage, tier), expected);
    check(0, 5_000, false);
    check(4_999, 5_000, false);
    check(5_000, 5_000, false);
    check(5_001, 5_000, true);
    check(u64::MAX, u64::MAX, false);
    check(u64::MAX, u64::MAX - 1, true);
}

#[test]
fn the_order_of_the_list_does_not_matter() {
    let reset = Latches::reset(month(2025, 6));
    let rising = reset.after(reading(20_000, 52_000), &percents());
    let falling: Vec<u64> = percents().into_iter().rev().collect();
    assert_eq!(reset.after(reading(20_000, 52_000), &falling), rising);
    assert_eq!(reset.after(reading(20_000, 52_000), &[]).notice, None);
}

#[test]
fn latches_are_stored_whole() {
    let found = Latches::reset(month(2025, 6)).after(reading(20_000, 16_000), &percents());
    let json = serde_json::to_string(&found.latches).unwrap();
    assert_eq!(
        json,
        r#"{"period_start":"2025-06-01","recorded":[{"tier":20000,"percent":80}]}"#
    );
    assert_eq!(
        serde_json::from_str::<Latches>(&json).unwrap(),
        found.latches
    );
}

fn readings() -> impl Strategy<Value = Vec<Reading>> {
    let one = (
        1_u32..=3,
        any::<bool>(),
        prop::sample::select(vec![5_000_u64, 20_000, 40_000]),
        0_u64..260_000,
    );
    let reading = one.prop_map(|(number, is_trial, tier, usage)| Reading {
        period: month(2025, number),
        is_trial,
        tier,
        usage,
    });
    prop::collection::vec(reading, 0..40)
}

proptest! {
    #![proptest_config(seeded(10))]

    /// RELIABILITY, invariant 39: at most once per threshold, tier and period, in any order.
    #[test]
    fn each_threshold_is_recorded_at_most_once(readings in readings()) {
        let mut latches = Latches::reset(month(2025, 1));
        let mut seen = BTreeSet::new();
        for reading in readings {
            let found = latches.after(reading, &percents());
            prop_assert_eq!(found.notice.is_some(), !found.crossings.is_empty());
            for crossing in found.crossings {
                prop_assert!(!reading.is_trial);
                prop_assert!(reaches(reading.usage, reading.tier, crossing.percent));
                prop_assert!(seen.insert((reading.period.start(), crossing)));
            }
            latches = found.latches;
        }
    }

    /// No crossing is lost: after an evaluation every reached threshold is recorded.
    #[test]
    fn everything_reached_is_recorded(tier in 1_u64..200_000, steps in prop::collection::vec(0_u64..900_000, 1..20)) {
        let mut latches = Latches::reset(month(2025, 6));
        for usage in &steps {
            latches = latches.after(reading(tier, *usage), &percents()).latches;
        }
        let highest = steps.into_iter().max().unwrap_or(0);
        let expected: BTreeSet<Crossing> = percents()
            .into_iter()
            .filter(|percent| reaches(highest, tier, *percent))
            .map(|percent| Crossing { tier, percent })
            .collect();
        prop_assert_eq!(latches.recorded, expected);
    }
}
