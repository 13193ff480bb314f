//! Four examples of monthly prices, computed like every other month.

use std::collections::BTreeSet;

use billing::catalog::price_book::AddOn;
use billing::metering::usage::Metered;
use billing::pricing::quote::quote;
use billing::pricing::subscription::Scheduled;
use billing::{
    AddOnId, AddOnUse, BillingCycle, BillingPeriod, Derivations, Money, PlanChange, PriceList,
    PricedAccount, Subscription,
};
use chrono::NaiveDate;

/// The tier of the examples.
pub const TIER: u64 = 20_000;

/// The price of an example month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub users: u64,
    /// The name of the add-on, if the example has one.
    pub add_on: Option<String>,
    /// The price of the tier.
    pub base: Money,
    /// The price of the add-on.
    pub add_ons: Money,
    /// The price of the users above the limit.
    pub overage: Money,
    pub total: Money,
}

/// At the limit and 10% above it, without and with an add-on. `None` when the list lacks the tier.
pub fn examples(list: &PriceList, day: NaiveDate) -> Option<Vec<Example>> {
    list.tier(TIER)?;
    let list = &list.before_tax();
    let add_on = list.add_on("cloud-export").or_else(|| list.add_ons.first());
    let cases = [
        (TIER, None),
        (TIER, add_on),
        (TIER / 10 * 11, None),
        (TIER / 10 * 11, add_on),
    ];
    let example = |(users, add_on): (u64, Option<&AddOn>)| {
        let mut add_ons = BTreeSet::new();
        add_ons.extend(add_on.map(|add_on| AddOnId::new(add_on.id.as_str())));
        let subscription = Subscription {
            tier: TIER,
            add_ons,
            scheduled: Scheduled::default(),
        };
        let account = PricedAccount {
            list,
            subscription: &subscription,
            cycle: BillingCycle::monthly(BillingPeriod::of(day)?),
            annual_offered: false,
            metered: Metered {
                mau: users,
                data_points: 0,
            },
            add_on_use: AddOnUse::NONE,
            places: None,
            day,
        };
        let month = quote(&account, &PlanChange::default(), Derivations::Omitted);
        let month = month.ok()?.month;
        Some(Example {
            users,
            add_on: add_on.map(|add_on| add_on.name.clone()),
            base: month.base,
            add_ons: month.add_ons,
            overage: month.overage,
            total: month.billable,
        })
    };
    cases.into_iter().map(example).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::tests::{inr, usd};
    use billing::CurrencyCode;
    use billing::PriceBook;
    use billing::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025};

    /// The published table: 250, 270, 274, 296.40.
    #[test]
    fn the_examples_are_those_of_the_documents() {
        let book = PriceBook::parse(ESSENTIALS).unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 6, 20).unwrap();
        let examples = examples(book.list(CurrencyCode::USD).unwrap(), day).unwrap();
        let rows: Vec<_> = examples
            .iter()
            .map(|row| (row.users, row.add_on.is_some(), row.total))
            .collect();
        let expected = [
            (20_000, false, usd("250.00")),
            (20_000, true, usd("270.00")),
            (22_000, false, usd("274.00")),
            (22_000, true, usd("296.40")),
        ];
        assert_eq!(rows, expected);
        assert_eq!(examples[3].overage, usd("26.40"));
    }

    /// The examples belong to no account, so no state is needed where tax depends on the state.
    #[test]
    fn the_examples_are_priced_before_tax() {
        let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 6, 20).unwrap();
        let examples = examples(book.list(CurrencyCode::INR).unwrap(), day).unwrap();
        let totals: Vec<_> = examples.iter().map(|row| row.total).collect();
        assert_eq!(
            totals,
            ["20000.00", "22000.00", "22400.00", "24640.00"].map(inr)
        );
    }
}
