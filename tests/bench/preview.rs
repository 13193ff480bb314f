//! The native cost of a preview: totals only, with lines, with derivations, and as a line of the batch
//! format. `cargo bench`.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;
use std::time::Duration;

use billing::catalog::price_book::ESSENTIALS_2025;
use billing::metering::usage::Metered;
use billing::pricing::quote::Order;
use billing::pricing::subscription::Scheduled;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{
    AddOnId, BillingCycle, BillingPeriod, CurrencyCode, Derivations, PlanChange, PriceBook,
    PricedAccount, Subscription, quote,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const REQUEST: &str = r#"{"id":"a","price_book":"essentials","currency":"USD","date":"2025-06-20","subscription":{"tier":20000,"add_ons":["cloud-export"],"status":"active"},"usage":{"mau":22000,"data_points":0},"change":{"tier":40000}}"#;
const CURVE: u64 = 10_000;

fn preview(criterion: &mut Criterion) {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let subscription = Subscription {
        tier: 20_000,
        add_ons: [AddOnId::new("cloud-export")].into(),
        scheduled: Scheduled::default(),
    };
    let day = "2026-06-20".parse().unwrap();
    let account = PricedAccount {
        list: book.list(CurrencyCode::INR).unwrap(),
        subscription: &subscription,
        cycle: BillingCycle::monthly(BillingPeriod::of(day).unwrap()),
        annual_offered: false,
        metered: Metered {
            mau: 22_000,
            data_points: 0,
        },
        add_on_use: billing::AddOnUse::NONE,
        places: Some(TaxPlaces {
            supplier: StateCode::MAHARASHTRA,
            customer: StateCode::MAHARASHTRA,
        }),
        day,
    };
    let change = PlanChange::to_tier(40_000);
    let order = Order::of(&account, &change, Derivations::Omitted).unwrap();

    let mut one = criterion.benchmark_group("one preview");
    one.bench_function("totals of a checked order", |bencher| {
        bencher.iter(|| order.totals(black_box(account.metered)));
    });
    for (name, derivations) in [
        ("quote without derivations", Derivations::Omitted),
        ("quote with derivations", Derivations::Included),
    ] {
        one.bench_function(name, |bencher| {
            bencher.iter(|| quote(black_box(&account), &change, derivations));
        });
    }
    one.finish();

    let mut many = criterion.benchmark_group("many previews");
    many.throughput(Throughput::Elements(CURVE));
    many.bench_function("a curve of 10,000", |bencher| {
        bencher.iter(|| {
            let totals = |mau| {
                let metered = Metered {
                    mau,
                    data_points: 0,
                };
                order.totals(metered).unwrap().next_invoice.total.minor()
            };
            (20_000..20_000 + CURVE).map(totals).sum::<i64>()
        });
    });
    many.throughput(Throughput::Elements(1));
    many.bench_function("a line of the batch filter", |bencher| {
        bencher.iter(|| api::preview::answer(black_box(REQUEST.as_bytes())));
    });
    many.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(Duration::from_secs(3)).without_plots();
    targets = preview
}
criterion_main!(benches);
