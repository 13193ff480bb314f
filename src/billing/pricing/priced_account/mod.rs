//! An account with everything that its price depends on.

use chrono::NaiveDate;

use crate::catalog::price_book::PriceList;
use crate::metering::add_on_use::AddOnUse;
use crate::metering::lock_threshold::Measure;
use crate::metering::usage::{self, Metered, UsageFigures};
use crate::period::BillingPeriod;
use crate::pricing::billing_cycle::BillingCycle;
use crate::pricing::change::Refusal;
use crate::pricing::subscription::Subscription;
use crate::pricing::tax::TaxPlaces;

mod order;
mod priced_plan;

pub(crate) use priced_plan::{PricedAddOn, PricedPlan};

/// All inputs of a price.
#[derive(Debug, Clone, Copy)]
pub struct PricedAccount<'a> {
    /// The price list of the organization's currency.
    pub list: &'a PriceList,
    /// The tier and add-ons in force, and what is scheduled.
    pub subscription: &'a Subscription,
    /// How the account is charged at present.
    pub cycle: BillingCycle,
    /// Whether annual billing is offered to the organization (SPEC 2.3).
    pub annual_offered: bool,
    /// The usage counted so far this month.
    pub metered: Metered,
    /// The use of add-ons so far this month.
    pub add_on_use: &'a AddOnUse,
    /// The places of supply for the tax; `None` when no tax is charged.
    pub places: Option<TaxPlaces>,
    /// The billing day of the order.
    pub day: NaiveDate,
}

impl<'a> PricedAccount<'a> {
    /// The account with another subscription and billing cycle, such as those after an order.
    pub(crate) const fn with<'b>(
        &self,
        subscription: &'b Subscription,
        cycle: BillingCycle,
    ) -> PricedAccount<'b>
    where
        'a: 'b,
    {
        PricedAccount {
            subscription,
            cycle,
            ..*self
        }
    }
}

impl PricedAccount<'_> {
    /// The month's figures on the current tier.
    pub fn usage(&self) -> UsageFigures {
        usage::figures(
            self.metered,
            self.subscription.tier,
            self.list.data_points_per_mau,
        )
    }

    /// The usage of the month, or of the term, with the limit above which the dashboard locks.
    ///
    /// `usage` is that of the month.
    pub fn measure(&self, usage: u64) -> Measure {
        self.cycle.measure(usage, self.subscription.tier, self.list)
    }

    /// The month of the billing day.
    pub(crate) fn period(&self) -> Result<BillingPeriod, Refusal> {
        BillingPeriod::of(self.day).ok_or(Refusal::InvalidDate)
    }
}
