use super::*;
use crate::catalog::price_book::{ESSENTIALS_2025, PriceBook};
use crate::metering::pool::{Pool, first_month_limit, later_limit, term_limit};
use crate::period::{AnnualTerm, BillingPeriod, NotATerm};
use crate::pricing::billing_cycle::BillingCycle;
use crate::pricing::change::{PlanChange, Refusal};
use crate::pricing::statement::{Derivations, LineKind, Statement};
use crate::pricing::subscription::{Scheduled, Subscription};
use crate::pricing::tax::{StateCode, TaxPlaces};
use crate::tests::worked_out::worked_out;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use chrono::NaiveDate;
use proptest::prelude::*;

use crate::tests::seeded::seeded;
use crate::{AddOnId, CurrencyCode};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn term(start: &str) -> AnnualTerm {
    AnnualTerm::new(day(start), 12).unwrap()
}

fn subscription(tier: u64, add_ons: &[&str]) -> Subscription {
    Subscription {
        tier,
        add_ons: add_ons.iter().map(|id| AddOnId::new(*id)).collect(),
        scheduled: Scheduled::default(),
    }
}

fn after(account: &AnnualAccount<'_>, change: &PlanChange) -> Result<Subscription, Refusal> {
    let AnnualAccount {
        list,
        subscription,
        term,
        pool,
        ..
    } = *account;
    subscription.check(change, list)?;
    Ok(subscription.after(change, &BillingCycle::Annual { term, pool }))
}

fn lines(statement: &Statement) -> Vec<String> {
    let text = |line: &crate::Line| format!("{} {}", line.kind.as_str(), line.amount);
    statement.lines.iter().map(text).collect()
}

/// The charge for an order in dollars in the term of 2025, and the limit after it.
fn order(
    before: &Subscription,
    change: &PlanChange,
    on: &str,
) -> Result<(Vec<String>, u64), Refusal> {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let list = book.list(CurrencyCode::USD).unwrap();
    let limit = before.tier * 12;
    let account = AnnualAccount {
        list,
        subscription: before,
        term: term("2025-01-01"),
        pool: Pool { limit, used: 0 },
        places: None,
        day: day(on),
    };
    let after = after(&account, change)?;
    let order = annual_order(&account, &after, Derivations::Included)?;
    for line in &order.due_now.lines {
        let why = line.derivation.as_ref().unwrap();
        assert_eq!(worked_out(why), why.unrounded);
        assert_eq!(why.unrounded.settle(list.currency), Ok(line.amount));
    }
    Ok((lines(&order.due_now), order.limit))
}

/// R9: in the first month the price difference and a limit by days; later the months left, added.
#[test]
fn an_upgrade_costs_by_the_month_in_which_it_is_made() {
    let check = |on: &str, expected: &[&str], limit| {
        let found = order(&subscription(5_000, &[]), &PlanChange::to_tier(20_000), on).unwrap();
        assert_eq!(found.0, expected, "{on}");
        assert_eq!(found.1, limit, "{on}");
    };
    check("2025-01-01", &["tier_proration 1470.00"], 240_000);
    check("2025-01-15", &["tier_proration 1470.00"], 230_794);
    check("2025-01-31", &["tier_proration 1470.00"], 220_273);
    check("2025-02-01", &["tier_proration 1925.00"], 60_000 + 220_000);
    check("2025-04-11", &["tier_proration 1575.00"], 60_000 + 180_000);
    check("2025-12-31", &["tier_proration 175.00"], 60_000 + 20_000);
}

/// A85: an add-on costs its price for the months left; one priced in percent costs the difference.
#[test]
fn add_ons_within_a_term() {
    let check = |before: &Subscription, change: &PlanChange, on: &str, expected: &[&str], limit| {
        let found = order(before, change, on).unwrap();
        assert_eq!(found.0, expected, "{on}");
        assert_eq!(found.1, limit, "{on}");
    };
    let add = |id: &str| PlanChange {
        add: [AddOnId::new(id)].into(),
        ..PlanChange::default()
    };
    let plain = subscription(20_000, &[]);
    let export = subscription(20_000, &["cloud-export"]);
    // 25 × 12 × 0.7, then 25 × 9 × 0.7
    check(
        &plain,
        &add("cloud-export"),
        "2025-01-31",
        &["add_on_proration 210.00"],
        240_000,
    );
    check(
        &plain,
        &add("cloud-export"),
        "2025-04-11",
        &["add_on_proration 157.50"],
        240_000,
    );
    // (50 − 25) × 9 × 0.7
    let higher = PlanChange::to_tier(40_000);
    let repriced = ["tier_proration 3150.00", "add_on_repricing 157.50"];
    check(&export, &higher, "2025-04-11", &repriced, 240_000 + 360_000);
    let both = PlanChange {
        add: [AddOnId::new("advanced-analytics")].into(),
        ..higher
    };
    let all = [
        "tier_proration 3150.00",
        "add_on_repricing 157.50",
        "add_on_proration 315.00",
    ];
    check(&export, &both, "2025-04-11", &all, 240_000 + 360_000);
    // Neither a lower tier nor an empty order costs anything now.
    check(
        &export,
        &PlanChange::to_tier(5_000),
        "2025-04-11",
        &[],
        240_000,
    );
    check(&export, &PlanChange::default(), "2025-04-11", &[], 240_000);
}

