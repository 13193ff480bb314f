//! Every amount computed again, in fractions of unlimited length and by separate formulas: the oracle is
//! written from the documents and shares no code with the product. Every cent must be equal.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use num_rational::BigRational;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Value, json};

const CASES: u32 = 10_000;
const SEED: u64 = 20_260_620;
const TIERS: [(u64, i64); 6] = [
    (5_000, 75),
    (20_000, 250),
    (40_000, 500),
    (60_000, 750),
    (80_000, 1_000),
    (100_000, 1_250),
];
const TENTHS: [&str; 5] = [
    "advanced-analytics",
    "cloud-export",
    "content-personalization",
    "premium-channels",
    "whatsapp-connect",
];
const FIFTHS: [&str; 2] = ["custom-list-segment", "promotions"];
const STATES: [&str; 4] = ["27", "29", "01", "97"];

type AddOns = BTreeSet<&'static str>;

/// A drawn request.
#[derive(Debug, Clone)]
struct Case {
    list: List,
    day: NaiveDate,
    trial: bool,
    tiers: [u64; 2],
    active: AddOns,
    added: AddOns,
    removed: AddOns,
    usage: [u64; 2],
    states: [&'static str; 2],
}

/// The price lists of contract.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Published,
    Later,
    Rupees,
}

#[test]
fn every_amount_is_that_of_an_exact_calculation() {
    println!("seed {SEED}");
    let config = Config {
        cases: CASES,
        rng_seed: RngSeed::Fixed(SEED),
        failure_persistence: None,
        ..Config::default()
    };
    let run = TestRunner::new(config).run(&cases(), |case| {
        let line = case.request().to_string();
        let answer = api::preview::answer(line.as_bytes()).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        prop_assert_eq!(answer, case.answer(), "{}", line);
        Ok(())
    });
    run.unwrap();
}

fn cases() -> impl Strategy<Value = Case> {
    let list = select(vec![List::Published, List::Later, List::Rupees]);
    list.prop_flat_map(|list| {
        let ids: Vec<&str> = list.add_ons().into_iter().collect();
        let limit = || select(TIERS.map(|(limit, _)| limit).to_vec());
        let mau = prop_oneof![0..400_000_u64, 0..=1_000_000_000_000_000_u64];
        let points = prop_oneof![Just(0), 0..4_000_000_000_u64, 0..=1_000_000_000_000_000_u64];
        let some = || subsequence(ids.clone(), 0..=ids.len());
        (
            (Just(list), 0..100_000_u64, prop::bool::weighted(0.2)),
            [limit(), limit()],
            (some(), some()),
            (mau, points),
            [select(STATES.to_vec()), select(STATES.to_vec())],
        )
    })
    .prop_map(
        |((list, days, trial), tiers, (active, touched), (mau, points), states)| {
            let active = AddOns::from_iter(active);
            let touched = AddOns::from_iter(touched);
            Case {
                list,
                day: NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Days::new(days),
                trial,
                tiers,
                added: &touched - &active,
                removed: &touched & &active,
                active,
                usage: [mau, points],
                states,
            }
        },
    )
}

impl List {
    fn add_ons(self) -> AddOns {
        let fifths: &[&str] = if self == Self::Published {
            &[]
        } else {
            &FIFTHS
        };
        TENTHS.iter().chain(fifths).copied().collect()
    }

    /// How many rupees a dollar of the list is.
    fn rate(self) -> i64 {
        if self == Self::Rupees { 80 } else { 1 }
    }

    fn base(self, limit: u64) -> BigRational {
        let (_, dollars) = TIERS.into_iter().find(|tier| tier.0 == limit).unwrap();
        ratio(dollars * self.rate(), 1)
    }

    fn add_on(self, id: &str, limit: u64) -> BigRational {
        match self {
            Self::Published => ratio(20, 1),
            Self::Later | Self::Rupees => self.base(limit) * percent(id),
        }
    }

    fn user(self) -> BigRational {
        let hundred = match self {
            Self::Published => ratio(1, 1),
            Self::Later | Self::Rupees => ratio(125 * self.rate(), 100),
        };
        hundred * ratio(12, 10) / ratio(100, 1)
    }
}

impl Case {
    fn request(&self) -> Value {
        let (book, currency) = match self.list {
            List::Published => ("essentials", "USD"),
            List::Later => ("essentials-2025", "USD"),
            List::Rupees => ("essentials-2025", "INR"),
        };
        let mut request = json!({
            "id": "drawn",
            "price_book": book,
            "currency": currency,
            "date": self.day,
            "subscription": {
                "tier": self.tiers[0],
                "add_ons": self.active,
                "status": if self.trial { "trial" } else { "active" },
            },
            "usage": { "mau": self.usage[0], "data_points": self.usage[1] },
            "change": { "tier": self.tiers[1], "add": self.added, "remove": self.removed },
        });
        if self.list == List::Rupees {
            request["tax"] =
                json!({ "supplier_state": self.states[0], "customer_state": self.states[1] });
        }
        request
    }

