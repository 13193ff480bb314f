//! My Plan's decisions, on the account of the documents: June 2026, day 20, 22,000 of 20,000 MAU.

use super::*;
use crate::client::json::tests::usd;
use crate::screens::my_plan::usage::chart::Drawing;
use crate::screens::my_plan::usage::summary::{MarkKind, Summary};
use crate::screens::my_plan::year::Remaining;
use api::plan::annual::Annual;
use api::plan::subscription::ScheduledChange;
use api::usage::{DayUsage, ProjectPage};
use billing::catalog::price_book::ESSENTIALS;
use billing::metering::pool::Pool;
use billing::metering::usage::{MauParts, Metered};
use billing::period::AnnualTerm;
use billing::{CurrencyCode, LineKind, PlanChangeId};
use chrono::NaiveDate;

fn book() -> PriceBook {
    PriceBook::parse(ESSENTIALS).unwrap()
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, day).unwrap()
}

pub(in crate::screens::my_plan) fn subscription() -> Subscription {
    Subscription {
        version: 1,
        tier: 20_000,
        add_ons: [AddOnId::new("cloud-export")].into(),
        scheduled: Vec::new(),
        price_book: "essentials".to_owned(),
        price_book_version: book().version,
        currency: CurrencyCode::USD,
        places: None,
        billing_day: day(20),
        offset_minutes: 0,
        quote_expires: "2026-06-21T00:00:00Z".parse().unwrap(),
        metered: Metered {
            mau: 22_000,
            data_points: 152_100_000,
        },
        add_on_use: billing::AddOnUse::default(),
        counted_from: "2026-06-01".parse().unwrap(),
        payment_method: None,
        pending: None,
        trial: None,
        annual: None,
        annual_offered: false,
    }
}

fn usage(of_20th: u64) -> Usage {
    let metered = |mau| Metered {
        mau,
        data_points: mau * 6_900,
    };
    Usage {
        period_start: day(1),
        period_end: "2026-07-01".parse().unwrap(),
        counted_from: day(1),
        billing_day: day(20),
        now: "2026-06-20T09:00:00Z".parse().unwrap(),
        counted_at: Some("2026-06-20T08:56:00Z".parse().unwrap()),
        parts: MauParts::default(),
        metered: metered(of_20th),
        mbu: of_20th.max(20_000),
        projects: ProjectPage::default(),
        days: (1..=20)
            .map(|number| DayUsage {
                day: day(number),
                metered: metered(of_20th.saturating_sub(u64::from(20 - number) * 490)),
            })
            .collect(),
        days_before: Vec::new(),
    }
}

fn scheduled(kind: ScheduledKind) -> ScheduledChange {
    ScheduledChange {
        id: PlanChangeId::new("1"),
        kind,
        effective: "2026-07-01".parse().unwrap(),
        requested_by: "ada@acme.example".to_owned(),
        requested_at: "2026-06-20T09:00:00Z".parse().unwrap(),
    }
}

fn summary(users: u64) -> Summary {
    let book = book();
    Summary::of(
        book.list(CurrencyCode::USD).unwrap(),
        &subscription(),
        &usage(users),
    )
}

/// SPEC 2.5: 250 + 20 + 24 + 2.40 = 296.40.
#[test]
fn the_lines_of_the_month_add_up_to_its_figure() {
    let plan = Plan::of(&book(), &subscription()).unwrap();
    let lines: Vec<_> = plan
        .month
        .iter()
        .map(|line| (line.kind, line.amount, line.derivation.is_some()))
        .collect();
    let expected = [
        (LineKind::Base, usd("250.00"), true),
        (LineKind::AddOn, usd("20.00"), true),
        (LineKind::MauOverage, usd("24.00"), true),
        (LineKind::AddOnOverage, usd("2.40"), true),
    ];
    assert_eq!(lines, expected);
    assert_eq!(plan.billable, usd("296.40"));
    assert_eq!(plan.add_ons, [("Cloud Export".to_owned(), usd("20.00"))]);
    assert_eq!(plan.difference.direction, Direction::Same);
    assert!(plan.difference.reasons.is_empty());
}