/// A derivation has exactly the inputs that its formula names.
#[test]
fn a_derivation_has_the_inputs_of_its_formula() {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let before = subscription(20_000, &["cloud-export"]);
    let account = AnnualAccount {
        list: book.list(CurrencyCode::USD).unwrap(),
        subscription: &before,
        term: term("2025-01-01"),
        pool: Pool {
            limit: 240_000,
            used: 0,
        },
        places: None,
        day: day("2025-04-11"),
    };
    let after = after(&account, &PlanChange::to_tier(40_000));
    let order = annual_order(&account, &after.unwrap(), Derivations::Included).unwrap();
    let check = |line: usize, expected: &[&str]| {
        let why = order.due_now.lines[line].derivation.as_ref().unwrap();
        let names: Vec<&str> = why.inputs.iter().map(|input| &*input.name).collect();
        assert_eq!(names, expected);
        assert_eq!(why.rule, "R9");
    };
    let months = [
        "monthly_price",
        "months",
        "discount_percent",
        "old_tier",
        "new_tier",
    ];
    check(0, &months);
    check(1, &["months", "discount_percent", "new_price", "old_price"]);
}

#[test]
fn an_order_outside_the_term_is_refused() {
    let order = |on| order(&subscription(5_000, &[]), &PlanChange::to_tier(20_000), on).map(drop);
    assert_eq!(order("2024-12-31"), Err(Refusal::InvalidDate));
    assert_eq!(order("2025-01-01"), Ok(()));
    assert_eq!(order("2025-12-31"), Ok(()));
    assert_eq!(order("2026-01-01"), Err(Refusal::InvalidDate));
}

#[test]
fn counts_months_and_days_from_the_start() {
    let check = |on: &str, months, days, first| {
        let term = term("2024-03-01");
        let on = day(on);
        let found = (
            term.months_left(on),
            term.days_left(on),
            term.is_in_first_month(on),
        );
        assert_eq!(found, (months, days, first), "{on}");
    };
    check("2024-02-29", 12, 365, true);
    check("2024-03-01", 12, 365, true);
    check("2024-03-31", 12, 335, true);
    check("2024-04-01", 11, 334, false);
    check("2024-12-31", 3, 60, false);
    check("2025-01-01", 2, 59, false);
    check("2025-02-28", 1, 1, false);
    check("2025-03-01", 0, 0, false);
    check("2026-01-01", 0, 0, false);
    assert_eq!(term("2023-03-01").days(), 366);
    let months = |n| term("2024-03-01").month(n).map(|month| month.start());
    assert_eq!(months(0), Some(day("2024-03-01")));
    assert_eq!(months(11), Some(day("2025-02-01")));
    assert_eq!(months(12), None);
}