    /// The output of contract.md.
    fn answer(&self) -> Value {
        let [old, wanted] = self.tiers;
        let processed = self.usage[1].div_ceil(10_000);
        let usage = self.usage[0].max(processed);
        let overage = self.overage(old, &self.active);
        let base = cents(&self.list.base(old));
        let add_ons = self.prices(&self.active, old);
        let month = [base, add_ons, sum(&overage)];

        let in_force = if self.trial { wanted } else { old.max(wanted) };
        let held = &self.active | &self.added;
        let due_now = self.due_now(in_force);
        let recurring =
            cents(&self.list.base(wanted)) + self.prices(&(&held - &self.removed), wanted);
        let in_arrears = sum(&self.overage(in_force, &held));
        let next_first = self.next_first();
        let foot = |subtotal: i64| {
            let taxes = self.taxes(subtotal);
            (
                text(subtotal),
                text(subtotal + sum(&taxes)),
                shown(&taxes, "name", ""),
            )
        };
        let (now_subtotal, now_total, now_taxes) = foot(sum(&due_now));
        let (next_subtotal, next_total, next_taxes) = foot(recurring + in_arrears);
        json!({
            "id": "drawn",
            "usage": {
                "processed_mau": processed,
                "usage": usage,
                "mbu": usage.max(old),
                "overage_mau": usage.saturating_sub(old),
            },
            "overage": { "lines": shown(&overage, "kind", "add_on"), "total": text(sum(&overage)) },
            "month": {
                "base": text(month[0]),
                "add_ons": text(month[1]),
                "overage": text(month[2]),
                "billable": text(month.iter().sum()),
            },
            "due_now": {
                "lines": shown(&due_now, "kind", "add_on"),
                "subtotal": now_subtotal,
                "taxes": now_taxes,
                "total": now_total,
            },
            "next_invoice": {
                "date": next_first,
                "recurring": text(recurring),
                "overage": text(in_arrears),
                "subtotal": next_subtotal,
                "taxes": next_taxes,
                "total": next_total,
            },
        })
    }

    fn prices(&self, add_ons: &AddOns, limit: u64) -> i64 {
        add_ons
            .iter()
            .map(|id| cents(&self.list.add_on(id, limit)))
            .sum()
    }

    fn overage(&self, limit: u64, add_ons: &AddOns) -> Vec<Amount> {
        let usage = self.usage[0].max(self.usage[1].div_ceil(10_000));
        if self.trial {
            return Vec::new();
        }
        let over = BigRational::from_integer(usage.saturating_sub(limit).into()) * self.list.user();
        let mut lines = vec![("mau_overage", "", cents(&over))];
        lines.extend(
            add_ons
                .iter()
                .map(|id| ("add_on_overage", *id, cents(&(&over * percent(id))))),
        );
        lines.retain(|line| line.2 != 0);
        lines
    }

    fn due_now(&self, new: u64) -> Vec<Amount> {
        if self.trial {
            return Vec::new();
        }
        let old = self.tiers[0];
        let first = self.day.with_day(1).unwrap();
        let days = i64::from(first.num_days_in_month());
        let left = days - i64::from(self.day.day()) + 1;
        let part = |price: BigRational| cents(&(price * ratio(left, days)));
        let list = self.list;
        let mut lines = vec![("tier_proration", "", part(list.base(new) - list.base(old)))];
        lines.extend(self.active.iter().map(|id| {
            (
                "add_on_repricing",
                *id,
                part(list.add_on(id, new) - list.add_on(id, old)),
            )
        }));
        lines.extend(
            self.added
                .iter()
                .map(|id| ("add_on_proration", *id, part(list.add_on(id, new)))),
        );
        lines.retain(|line| line.2 != 0);
        lines
    }

    fn taxes(&self, subtotal: i64) -> Vec<Amount> {
        if self.list != List::Rupees || subtotal == 0 {
            return Vec::new();
        }
        let tax = |percent| cents(&ratio(subtotal * percent, 10_000));
        if self.states[0] == self.states[1] {
            vec![("CGST", "", tax(9)), ("SGST", "", tax(9))]
        } else {
            vec![("IGST", "", tax(18))]
        }
    }

    fn next_first(&self) -> NaiveDate {
        let (year, month) = (self.day.year(), self.day.month());
        NaiveDate::from_ymd_opt(year + i32::from(month == 12), month % 12 + 1, 1).unwrap()
    }
}

/// Kind of line, id of the add-on, minor units.
type Amount = (&'static str, &'static str, i64);

fn sum(amounts: &[Amount]) -> i64 {
    amounts.iter().map(|amount| amount.2).sum()
}

fn shown(amounts: &[Amount], kind: &str, add_on: &str) -> Vec<Value> {
    let show = |(name, id, minor): &Amount| {
        if id.is_empty() {
            json!({ kind: name, "amount": text(*minor) })
        } else {
            json!({ kind: name, add_on: id, "amount": text(*minor) })
        }
    };
    amounts.iter().map(show).collect()
}

fn ratio(numerator: i64, denominator: i64) -> BigRational {
    BigRational::new(numerator.into(), denominator.into())
}

fn percent(id: &str) -> BigRational {
    ratio(if FIFTHS.contains(&id) { 20 } else { 10 }, 100)
}

/// Minor units, rounded half away from zero.
fn cents(amount: &BigRational) -> i64 {
    let rounded = (amount * ratio(100, 1)).round();
    i64::try_from(rounded.to_integer()).unwrap()
}

fn text(minor: i64) -> String {
    assert!(minor >= 0, "nothing that is drawn is a credit");
    format!("{}.{:02}", minor / 100, minor % 100)
}
