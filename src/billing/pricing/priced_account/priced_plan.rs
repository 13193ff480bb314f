//! The tier and add-ons of a subscription, with their prices looked up.

use alloc::vec::Vec;

use crate::catalog::price_book::{AddOn, AddOnId, AddOnPrice, OverageRate, PriceList, Tier};
use crate::metering::usage::{self, Metered, UsageFigures};
use crate::money::{Exact, OutOfRange};
use crate::pricing::change::Refusal;
use crate::pricing::statement::{Derivation, Input, LineKind, LineSink, PendingLine};
use crate::pricing::subscription::Subscription;

/// A tier and add-ons, looked up in the price list once.
#[derive(Debug)]
pub(crate) struct PricedPlan<'a> {
    pub(crate) tier: &'a Tier,
    /// In the order of their ids.
    pub(crate) add_ons: Vec<PricedAddOn<'a>>,
    /// The rate for users above the limit.
    pub(crate) rate: OverageRate,
}

/// An add-on and its price on the tier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PricedAddOn<'a> {
    pub(crate) add_on: &'a AddOn,
    pub(crate) monthly: Exact,
}

impl<'a> PricedPlan<'a> {
    pub(crate) fn of(list: &'a PriceList, subscription: &Subscription) -> Result<Self, Refusal> {
        let tier = list.known_tier(subscription.tier)?;
        let plan = |id: &AddOnId| {
            let add_on = list.known_add_on(id)?;
            let monthly = add_on.price.on(tier)?;
            Ok(PricedAddOn { add_on, monthly })
        };
        let add_ons = subscription.add_ons.iter().map(plan);
        Ok(Self {
            tier,
            add_ons: add_ons.collect::<Result<_, Refusal>>()?,
            rate: list.overage.on(tier)?,
        })
    }

    /// The month's figures on this tier.
    pub(crate) fn figures(&self, list: &PriceList, metered: Metered) -> UsageFigures {
        usage::figures(metered, self.tier.limit, list.data_points_per_mau)
    }

    /// Adds the lines of a month in advance: the tier, then each add-on.
    pub(crate) fn add_month_lines(&self, sink: &mut impl LineSink) -> Result<(), OutOfRange> {
        let base = PendingLine {
            kind: LineKind::Base,
            add_on: None,
            unrounded: self.tier.monthly,
        };
        sink.add(base, || Derivation {
            rule: "R15".into(),
            formula: "{monthly_price}".into(),
            inputs: alloc::vec![
                Input::amount("monthly_price", self.tier.monthly),
                Input::mau("tier", self.tier.limit),
            ],
            unrounded: self.tier.monthly,
        })?;
        self.add_add_on_lines(sink)
    }

    /// Adds the line of each add-on for a month in advance.
    pub(crate) fn add_add_on_lines(&self, sink: &mut impl LineSink) -> Result<(), OutOfRange> {
        for plan in &self.add_ons {
            let entry = PendingLine {
                kind: LineKind::AddOn,
                add_on: Some(plan.add_on),
                unrounded: plan.monthly,
            };
            sink.add(entry, || {
                let (formula, inputs) = priced(plan.add_on.price, self.tier);
                Derivation {
                    rule: "R15".into(),
                    formula: formula.into(),
                    inputs,
                    unrounded: plan.monthly,
                }
            })?;
        }
        Ok(())
    }
}

/// The formula and inputs of an add-on's price on a tier.
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
