//! Every order of every account is priced or refused, and the totals are the sums of the lines.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use billing::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025};
use billing::metering::usage::Metered;
use billing::pricing::quote::Order;
use billing::pricing::subscription::Scheduled;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{
    AddOnId, BillingCycle, BillingPeriod, Derivations, Money, PlanChange, PriceBook, PriceList,
    PricedAccount, Subscription, quote,
};
use chrono::{Days, NaiveDate};
use libfuzzer_sys::fuzz_target;

static BOOKS: LazyLock<[PriceBook; 2]> =
    LazyLock::new(|| [ESSENTIALS, ESSENTIALS_2025].map(|book| PriceBook::parse(book).unwrap()));

#[derive(Debug, Arbitrary)]
struct Case {
    list: u8,
    is_trial: bool,
    tier: u8,
    scheduled_tier: Option<u8>,
    wanted_tier: Option<u8>,
    add_ons: [u8; 4],
    metered: [u64; 2],
    states: Option<[u8; 2]>,
    days: u32,
}

fuzz_target!(|case: Case| {
    let list = case.list();
    let subscription = case.subscription(list);
    let Some(account) = case.account(list, &subscription) else {
        return;
    };
    let [_, _, added, removed] = case.add_ons;
    let change = PlanChange {
        tier: case.wanted_tier.map(|tier| limit(list, tier)),
        add: add_ons(list, added),
        remove: add_ons(list, removed),
        frequency: None,
    };
    let with_reasons = quote(&account, &change, Derivations::Included);
    let Ok(quote) = quote(&account, &change, Derivations::Omitted) else {
        assert!(with_reasons.is_err());
        return;
    };
    let with_reasons = with_reasons.unwrap();
    assert_eq!(with_reasons.due_now.total, quote.due_now.total);
    assert_eq!(
        with_reasons.next_invoice.statement.total,
        quote.next_invoice.statement.total
    );
    for line in &with_reasons.next_invoice.statement.lines {
        assert_ne!(line.derivation.as_ref().unwrap().to_string(), "");
    }

    let totals = Order::of(&account, &change, Derivations::Omitted)
        .unwrap()
        .totals(account.metered)
        .unwrap();
    assert_eq!(totals.overage, quote.overage.total);
    assert_eq!(totals.due_now.total, quote.due_now.total);
    assert_eq!(
        totals.next_invoice.total,
        quote.next_invoice.statement.total
    );
    let nothing = Money::zero(list.currency);
    assert!(quote.due_now.total.minor() >= 0 && nothing.minor() == 0);
    if case.is_trial {
        assert!(quote.due_now.total.is_zero() && quote.overage.total.is_zero());
    }
});

impl Case {
    fn list(&self) -> &'static PriceList {
        let lists: Vec<&PriceList> = BOOKS.iter().flat_map(|book| &book.lists).collect();
        lists[usize::from(self.list) % lists.len()]
    }

    fn subscription(&self, list: &PriceList) -> Subscription {
        let [active, removals, ..] = self.add_ons;
        let active = add_ons(list, active);
        Subscription {
            tier: limit(list, self.tier),
            scheduled: Scheduled {
                tier: self.scheduled_tier.map(|tier| limit(list, tier)),
                removals: &add_ons(list, removals) & &active,
                frequency: None,
            },
            add_ons: active,
        }
    }

    fn account<'a>(
        &self,
        list: &'a PriceList,
        subscription: &'a Subscription,
    ) -> Option<PricedAccount<'a>> {
        let state = |code: u8| StateCode::parse(&format!("{:02}", code % 38 + 1)).unwrap();
        let [mau, data_points] = self.metered;
        let day = NaiveDate::MIN.checked_add_days(Days::new(self.days.into()))?;
        let period = BillingPeriod::of(day)?;
        Some(PricedAccount {
            list,
            subscription,
            cycle: if self.is_trial {
                BillingCycle::Trial {
                    charged_from: period.end(),
                }
            } else {
                BillingCycle::monthly(period)
            },
            annual_offered: false,
            metered: Metered { mau, data_points },
            add_on_use: billing::AddOnUse::NONE,
            places: self.states.map(|[supplier, customer]| TaxPlaces {
                supplier: state(supplier),
                customer: state(customer),
            }),
            day,
        })
    }
}

/// A tier of the list, or sometimes one that the list does not have.
fn limit(list: &PriceList, tier: u8) -> u64 {
    list.tiers
        .get(usize::from(tier) % 7)
        .map_or(u64::from(tier), |tier| tier.limit)
}

fn add_ons(list: &PriceList, chosen: u8) -> std::collections::BTreeSet<AddOnId> {
    let ids = list.add_ons.iter().map(|add_on| add_on.id.clone());
    let chosen = ids.enumerate().filter(|(bit, _)| chosen & (1 << bit) != 0);
    chosen.map(|(_, id)| id).collect()
}
