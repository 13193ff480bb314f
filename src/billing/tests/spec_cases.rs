//! The numbers of SPEC.md for prices: sections 2 and 3, and the examples of section 8, each with its
//! table or A-number. Cases for states, people, terms and invoices are next to their rules.

use alloc::string::{String, ToString};

use crate::catalog::price_book::{
    ESSENTIALS, ESSENTIALS_2025, ESSENTIALS_EMAIL, OveragePrice, PriceBook, UnitPrice,
};
use crate::metering::add_on_use::{AddOnUse, Used};
use crate::metering::usage::{Metered, exceeds, figures};
use crate::period::billing_day;
use crate::pricing::overage::{add_on_overage, mau_overage};
use crate::pricing::quote::{Quote, quote};
use crate::pricing::subscription::{Scheduled, Subscription};
use crate::pricing::tax::{StateCode, TaxPlaces};
use crate::{
    AddOnId, BillingCycle, BillingPeriod, CurrencyCode, Derivations, Exact, PlanChange,
    PricedAccount,
};

/// An account to be priced, on a day of June 2025 or another day.
#[derive(Clone, Copy)]
struct Case {
    book: &'static str,
    currency: CurrencyCode,
    tier: u64,
    add_ons: &'static [&'static str],
    downgrade: Option<u64>,
    usage: u64,
    day: &'static str,
}

const SEED: Case = Case {
    book: ESSENTIALS,
    currency: CurrencyCode::USD,
    tier: 20_000,
    add_ons: &[],
    downgrade: None,
    usage: 0,
    day: "2025-06-20",
};
const LATER: Case = Case {
    book: ESSENTIALS_2025,
    ..SEED
};
const ONE: &[&str] = &["cloud-export"];

impl Case {
    fn order(&self, change: &PlanChange) -> Quote {
        let book = PriceBook::parse(self.book).unwrap();
        let subscription = Subscription {
            tier: self.tier,
            add_ons: self.add_ons.iter().map(|id| AddOnId::new(*id)).collect(),
            scheduled: Scheduled {
                tier: self.downgrade,
                ..Scheduled::default()
            },
        };
        let day = self.day.parse().unwrap();
        let account = PricedAccount {
            list: book.list(self.currency).unwrap(),
            subscription: &subscription,
            cycle: BillingCycle::monthly(BillingPeriod::of(day).unwrap()),
            annual_offered: false,
            metered: Metered {
                mau: self.usage,
                data_points: 0,
            },
            add_on_use: crate::AddOnUse::NONE,
            places: Some(TaxPlaces {
                supplier: StateCode::MAHARASHTRA,
                customer: StateCode::MAHARASHTRA,
            }),
            day,
        };
        quote(&account, change, Derivations::Omitted).unwrap()
    }

    fn as_it_is(&self) -> Quote {
        self.order(&PlanChange::default())
    }

    fn due(&self, change: &PlanChange) -> String {
        self.order(change).due_now.total.to_string()
    }
}

fn to(tier: u64) -> PlanChange {
    PlanChange::to_tier(tier)
}

fn adding(id: &str) -> PlanChange {
    PlanChange {
        add: [AddOnId::new(id)].into(),
        ..PlanChange::default()
    }
}

/// Sections 2.2 and 2.5: the tiers of both lists, and the published tables.
#[test]
fn the_catalogue() {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let priced = |currency| {
        let list = book.list(currency).unwrap();
        let price = |tier: &crate::catalog::price_book::Tier| {
            let monthly = tier.monthly.settle(list.currency).unwrap();
            (tier.limit, monthly.minor() / 100)
        };
        list.tiers.iter().map(price).collect::<alloc::vec::Vec<_>>()
    };
    let dollars = [
        (5_000, 75),
        (20_000, 250),
        (40_000, 500),
        (60_000, 750),
        (80_000, 1_000),
        (100_000, 1_250),
    ];
    assert_eq!(priced(CurrencyCode::USD), dollars);
    assert_eq!(
        priced(CurrencyCode::INR),
        dollars.map(|(limit, price)| (limit, price * 80))
    );

    let check = |case: &Case, add_ons, usage, expected: &str| {
        let case = Case {
            add_ons,
            usage,
            ..*case
        };
        assert_eq!(case.as_it_is().month.billable.to_string(), expected);
    };
    check(&SEED, &[], 19_999, "250.00");
    check(&SEED, ONE, 19_999, "270.00"); // Also A40.
    check(&SEED, &[], 22_000, "274.00");
    check(&SEED, ONE, 22_000, "296.40");
    check(&LATER, &[], 22_000, "280.00");
    check(&LATER, ONE, 22_000, "308.00");
}

