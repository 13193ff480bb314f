//! Draws accounts and orders.

use std::collections::BTreeSet;

use billing::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025};
use billing::metering::pool::Pool;
use billing::metering::usage::Metered;
use billing::people::permission::Role;
use billing::pricing::subscription::Scheduled;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{
    AddOnId, BillingFrequency, CurrencyCode, PlanChange, PriceBook, PriceList, Subscription,
};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::backend::world::{Customer, Year};

/// The seed.
const SEED: [u8; 32] = *b"the preview is what is charged !";

/// An account and an order.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) customer: Customer,
    pub(crate) change: PlanChange,
}

impl Case {
    /// Noon of its day, in its time zone.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let noon = self.customer.day.and_hms_opt(12, 0, 0).unwrap().and_utc();
        noon - TimeDelta::minutes(i64::from(self.customer.zone_offset_minutes))
    }
}

/// This many cases, the same ones every time.
pub(crate) fn draw(cases: usize) -> Vec<Case> {
    println!("seed: {:?}", String::from_utf8_lossy(&SEED));
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &SEED);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = case();
    let drawn = |index| {
        let mut case = strategy.new_tree(&mut runner).unwrap().current();
        case.customer.id = format!("c{index:04}").into();
        case
    };
    (0..cases).map(drawn).collect()
}

fn case() -> impl Strategy<Value = Case> {
    let price_list = select(vec![
        ("essentials", CurrencyCode::USD),
        ("essentials-2025", CurrencyCode::USD),
        ("essentials-2025", CurrencyCode::INR),
    ]);
    price_list.prop_flat_map(|(book, currency)| {
        let parsed = PriceBook::parse(if book == "essentials" {
            ESSENTIALS
        } else {
            ESSENTIALS_2025
        });
        let list = parsed.unwrap().list(currency).unwrap().clone();
        let places = if currency == CurrencyCode::INR {
            places().prop_map(Some).boxed()
        } else {
            Just(None).boxed()
        };
        let zone = prop_oneof![Just(0), Just(330), Just(-480), Just(840)];
        (subscription(&list), usage(), day(), zone, places).prop_flat_map(
            move |((subscription, is_trial), metered, day, zone_offset_minutes, places)| {
                let customer = Customer {
                    currency,
                    book: book.to_owned(),
                    zone_offset_minutes,
                    places,
                    subscription,
                    is_trial,
                    metered,
                    day,
                    roles: vec![Role::Admin],
                    ..Customer::new("drawn")
                };
                let change = change(&list, &customer.subscription);
                (change, billing(&customer), frequency()).prop_map(
                    move |(change, billing, frequency)| {
                        let mut customer = Customer {
                            annual_eligible: billing.is_offered,
                            year: billing.year,
                            ..customer.clone()
                        };
                        customer.subscription.scheduled.frequency = billing.scheduled;
                        let change = PlanChange {
                            frequency,
                            ..change
                        };
                        Case { customer, change }
                    },
                )
            },
        )
    })
}

/// Any subscription that orders of the product can produce, and whether it is in trial.
fn subscription(list: &PriceList) -> impl Strategy<Value = (Subscription, bool)> + use<> {
    let tiers: Vec<u64> = list.tiers.iter().map(|tier| tier.limit).collect();
    let add_ons: Vec<AddOnId> = list
        .add_ons
        .iter()
        .map(|add_on| add_on.id.clone())
        .collect();
    let held = subsequence(add_ons.clone(), 0..=add_ons.len());
    let trial = prop::bool::weighted(0.1);
    (select(tiers.clone()), held, trial).prop_flat_map(move |(tier, held, trial)| {
        let lower = tiers
            .iter()
            .copied()
            .filter(|lower| *lower < tier)
            .collect();
        scheduled(trial, lower, &held).prop_map(move |scheduled| {
            let subscription = Subscription {
                tier,
                add_ons: held.iter().cloned().collect(),
                scheduled,
            };
            (subscription, trial)
        })
    })
}

