use super::*;
use alloc::vec::Vec;
use chrono::NaiveDate;

use crate::catalog::price_book::{ESSENTIALS, OveragePrice, Partial, PriceBook};
use crate::metering::pool::Pool;
use crate::metering::usage::Metered;
use crate::money::Exact;
use crate::period::Span;
use crate::period::{AnnualTerm, BillingPeriod};
use crate::pricing::billing_cycle::BillingCycle;
use crate::pricing::overage::MonthPart;
use crate::pricing::overage::{mau_overage, partial_overage};
use crate::pricing::proration::{DaysLeft, prorated};
use crate::pricing::statement::{Input, Line};
use crate::pricing::subscription::{Scheduled, Subscription};
use crate::tests::worked_out::worked_out;
use alloc::format;
use alloc::string::{String, ToString};
use chrono::Days;
use proptest::prelude::*;

use crate::tests::seeded::seeded;
use crate::{AddOnId, CurrencyCode};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn since(text: &str) -> BillingCycle {
    BillingCycle::Monthly {
        counted_from: day(text),
    }
}

/// The year 2025, with `used` of 240,000 users used.
fn pool(used: u64) -> BillingCycle {
    BillingCycle::Annual {
        term: AnnualTerm::new(day("2025-01-01"), 12).unwrap(),
        pool: Pool {
            limit: 240_000,
            used,
        },
    }
}

/// The overage lines of June on the 20,000 tier with an add-on.
fn lines(mau: u64, cycle: BillingCycle) -> Vec<String> {
    let text = |line: &Line| {
        let rule = &*line.derivation.as_ref().unwrap().rule;
        format!("{rule} {} {}", line.kind.as_str(), line.amount)
    };
    rated(mau, cycle).iter().map(text).collect()
}

fn rated(mau: u64, cycle: BillingCycle) -> Vec<Line> {
    let book = PriceBook::parse(ESSENTIALS).unwrap();
    let subscription = Subscription {
        tier: 20_000,
        add_ons: [AddOnId::new("cloud-export")].into(),
        scheduled: Scheduled::default(),
    };
    let account = PricedAccount {
        list: book.list(CurrencyCode::USD).unwrap(),
        subscription: &subscription,
        cycle,
        annual_offered: false,
        metered: Metered {
            mau,
            data_points: 0,
        },
        add_on_use: crate::AddOnUse::NONE,
        places: None,
        day: day("2025-06-20"),
    };
    let statement = final_statement(&account, Derivations::Included).unwrap();
    for line in &statement.lines {
        let why = line.derivation.as_ref().unwrap();
        assert_eq!(worked_out(why), why.unrounded);
        assert_eq!(why.unrounded.settle(account.list.currency), Ok(line.amount));
    }
    statement.lines
}

/// R3, R4, R9, R13, R14, A4, A81: the way a month began decides how it is rated.
#[test]
fn rates_a_month_by_how_it_began() {
    let check = |mau, cycle, expected: &[&str]| {
        assert_eq!(lines(mau, cycle), expected, "{mau} {cycle:?}");
    };
    let whole = ["R3 mau_overage 24.00", "R3 add_on_overage 2.40"];
    let half = ["R4 mau_overage 12.00", "R4 add_on_overage 1.20"];
    let pooled = ["R9 mau_overage 24.00", "R9 add_on_overage 2.40"];
    check(22_000, since("2025-06-01"), &whole);
    check(22_000, since("2025-05-16"), &whole);
    check(22_000, since("2025-06-16"), &half);
    check(
        22_000,
        since("2025-06-30"),
        &["R4 mau_overage 0.80", "R4 add_on_overage 0.08"],
    );
    check(
        22_000,
        since("2025-06-02"),
        &["R4 mau_overage 23.20", "R4 add_on_overage 2.32"],
    );
    check(22_000, since("2025-07-01"), &[]);
    check(20_000, since("2025-06-01"), &[]);
    check(20_000, since("2025-06-16"), &[]);
    check(22_000, pool(220_000), &pooled);
    check(22_000, pool(218_000), &[]);
}

/// A line has enough inputs to repeat the calculation and to see which limit was exceeded.
#[test]
fn a_line_shows_the_limit_it_is_compared_with() {
    let check = |cycle, line: usize, expected: &[&str]| {
        let lines = rated(22_000, cycle);
        let inputs = &lines[line].derivation.as_ref().unwrap().inputs;
        let text = |input: &Input| format!("{} {}", input.name, input.value);
        let found: Vec<String> = inputs.iter().map(text).collect();
        let last = found.len().saturating_sub(expected.len());
        assert_eq!(&found[last..], expected);
    };
    let part = [
        "usage 22000",
        "tier 20000",
        "days_counted 15",
        "days_in_month 30",
    ];
    check(since("2025-06-16"), 0, &part);
    let surcharge = ["mau_overage 12", "surcharge_percent 10"];
    check(since("2025-06-16"), 1, &surcharge);
    let pooled = [
        "usage 22000",
        "tier 20000",
        "pool 240000",
        "used_before 220000",
    ];
    check(pool(220_000), 0, &pooled);
}