/// A1, A2, A38: the sources of the price of a hundred users and of the surcharge.
#[test]
fn overage_by_each_reading() {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let list = book.list(CurrencyCode::USD).unwrap();
    let price = |unit_price| OveragePrice {
        unit_price,
        ..list.overage
    };
    let over = |price: OveragePrice, limit: u64, usage: u64| {
        let rate = price.on(list.tier(limit).unwrap()).unwrap();
        mau_overage(usage - limit, &rate).unwrap()
    };
    let settled = |amount: Exact| amount.settle(list.currency).unwrap().to_string();
    let listed = |text| price(UnitPrice::Listed(Exact::parse(text).unwrap()));
    assert_eq!(settled(over(listed("1.00"), 20_000, 22_000)), "24.00");
    assert_eq!(settled(over(listed("1.25"), 20_000, 22_000)), "30.00");
    assert_eq!(
        settled(over(price(UnitPrice::Derived), 20_000, 22_000)),
        "30.00"
    );
    assert_eq!(settled(over(listed("1.25"), 5_000, 6_000)), "15.00");
    assert_eq!(
        settled(over(price(UnitPrice::Derived), 5_000, 6_000)),
        "18.00"
    );

    let surcharge = |over, percent| settled(add_on_overage(over, Exact::whole(percent)).unwrap());
    assert_eq!(surcharge(over(listed("1.00"), 20_000, 25_000), 10), "6.00");
    assert_eq!(surcharge(over(listed("1.00"), 40_000, 44_000), 10), "4.80");
    assert_eq!(surcharge(over(listed("1.25"), 20_000, 22_000), 20), "6.00");
    assert_eq!(surcharge(over(listed("1.25"), 20_000, 22_000), 10), "3.00");
    let promotions = list.add_on("promotions").unwrap();
    assert_eq!(promotions.surcharge_percent, Exact::whole(20));
}

/// A5, A6, A9: usage, the displayed MBU, and an account above its limit without a lock.
#[test]
fn usage() {
    let month = |mau, data_points| figures(Metered { mau, data_points }, 20_000, 10_000);
    let points = month(18_000, 205_000_001);
    assert_eq!((points.processed_mau, points.overage_mau), (20_501, 501));
    let below = month(16_000, 0);
    assert_eq!(
        (below.usage, below.mbu, below.overage_mau),
        (16_000, 20_000, 0)
    );
    assert!(!exceeds(22_000, 20_000, 300));
    assert!(exceeds(70_000, 20_000, 300) && !exceeds(70_000, 40_000, 300)); // A8
    let points = |case: &Case| {
        let case = Case {
            usage: 20_501,
            ..*case
        };
        case.as_it_is().overage.total.to_string()
    };
    assert_eq!(
        (points(&SEED), points(&LATER)),
        ("6.01".into(), "7.52".into())
    );
}

/// A11, A14: an upgrade by its day, and two in a month.
#[test]
fn upgrades() {
    let check = |tier, wanted, day, expected: &str| {
        let case = Case { tier, day, ..SEED };
        assert_eq!(case.due(&to(wanted)), expected, "{day}");
    };
    check(20_000, 40_000, "2025-06-16", "125.00");
    check(20_000, 40_000, "2025-06-30", "8.33");
    check(20_000, 40_000, "2025-06-01", "250.00");
    check(20_000, 40_000, "2025-07-10", "177.42");
    check(20_000, 40_000, "2024-02-15", "129.31");
    check(20_000, 40_000, "2025-02-15", "125.00");
    check(20_000, 40_000, "2025-06-20", "91.67");
    check(40_000, 60_000, "2025-07-31", "8.06");
}

