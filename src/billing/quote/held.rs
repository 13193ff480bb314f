//! What a subscription has, with its prices at hand.

use alloc::vec::Vec;

use crate::change::Refusal;
use crate::money::{Exact, Money, OutOfRange};
use crate::price_book::{AddOn, AddOnId, AddOnPrice, OverageRate, PriceList, Tier};
use crate::statement::{Derivation, Entry, Input, LineKind, Sheet, Sum};
use crate::subscription::{Status, Subscription};
use crate::usage::{self, Metered, UsageFigures};

/// A tier and add-ons, found in the price list once.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    pub(crate) status: Status,
    pub(crate) tier: &'a Tier,
    /// By id.
    pub(crate) add_ons: Vec<HeldAddOn<'a>>,
    /// What users above the limit are charged at.
    pub(crate) rate: OverageRate,
}

/// An add-on and what it costs on the tier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeldAddOn<'a> {
    pub(crate) add_on: &'a AddOn,
    pub(crate) monthly: Exact,
}

impl<'a> Held<'a> {
    pub(crate) fn of(list: &'a PriceList, subscription: &Subscription) -> Result<Self, Refusal> {
        let tier = list.known_tier(subscription.tier)?;
        let held = |id: &AddOnId| {
            let add_on = list.known_add_on(id)?;
            let monthly = add_on.price.on(tier)?;
            Ok(HeldAddOn { add_on, monthly })
        };
        let add_ons = subscription.add_ons.iter().map(held);
        Ok(Self {
            status: subscription.status,
            tier,
            add_ons: add_ons.collect::<Result<_, Refusal>>()?,
            rate: list.overage.on(tier)?,
        })
    }

    /// The month's figures on this tier.
    pub(crate) fn figures(&self, list: &PriceList, metered: Metered) -> UsageFigures {
        usage::figures(metered, self.tier.limit, list.data_points_per_mau)
    }

    /// The price of a month in advance: the tier, then each add-on.
    pub(crate) fn enter_month(&self, sheet: &mut impl Sheet) -> Result<(), OutOfRange> {
        let base = Entry {
            kind: LineKind::Base,
            add_on: None,
            unrounded: self.tier.monthly,
        };
        sheet.enter(base, || Derivation {
            rule: "R15",
            formula: "{monthly_price}",
            inputs: alloc::vec![
                Input::amount("monthly_price", self.tier.monthly),
                Input::mau("tier", self.tier.limit),
            ],
            unrounded: self.tier.monthly,
        })?;
        self.enter_add_ons(sheet)
    }

    /// The price of each add-on for a month in advance.
    pub(crate) fn enter_add_ons(&self, sheet: &mut impl Sheet) -> Result<(), OutOfRange> {
        for held in &self.add_ons {
            let entry = Entry {
                kind: LineKind::AddOn,
                add_on: Some(held.add_on),
                unrounded: held.monthly,
            };
            sheet.enter(entry, || {
                let (formula, inputs) = priced(held.add_on.price, self.tier);
                Derivation {
                    rule: "R15",
                    formula,
                    inputs,
                    unrounded: held.monthly,
                }
            })?;
        }
        Ok(())
    }

    /// The sum of a month in advance.
    pub(crate) fn month(&self, list: &PriceList) -> Result<Money, OutOfRange> {
        let mut sum = Sum::new(list.currency);
        self.enter_month(&mut sum)?;
        Ok(sum.total)
    }
}

/// How an add-on's price comes about on a tier.
fn priced(price: AddOnPrice, tier: &Tier) -> (&'static str, Vec<Input>) {
    match price {
        AddOnPrice::Flat(price) => (
            "{monthly_price}",
            alloc::vec![Input::amount("monthly_price", price)],
        ),
        AddOnPrice::Percent(percent) => (
            "{tier_price} × {percent} ÷ 100",
            alloc::vec![
                Input::amount("tier_price", tier.monthly),
                Input::percent("percent", percent),
                Input::mau("tier", tier.limit),
            ],
        ),
        AddOnPrice::FixedAndPercent { fixed, percent } => (
            "{fixed_price} + {tier_price} × {percent} ÷ 100",
            alloc::vec![
                Input::amount("fixed_price", fixed),
                Input::amount("tier_price", tier.monthly),
                Input::percent("percent", percent),
                Input::mau("tier", tier.limit),
            ],
        ),
    }
}