#[test]
fn nothing_in_trial() {
    for charged_from in ["2025-06-26", "2025-07-01"] {
        let charged_from = day(charged_from);
        assert!(lines(99_000, BillingCycle::Trial { charged_from }).is_empty());
    }
}

/// A3 within R4: a part hundred is rounded before the days are applied.
#[test]
fn a_part_hundred_in_a_part_month() {
    let book = PriceBook::parse(ESSENTIALS).unwrap();
    let list = book.list(CurrencyCode::USD).unwrap();
    let june = Span::new(day("2025-06-16"), day("2025-07-01")).unwrap();
    let part = MonthPart::of(june).unwrap();
    let check = |over, partial, expected: &str| {
        let price = OveragePrice {
            partial,
            ..list.overage
        };
        let rate = price.on(list.tier(20_000).unwrap()).unwrap();
        let fee = partial_overage(mau_overage(over, &rate).unwrap(), part).unwrap();
        assert_eq!(fee.settle(list.currency).unwrap().to_string(), expected);
    };
    check(150, Partial::Prorate, "0.90");
    check(150, Partial::Ceil, "1.20");
    check(150, Partial::Floor, "0.60");
}

fn minor(exact: Exact) -> i64 {
    let usd = crate::Currency::new("USD", 2).unwrap();
    exact.settle(usd).unwrap().minor()
}

proptest! {
    #![proptest_config(seeded(4))]

    /// RELIABILITY 8: two parts of a month cost the same as the whole, within half a cent each.
    #[test]
    fn parts_of_a_month_sum_to_the_whole(
        year in 2020_i32..2041,
        ordinal in 0_u64..365,
        over in 0_u64..2_000_000,
        price in 1_u64..2_000_000,
    ) {
        let new_year = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let day = new_year + Days::new(ordinal);
        let month = BillingPeriod::of(day).unwrap();
        prop_assume!(day > month.start());
        let book = PriceBook::parse(ESSENTIALS).unwrap();
        let list = book.list(CurrencyCode::USD).unwrap();
        let rate = list.overage.on(list.tier(20_000).unwrap()).unwrap();
        let whole = mau_overage(over, &rate).unwrap();
        let fee = |start, end| {
            let part = MonthPart::of(Span::new(start, end).unwrap()).unwrap();
            minor(partial_overage(whole, part).unwrap())
        };
        let parts = fee(month.start(), day) + fee(day, month.end());
        let whole = minor(whole);
        prop_assert_eq!(fee(month.start(), month.end()), whole);
        prop_assert!((parts - whole).abs() <= 1);

        let nothing = Exact::whole(0);
        let price = Exact::whole(price).over(100).unwrap();
        let rest = prorated(nothing, price, DaysLeft::of(month, day)).unwrap();
        let first = prorated(nothing, price, DaysLeft::of(month, month.start())).unwrap().minus(rest).unwrap();
        prop_assert!((minor(first) + minor(rest) - minor(price)).abs() <= 1);
        // Exactly, when the first part is the whole less the rest.
        prop_assert_eq!((minor(price) - minor(rest)) + minor(rest), minor(price));
    }
}

/// RELIABILITY 43: in every month from 2020 to 2040 the single days add up to the month, in days, in
/// price and in overage.
#[test]
fn the_days_of_a_month_sum_to_the_month() {
    let book = PriceBook::parse(ESSENTIALS).unwrap();
    let list = book.list(CurrencyCode::USD).unwrap();
    let rate = list.overage.on(list.tier(20_000).unwrap()).unwrap();
    let whole = mau_overage(2_000, &rate).unwrap();
    let first = BillingPeriod::of(day("2020-01-01")).unwrap();
    let months = core::iter::successors(Some(first), BillingPeriod::next).take(21 * 12);
    let mut days = 0;
    for month in months {
        let (mut base, mut fee) = (Exact::whole(0), Exact::whole(0));
        let left =
            |day| prorated(Exact::whole(0), Exact::whole(250), DaysLeft::of(month, day)).unwrap();
        for day in month
            .start()
            .iter_days()
            .take_while(|day| month.contains(*day))
        {
            let next = day + Days::new(1);
            let one = Span::new(day, next).unwrap();
            assert_eq!(one.days(), 1);
            let part = MonthPart::of(one).unwrap();
            base = base.plus(left(day).minus(left(next)).unwrap()).unwrap();
            fee = fee.plus(partial_overage(whole, part).unwrap()).unwrap();
            days += 1;
        }
        assert_eq!((minor(base), minor(fee)), (25_000, 2_400), "{month:?}");
    }
    assert_eq!(days, 21 * 365 + 6);
}