/// A12, A13, A15 to A17: the effect of an order on overage, downgrades and add-ons.
#[test]
fn orders() {
    let over = Case {
        usage: 22_000,
        ..SEED
    };
    assert_eq!(over.as_it_is().overage.total.to_string(), "24.00");
    let upgraded = over.order(&to(40_000));
    assert_eq!(upgraded.due_now.total.to_string(), "91.67");
    assert_eq!(upgraded.next_invoice.overage.to_string(), "0.00");
    let more = Case {
        usage: 45_000,
        ..over
    };
    assert_eq!(
        more.order(&to(40_000)).next_invoice.overage.to_string(),
        "60.00"
    );

    let waiting = Case {
        tier: 40_000,
        day: "2025-06-16",
        downgrade: Some(20_000),
        ..SEED
    };
    let upgraded = waiting.order(&to(60_000));
    assert_eq!(upgraded.due_now.total.to_string(), "125.00");
    assert_eq!(upgraded.next_invoice.recurring.to_string(), "750.00");

    let repriced = Case {
        add_ons: ONE,
        day: "2025-06-16",
        ..LATER
    }
    .order(&to(40_000));
    let amounts = repriced
        .due_now
        .lines
        .iter()
        .map(|line| line.amount.to_string());
    assert!(amounts.eq(["125.00", "12.50"]));
    let bought = |case: Case| {
        Case {
            day: "2025-06-16",
            ..case
        }
        .due(&adding("premium-channels"))
    };
    assert_eq!(
        (bought(SEED), bought(LATER)),
        ("10.00".into(), "12.50".into())
    );

    let removed = Case {
        add_ons: ONE,
        day: "2025-06-10",
        ..over
    }
    .order(&PlanChange {
        remove: [AddOnId::new("cloud-export")].into(),
        ..PlanChange::default()
    });
    let kinds = removed.next_invoice.statement.lines.iter();
    let lines = kinds.map(|line| (line.kind.as_str(), line.amount.to_string()));
    assert!(lines.eq([
        ("base", String::from("250.00")),
        ("mau_overage", String::from("24.00")),
        ("add_on_overage", String::from("2.40")),
    ]));
}

/// A26 to A28: the month of a zone, the content of each June invoice, and rupees with their tax.
#[test]
fn invoices() {
    let start = "2025-06-30T18:30:00Z".parse().unwrap();
    assert_eq!(billing_day(start, 330).unwrap().to_string(), "2025-07-01");
    assert_eq!(billing_day(start, 0).unwrap().to_string(), "2025-06-30");

    let in_may = Case {
        add_ons: ONE,
        day: "2025-05-31",
        ..SEED
    }
    .as_it_is();
    assert_eq!(in_may.next_invoice.statement.total.to_string(), "270.00");
    let in_june = Case {
        add_ons: ONE,
        usage: 22_000,
        day: "2025-06-30",
        ..SEED
    }
    .as_it_is();
    assert_eq!(in_june.next_invoice.overage.to_string(), "26.40");
    assert_eq!(in_june.next_invoice.statement.total.to_string(), "296.40");
    assert_eq!(in_june.month.billable.to_string(), "296.40");

    let rupees = Case {
        currency: CurrencyCode::INR,
        ..LATER
    }
    .as_it_is()
    .next_invoice
    .statement;
    assert_eq!(rupees.subtotal.to_string(), "20000.00");
    let taxes = rupees.taxes.iter().map(|tax| tax.amount.to_string());
    assert!(taxes.eq(["1800.00", "1800.00"]));
    assert_eq!(rupees.total.to_string(), "23600.00");
}

/// Section 2.4, CleverTap Email: 110,000 e-mails on a base of 200 are 70.00 and 5.00; 100,000 on 250
/// are 75.00 and nothing. The surcharge of R3 is 10 % of the users' fee.
#[test]
fn e_mails() {
    let of_month = |base: u64, emails: u64, mau: u64| {
        let mut book = PriceBook::parse(ESSENTIALS_EMAIL).unwrap();
        let list = &mut book.lists[0];
        list.tiers[1].monthly = Exact::whole(base);
        let email = AddOnId::new("clevertap-email");
        let used = Used {
            used: emails,
            settled: 0,
        };
        let subscription = Subscription {
            tier: 20_000,
            add_ons: [email.clone()].into(),
            scheduled: Scheduled::default(),
        };
        let day = "2025-06-20".parse().unwrap();
        let account = PricedAccount {
            list,
            subscription: &subscription,
            cycle: BillingCycle::monthly(BillingPeriod::of(day).unwrap()),
            annual_offered: false,
            metered: Metered {
                mau,
                data_points: 0,
            },
            add_on_use: &AddOnUse([(email, used)].into()),
            places: None,
            day,
        };
        let next = quote(&account, &PlanChange::default(), Derivations::Omitted).unwrap();
        let lines = next.next_invoice.statement.lines.into_iter().skip(1);
        let lines = lines.map(|line| alloc::format!("{} {}", line.kind.as_str(), line.amount));
        lines.collect::<alloc::vec::Vec<_>>()
    };
    assert_eq!(
        of_month(200, 110_000, 0),
        ["add_on 70.00", "add_on_use 5.00"]
    );
    assert_eq!(of_month(250, 100_000, 0), ["add_on 75.00"]);
    let over = [
        "add_on 75.00",
        "mau_overage 30.00",
        "add_on_overage 3.00",
        "add_on_use 0.01",
    ];
    assert_eq!(of_month(250, 100_011, 22_000), over);
}