/// Nothing in trial; otherwise sometimes a lower tier, sometimes removals.
fn scheduled(
    is_trial: bool,
    lower: Vec<u64>,
    held: &[AddOnId],
) -> impl Strategy<Value = Scheduled> + use<> {
    if is_trial {
        return Just(Scheduled::default()).boxed();
    }
    let tier = if lower.is_empty() {
        Just(None).boxed()
    } else {
        prop_oneof![4 => Just(None), 1 => select(lower).prop_map(Some)].boxed()
    };
    let leaving = subsequence(held.to_vec(), 0..=held.len());
    let leaving = leaving.prop_map(|leaving| leaving.into_iter().collect());
    let removals = prop_oneof![2 => Just(BTreeSet::new()), 1 => leaving];
    (tier, removals)
        .prop_map(|(tier, removals)| Scheduled {
            tier,
            removals,
            frequency: None,
        })
        .boxed()
}

/// Mostly an order that the account may make, sometimes one that it may not.
fn change(list: &PriceList, held: &Subscription) -> impl Strategy<Value = PlanChange> + use<> {
    let tiers: Vec<u64> = list.tiers.iter().map(|tier| tier.limit).collect();
    let (active, inactive): (Vec<_>, Vec<_>) = list
        .add_ons
        .iter()
        .map(|add_on| add_on.id.clone())
        .partition(|id| held.add_ons.contains(id));
    let tier = prop_oneof![
        2 => Just(None),
        7 => select(tiers).prop_map(Some),
        1 => Just(Some(30_000)),
    ];
    let some = |ids: &[AddOnId]| subsequence(ids.to_vec(), 0..=ids.len().min(3));
    let wrong = prop::bool::weighted(0.05);
    (tier, some(&inactive), some(&active), wrong).prop_map(|(tier, new, old, wrong)| {
        let (add, remove) = if wrong { (old, new) } else { (new, old) };
        PlanChange {
            tier,
            add: add.into_iter().collect(),
            remove: remove.into_iter().collect(),
            frequency: None,
        }
    })
}

/// How a customer is billed.
#[derive(Debug, Clone, Copy)]
struct Billing {
    is_offered: bool,
    year: Option<Year>,
    scheduled: Option<BillingFrequency>,
}

/// Mostly monthly billing; otherwise an annual term, used more or less.
fn billing(customer: &Customer) -> impl Strategy<Value = Billing> + use<> {
    if customer.is_trial {
        return any::<bool>()
            .prop_map(|is_offered| Billing {
                is_offered,
                year: None,
                scheduled: None,
            })
            .boxed();
    }
    let first = customer.day.with_day(1).unwrap();
    let whole = customer.subscription.tier * 12;
    let year =
        (0..12_u32, 0..=whole, 0..=whole * 3 / 2).prop_map(move |(months, more, used)| Year {
            starts_on: first.checked_sub_months(Months::new(months)).unwrap(),
            pool: Pool {
                limit: whole + more,
                used: if months == 0 { 0 } else { used },
            },
        });
    let year = prop::option::weighted(0.3, year);
    let waits = prop::bool::weighted(0.2);
    (any::<bool>(), year, waits)
        .prop_map(|(is_offered, year, waits)| {
            let other = match year {
                Some(_) => BillingFrequency::Monthly,
                None => BillingFrequency::Annual,
            };
            Billing {
                is_offered,
                year,
                scheduled: waits.then_some(other),
            }
        })
        .boxed()
}

/// Mostly no change of frequency.
fn frequency() -> impl Strategy<Value = Option<BillingFrequency>> {
    let both = [BillingFrequency::Monthly, BillingFrequency::Annual];
    prop::option::weighted(0.2, select(both.to_vec()))
}

fn usage() -> impl Strategy<Value = Metered> {
    let mau = prop_oneof![0..30_000_u64, 30_000..200_000_u64, 0..1_000_000_000_u64];
    let data_points = prop_oneof![Just(0), 0..2_000_000_000_u64];
    (mau, data_points).prop_map(|(mau, data_points)| Metered { mau, data_points })
}

/// Any day of ten years; ends of months and leap days often.
fn day() -> impl Strategy<Value = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    (0..3_650_u64, 0..4_u8).prop_map(move |(days, kind)| {
        let day = first.checked_add_days(Days::new(days)).unwrap();
        match kind {
            0 => day.with_day(1).unwrap(),
            1 => (28..=31).rev().find_map(|last| day.with_day(last)).unwrap(),
            _ => day,
        }
    })
}

fn places() -> impl Strategy<Value = TaxPlaces> {
    let state = || (1..=38_u8).prop_map(|code| StateCode::parse(&format!("{code:02}")).unwrap());
    (state(), state(), any::<bool>()).prop_map(|(supplier, customer, same)| TaxPlaces {
        supplier,
        customer: if same { supplier } else { customer },
    })
}