#[test]
fn a_term_is_checked_when_it_is_read() {
    let read = |text| serde_json::from_str::<AnnualTerm>(text).ok();
    let text = r#"{"start":"2025-01-01","months":12}"#;
    assert_eq!(read(text), Some(term("2025-01-01")));
    assert_eq!(serde_json::to_string(&term("2025-01-01")).unwrap(), text);
    assert_eq!(read(r#"{"start":"2025-01-02","months":12}"#), None);
    assert_eq!(read(r#"{"start":"2025-01-01","months":0}"#), None);
    assert_eq!(AnnualTerm::new(day("2025-01-01"), 0), Err(NotATerm::Empty));
    assert_eq!(
        AnnualTerm::new(day("2025-01-01"), u32::MAX),
        Err(NotATerm::TooLong)
    );
    let pool = Pool { limit: 1, used: 2 };
    assert_eq!(
        serde_json::to_string(&pool).unwrap(),
        r#"{"limit":1,"used":2}"#
    );
}

#[test]
fn limits_that_do_not_fit_are_refused() {
    assert_eq!(term_limit(u64::MAX, 12), Err(OutOfRange));
    let term = term("2025-01-01");
    assert_eq!(
        later_limit(u64::MAX, 1, term, day("2025-12-31")),
        Err(OutOfRange)
    );
    assert_eq!(
        later_limit(u64::MAX, 1, term, day("2026-01-01")),
        Ok(u64::MAX)
    );
    assert_eq!(
        first_month_limit(u64::MAX, term, day("2025-01-01")),
        Err(OutOfRange)
    );
    let full = Pool {
        limit: 0,
        used: u64::MAX,
    };
    assert_eq!((full.after(1), full.overage_of(u64::MAX)), (full, u64::MAX));
}

proptest! {
    #![proptest_config(seeded(9))]

    /// R9: the overage of all months together is the term's usage beyond its pool.
    #[test]
    fn months_overdraw_what_the_term_overdraws(
        limit in 0_u64..300_000,
        months in prop::collection::vec(0_u64..60_000, 1..=12),
    ) {
        let mut pool = Pool { limit, used: 0 };
        let mut over = 0;
        for usage in &months {
            over += pool.overage_of(*usage);
            pool = pool.after(*usage);
            prop_assert_eq!(over, pool.used.saturating_sub(limit));
            prop_assert_eq!(i128::from(over), -pool.remaining().min(0));
        }
        prop_assert_eq!(pool.used, months.iter().sum::<u64>());
    }

    /// Upgrades within the first month cost the same together as one to the highest tier.
    #[test]
    fn steps_in_the_first_month_cost_the_same_as_one_upgrade(first in 1_u32..=31, second in 1_u32..=31) {
        let on = |day: u32| format!("2025-01-{day:02}");
        let cost = |from, to, on: &str| {
            let change = PlanChange::to_tier(to);
            let (lines, limit) = order(&subscription(from, &[]), &change, on).unwrap();
            let amount: rust_decimal::Decimal =
                lines[0].rsplit(' ').next().unwrap().parse().unwrap();
            (amount, limit)
        };
        let (first, last) = (on(first.min(second)), on(first.max(second)));
        let steps = cost(5_000, 20_000, &first).0 + cost(20_000, 60_000, &last).0;
        let leap = cost(5_000, 60_000, &last);
        prop_assert_eq!(steps, leap.0);
        prop_assert_eq!(cost(20_000, 60_000, &last).1, leap.1);
    }

    /// RELIABILITY 9: an upgrade on a later day never costs more, and never allows more.
    #[test]
    fn a_later_upgrade_never_costs_more(one in 32_u64..365, other in 32_u64..365) {
        let term = term("2025-01-01");
        let on = |n| term.start() + chrono::Days::new(n);
        let (early, late) = (on(one.min(other)), on(one.max(other)));
        let price = |day| {
            let months = term.months_left(day);
            price_of_months(Exact::whole(250), months, &AnnualTerms::default()).unwrap()
        };
        prop_assert!(price(early) >= price(late));
        let limit = |day| later_limit(7, 20_000, term, day).unwrap();
        prop_assert!(limit(early) >= limit(late));
    }

    /// RELIABILITY 42, 43: months follow each other from the start, and their days add up to the term's.
    #[test]
    fn months_make_up_the_term(year in 2020_i32..2041, month in 1_u32..=12, months in 1_u32..60) {
        let start = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
        let term = AnnualTerm::new(start, months).unwrap();
        let all: Vec<BillingPeriod> = (0..months).map(|n| term.month(n).unwrap()).collect();
        prop_assert_eq!(all[0].start(), term.start());
        prop_assert_eq!(all[all.len() - 1].end(), term.end());
        prop_assert!(all.windows(2).all(|two| two[0].end() == two[1].start()));
        prop_assert_eq!(all.iter().map(|month| month.days()).sum::<u64>(), term.days());
        for (n, month) in (0..).zip(&all) {
            prop_assert_eq!(term.months_left(month.start()), months - n);
        }
    }
}

#[test]
fn the_lines_name_what_they_are_for() {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let subscription = subscription(20_000, &["cloud-export"]);
    let account = AnnualAccount {
        list: book.list(CurrencyCode::INR).unwrap(),
        subscription: &subscription,
        term: term("2025-01-01"),
        pool: Pool {
            limit: 240_000,
            used: 0,
        },
        places: Some(TaxPlaces {
            supplier: StateCode::MAHARASHTRA,
            customer: StateCode::MAHARASHTRA,
        }),
        day: day("2025-01-01"),
    };
    let statement = term_statement(&account, Derivations::Included).unwrap();
    assert_eq!(lines(&statement), ["base 168000.00", "add_on 16800.00"]);
    let kinds: Vec<LineKind> = statement.lines.iter().map(|line| line.kind).collect();
    assert_eq!(kinds, [LineKind::Base, LineKind::AddOn]);
    assert!(
        statement
            .lines
            .iter()
            .all(|line| { line.derivation.as_ref().is_some_and(|why| why.rule == "R9") })
    );
}