#[test]
fn what_is_scheduled_moves_the_next_invoice_and_not_the_month() {
    let mut account = subscription();
    account.scheduled = vec![
        scheduled(ScheduledKind::Downgrade(5_000)),
        scheduled(ScheduledKind::Removal(AddOnId::new("cloud-export"))),
    ];
    let plan = Plan::of(&book(), &account).unwrap();
    assert_eq!(plan.billable, usd("296.40"));
    assert_eq!(plan.next.statement.total, usd("101.40"));
    assert_eq!(plan.difference.amount, usd("195.00"));
    assert_eq!(plan.difference.direction, Direction::Less);
    let reasons = [
        Reason::Downgrade {
            from: usd("250.00"),
            to: usd("75.00"),
        },
        Reason::Removal("Cloud Export".to_owned()),
    ];
    assert_eq!(plan.difference.reasons, reasons);
}

#[test]
fn usage_is_placed_on_a_meter_that_ends_where_the_lock_begins() {
    let summary = summary(22_000);
    assert_eq!(
        (summary.percent, summary.over, summary.scale),
        (110, 2_000, 300)
    );
    assert_eq!(
        (summary.processed, summary.included_points),
        (15_180, 200_000_000)
    );
    assert_eq!((summary.day, summary.days), (20, 30));
    let marks: Vec<_> = summary
        .marks
        .iter()
        .map(|mark| (mark.percent, mark.crossed))
        .collect();
    let expected = [
        (80, true),
        (100, true),
        (125, false),
        (150, false),
        (200, false),
        (250, false),
        (300, false),
    ];
    assert_eq!(marks, expected);
    assert_eq!(summary.marks[1].kind, MarkKind::Limit);
    assert_eq!(summary.marks[6].kind, MarkKind::Lock);
    assert_eq!(summary.place(20_000), 3_333);
    assert_eq!(summary.place(60_000), 10_000);
}

/// SPEC A7: 60,000 of 20,000 is at the lock line, 60,001 is above it; then the scale ends at 600.
#[test]
fn past_the_lock_line_the_scale_doubles() {
    let at = summary(60_000);
    assert_eq!((at.scale, at.locked), (300, false));
    let past = summary(61_000);
    assert_eq!((past.scale, past.locked), (600, true));
    assert_eq!(past.marks.last().map(|mark| mark.percent), Some(600));
    assert_eq!(past.place(60_000), 5_000);
    assert_eq!(past.place(u64::MAX), 10_000);
}

/// S0: above the largest tier, and at its limit on the largest, Enterprise is the plan.
#[test]
fn usage_that_no_tier_holds_is_for_enterprise() {
    let book = book();
    let check = |tier: u64, users: u64, expected: Option<u64>| {
        let plan = Subscription {
            tier,
            ..subscription()
        };
        let summary = Summary::of(book.list(CurrencyCode::USD).unwrap(), &plan, &usage(users));
        assert_eq!(summary.enterprise, expected, "{users} of {tier}");
    };
    check(20_000, 22_000, None);
    check(20_000, 100_000, None);
    check(20_000, 100_001, Some(100_000));
    check(100_000, 99_999, None);
    check(100_000, 100_000, Some(100_000));
}

/// SPEC 4.1: 490 a day for another ten days: 26,900, whose overage is 91.08.
#[test]
fn the_month_is_projected_and_priced() {
    let ahead = summary(22_000).ahead.unwrap();
    assert_eq!(ahead.users.expected, 26_900);
    assert_eq!(ahead.overage, usd("91.08"));
}

/// SPEC 4.1: the first count of a month, on the 15th, does not show how usage grows.
#[test]
fn a_month_that_is_first_counted_late_is_not_projected_at_once() {
    let book = book();
    let mut late = usage(0);
    let counted = |last: u32| {
        let metered = |number: u32| Metered {
            mau: 120_000 + u64::from(number - 15) * 500,
            data_points: 0,
        };
        (15..=last).map(move |number| DayUsage {
            day: day(number),
            metered: metered(number),
        })
    };
    for (last, growth_days) in [(15, 0), (16, 1), (17, 2)] {
        late.days = counted(last).collect();
        let summary = Summary::of(
            book.list(CurrencyCode::USD).unwrap(),
            &subscription(),
            &late,
        );
        assert_eq!((summary.ahead, summary.growth_days), (None, growth_days));
    }
    late.days = counted(18).collect();
    let summary = Summary::of(
        book.list(CurrencyCode::USD).unwrap(),
        &subscription(),
        &late,
    );
    assert_eq!(summary.ahead.unwrap().users.expected, 127_500);
}

