//! What a subscription has, with its prices at hand.

use alloc::vec::Vec;

use crate::change::Refusal;
use crate::money::OutOfRange;
use crate::price_book::{AddOn, AddOnId, AddOnPrice, PriceList, Tier};
use crate::statement::{Derivation, Entry, Input, LineKind, Sheet};
use crate::subscription::{Status, Subscription};
use crate::usage::{self, Metered, UsageFigures};

/// A tier and add-ons, found in the price list once.
#[derive(Debug)]
pub(super) struct Held<'a> {
    pub(super) status: Status,
    pub(super) tier: &'a Tier,
    /// By id.
    pub(super) add_ons: Vec<&'a AddOn>,
}

impl<'a> Held<'a> {
    pub(super) fn of(list: &'a PriceList, subscription: &Subscription) -> Result<Self, Refusal> {
        let find = |id: &AddOnId| {
            list.add_on(id.as_str())
                .ok_or_else(|| Refusal::UnknownAddOn(id.clone()))
        };
        Ok(Self {
            status: subscription.status,
            tier: tier(list, subscription.tier)?,
            add_ons: subscription
                .add_ons
                .iter()
                .map(find)
                .collect::<Result<_, _>>()?,
        })
    }

    /// The month's figures on this tier.
    pub(super) fn figures(&self, list: &PriceList, metered: Metered) -> UsageFigures {
        usage::figures(metered, self.tier.limit, list.data_points_per_mau)
    }

    /// The price of a month in advance: the tier, then each add-on.
    pub(super) fn enter_month(&self, sheet: &mut impl Sheet) -> Result<(), OutOfRange> {
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
    pub(super) fn enter_add_ons(&self, sheet: &mut impl Sheet) -> Result<(), OutOfRange> {
        for add_on in &self.add_ons {
            let unrounded = add_on.price.on(self.tier)?;
            let entry = Entry {
                kind: LineKind::AddOn,
                add_on: Some(add_on),
                unrounded,
            };
            sheet.enter(entry, || {
                let (formula, inputs) = priced(add_on.price, self.tier);
                Derivation {
                    rule: "R15",
                    formula,
                    inputs,
                    unrounded,
                }
            })?;
        }
        Ok(())
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
    }
}

/// The tier of a list.
pub(super) fn tier(list: &PriceList, limit: u64) -> Result<&Tier, Refusal> {
    list.tier(limit).ok_or(Refusal::UnknownTier(limit))
}
