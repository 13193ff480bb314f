use super::*;
use crate::catalog::price_book::{ESSENTIALS_2025, PriceBook};
use crate::metering::usage::Metered;
use crate::pricing::billing_cycle::BillingCycle;
use crate::pricing::statement::Line;
use crate::pricing::subscription::{Scheduled, Subscription};
use crate::tests::worked_out::worked_out;
use crate::{AddOnId, CurrencyCode};
use alloc::format;
use alloc::string::{String, ToString};

/// The first charged day, the lines and the total that `charge` returns for an account on a day.
fn charged(
    on: &str,
    charge: impl Fn(&PricedAccount<'_>) -> Option<RestOfMonth>,
) -> Option<(String, Vec<String>)> {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let subscription = Subscription {
        tier: 20_000,
        add_ons: [AddOnId::new("cloud-export")].into(),
        scheduled: Scheduled {
            tier: Some(5_000),
            ..Scheduled::default()
        },
    };
    let account = PricedAccount {
        list: book.list(CurrencyCode::USD).unwrap(),
        subscription: &subscription,
        cycle: BillingCycle::Monthly {
            counted_from: on.parse().unwrap(),
        },
        annual_offered: false,
        metered: Metered {
            mau: 99_000,
            data_points: 0,
        },
        add_on_use: crate::AddOnUse::NONE,
        places: None,
        day: on.parse().unwrap(),
    };
    let rest = charge(&account)?;
    let text = |line: &Line| {
        let why = line.derivation.as_ref().unwrap();
        assert_eq!(worked_out(why), why.unrounded);
        assert_eq!(why.unrounded.settle(account.list.currency), Ok(line.amount));
        format!("{} {} {}", why.rule, line.kind.as_str(), line.amount)
    };
    let span = format!("{} {}", rest.span.start(), rest.span.end());
    Some((span, rest.statement.lines.iter().map(text).collect()))
}

/// R8, A11: tier and add-ons are prorated by days, without overage, in a month of any length.
#[test]
fn the_first_month_is_charged_by_days() {
    let check = |on: &str, span: &str, lines: [&str; 2]| {
        let first = |account: &PricedAccount<'_>| {
            Some(first_invoice(account, Derivations::Included).unwrap())
        };
        let (found, amounts) = charged(on, first).unwrap();
        assert_eq!(found, span);
        assert_eq!(amounts, lines, "{on}");
    };
    let whole = ["R8 base 250.00", "R8 add_on 25.00"];
    check("2025-06-01", "2025-06-01 2025-07-01", whole);
    let half = ["R8 base 125.00", "R8 add_on 12.50"];
    check("2025-06-16", "2025-06-16 2025-07-01", half);
    let last = ["R8 base 8.33", "R8 add_on 0.83"];
    check("2025-06-30", "2025-06-30 2025-07-01", last);
    let leap = ["R8 base 8.62", "R8 add_on 0.86"];
    check("2024-02-29", "2024-02-29 2024-03-01", leap);
    let year = ["R8 base 8.06", "R8 add_on 0.81"];
    check("2025-12-31", "2025-12-31 2026-01-01", year);
}

/// R13: a paid day is never charged again, and the tier is the one that the pause froze.
#[test]
fn a_reactivation_charges_what_is_not_paid() {
    let check = |on: &str, paid_until: &str, expected: Option<(&str, [&str; 2])>| {
        let paid_until = paid_until.parse().unwrap();
        let back = |account: &PricedAccount<'_>| {
            reactivation_charge(account, paid_until, Derivations::Included).unwrap()
        };
        let found = charged(on, back);
        let found = found
            .as_ref()
            .map(|(span, lines)| (span.as_str(), lines.as_slice()));
        let lines = expected.map(|(_, lines)| lines.map(String::from));
        let spans = expected.map(|(span, _)| span);
        assert_eq!(
            found,
            spans.zip(lines.as_ref().map(<[String; 2]>::as_slice)),
            "{on}"
        );
    };
    check("2025-06-01", "2025-07-01", None);
    check("2025-06-30", "2025-07-01", None);
    let july = ["R13 base 250.00", "R13 add_on 25.00"];
    check(
        "2025-07-01",
        "2025-07-01",
        Some(("2025-07-01 2025-08-01", july)),
    );
    let rest = ["R13 base 120.97", "R13 add_on 12.10"];
    check(
        "2025-07-17",
        "2025-07-01",
        Some(("2025-07-17 2025-08-01", rest)),
    );
    check(
        "2025-07-05",
        "2025-07-17",
        Some(("2025-07-17 2025-08-01", rest)),
    );
    check("2025-07-17", "2026-01-01", None);
}

/// Rows 4 and 5a of section 6, to the second, in the organization's zone (A26).
#[test]
fn the_first_charged_day_is_that_of_the_later_instant() {
    let check = |ended: &str, completed: Option<&str>, offset, expected: &str| {
        let at = |text: &str| text.parse().unwrap();
        let day = first_charged_day(at(ended), completed.map(at), offset).unwrap();
        assert_eq!(day.to_string(), expected, "{ended} {completed:?} {offset}");
    };
    check("2025-06-16T00:00:00Z", None, 0, "2025-06-16");
    check("2025-06-15T23:59:59Z", None, 0, "2025-06-15");
    check("2025-06-30T18:30:00Z", None, 330, "2025-07-01");
    check("2025-06-30T18:29:59Z", None, 330, "2025-06-30");
    let end = "2025-06-16T00:00:00Z";
    check(end, Some("2025-06-15T23:59:59Z"), 0, "2025-06-16");
    check(end, Some("2025-06-29T23:59:59Z"), 0, "2025-06-29");
}

/// A4 (d): from the 1st only with the switch, and only above the limit.
#[test]
fn an_upgrade_is_charged_from_its_day_unless_switched() {
    let day = "2025-06-20".parse().unwrap();
    let june = BillingPeriod::of(day).unwrap();
    let check = |from: UpgradeFrom, over, expected| {
        assert_eq!(
            from.charged_from(june, day, over),
            expected,
            "{from:?} {over}"
        );
    };
    check(UpgradeFrom::DayOfUpgrade, 0, day);
    check(UpgradeFrom::DayOfUpgrade, 2_000, day);
    check(UpgradeFrom::PeriodStartIfOver, 0, day);
    check(UpgradeFrom::PeriodStartIfOver, 1, june.start());
    assert_eq!(UpgradeFrom::default(), UpgradeFrom::DayOfUpgrade);
}