/// After a trial or a pause the days before its end are drawn, but do not count.
#[test]
fn days_before_counting_began_are_drawn_apart() {
    let book = book();
    let mut month = usage(22_000);
    let after = month.days.split_off(10);
    month.days_before = std::mem::replace(&mut month.days, after);
    month.counted_from = day(11);
    let summary = Summary::of(
        book.list(CurrencyCode::USD).unwrap(),
        &subscription(),
        &month,
    );
    let drawing = Drawing::of(&summary);
    let counts: Vec<_> = drawing.days.iter().map(|day| day.counts).collect();
    assert_eq!(counts, [vec![false; 10], vec![true; 10]].concat());
    assert!(drawing.before.starts_with("M0.00 "), "{}", drawing.before);
    assert!(drawing.line.starts_with("M34.48 "), "{}", drawing.line);
    assert_eq!(summary.growth_days, 9, "the first counted day shows none");
}

#[test]
fn a_month_without_a_counted_day_projects_nothing() {
    let book = book();
    let mut empty = usage(0);
    empty.days.clear();
    empty.counted_at = None;
    let summary = Summary::of(
        book.list(CurrencyCode::USD).unwrap(),
        &subscription(),
        &empty,
    );
    assert_eq!(summary.ahead, None);
    assert_eq!(age(&empty), None);
    assert!(Drawing::of(&summary).days.is_empty());
}

#[test]
fn ages_have_the_unit_that_fits() {
    let mut usage = usage(22_000);
    let check = |usage: &mut Usage, at: &str, expected| {
        usage.counted_at = Some(at.parse().unwrap());
        assert_eq!(age(usage), Some(expected), "{at}");
    };
    check(&mut usage, "2026-06-20T08:59:31Z", Age::Now);
    check(&mut usage, "2026-06-20T08:56:00Z", Age::Minutes(4));
    check(&mut usage, "2026-06-20T06:59:00Z", Age::Hours(2));
    check(&mut usage, "2026-06-18T09:00:00Z", Age::Days(2));
    check(&mut usage, "2026-06-20T09:30:00Z", Age::Now);
}

#[test]
fn the_drawing_puts_days_and_limit_where_they_belong() {
    let drawing = Drawing::of(&summary(22_000));
    assert!(drawing.line.starts_with("M0.00 "), "{}", drawing.line);
    let last = drawing.last.unwrap();
    assert_eq!(last.x, "65.51");
    assert_eq!(drawing.days.len(), 20);
    assert_eq!((drawing.days[1].new, drawing.days[1].is_late), (490, false));
    assert!(drawing.days[19].is_late);
    let y = |text: &str| text.parse::<f64>().unwrap();
    let ahead = drawing.ahead.unwrap();
    assert!(y(&ahead.top) < y(&last.y) && y(&last.y) < y(&drawing.limit.unwrap()));
    assert!(y(&ahead.top) > 10.0, "no room above for a word");
}

/// R9: all months share one pool; this month's usage is added to that of the closed months.
#[test]
fn a_year_is_used_by_all_its_months() {
    let year_of = |before| {
        let mut plan = subscription();
        plan.annual = Some(Annual {
            term: AnnualTerm::new("2026-01-01".parse().unwrap(), 12).unwrap(),
            pool: Pool {
                limit: 240_000,
                used: before,
            },
        });
        let book = book();
        let figures = Plan::of(&book, &plan).unwrap();
        let list = book.list(CurrencyCode::USD).unwrap();
        (figures, Summary::of(list, &plan, &usage(22_000)))
    };
    let (plan, summary) = year_of(107_000);
    let year = summary.year.unwrap();
    assert_eq!(
        (year.used, year.remaining(), year.month),
        (129_000, Remaining::Left(111_000), [6, 12])
    );
    assert_eq!((plan.base, plan.billable), (usd("2100.00"), usd("0.00")));
    assert!(plan.month.is_empty() && plan.next.statement.lines.is_empty());
    assert_eq!(summary.ahead.as_ref().unwrap().overage, usd("0.00"));
    let drawn = Summary::of_term(&year, &summary);
    assert_eq!(
        (drawn.usage, drawn.percent, drawn.scale),
        (129_000, 53, 120)
    );
    assert!(!drawn.marks.iter().any(|mark| mark.crossed));

    let (plan, summary) = year_of(268_000);
    let year = summary.year.unwrap();
    assert_eq!(
        (year.remaining(), year.locked),
        (Remaining::Beyond(50_000), true)
    );
    // All 22,000 of June are beyond the pool.
    assert_eq!(plan.billable, usd("290.40"));
}
