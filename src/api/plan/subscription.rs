//! Everything that a price depends on, and its conversion to [`billing::PricedAccount`].

use std::collections::BTreeSet;

use billing::metering::usage::Metered;
pub use billing::pricing::subscription::ScheduledKind;
use billing::pricing::tax::TaxPlaces;
use billing::{
    AddOnId, AddOnUse, BillingCycle, CurrencyCode, PlanChangeId, PriceList, PricedAccount,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::plan::annual::Annual;
use crate::plan::plan_change::PlanChange;
use crate::plan::trial::Trial;

/// The subscription as the server has it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// Rises with every change of the subscription.
    pub version: u64,
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// The add-ons in force.
    pub add_ons: BTreeSet<AddOnId>,
    /// The changes that wait for the next 1st, or for the end of the annual term.
    pub scheduled: Vec<ScheduledChange>,
    /// The id of the price book in force.
    pub price_book: String,
    /// The version of the price book.
    pub price_book_version: u32,
    /// ISO 4217 code of the currency it is billed in.
    pub currency: CurrencyCode,
    /// The places of supply, which decide the tax; `None` when no tax is charged.
    pub places: Option<TaxPlaces>,
    /// The billing day in the organization's zone.
    pub billing_day: NaiveDate,
    /// Offset of the organization's time zone, in minutes east of UTC.
    pub offset_minutes: i32,
    /// When the billing day ends; until then a quote is valid.
    pub quote_expires: DateTime<Utc>,
    /// The metered usage of the month so far, from `counted_from` on.
    pub metered: Metered,
    /// The uses so far of add-ons that include a number of them.
    pub add_on_use: AddOnUse,
    /// The first day that counts: the 1st, or the day on which a trial or a pause ended.
    pub counted_from: NaiveDate,
    /// The payment method that will be charged; `None` when none is saved.
    pub payment_method: Option<PaymentMethod>,
    /// The order whose payment is not finished.
    pub pending: Option<PlanChange>,
    /// The trial; `None` once it has ended.
    pub trial: Option<Trial>,
    /// The annual term; `None` when the account is charged monthly.
    pub annual: Option<Annual>,
    /// Whether annual billing is offered (SPEC 2.3).
    pub annual_offered: bool,
}

/// A change that waits for the next 1st (SPEC R6, R7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduledChange {
    /// The id under which it can be withdrawn.
    pub id: PlanChangeId,
    /// What changes.
    pub kind: ScheduledKind,
    /// The 1st on which it takes effect.
    pub effective: NaiveDate,
    /// The e-mail address of the person who ordered it.
    pub requested_by: String,
    /// When it was ordered.
    pub requested_at: DateTime<Utc>,
}

/// A payment method, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentMethod {
    /// The brand of the card, such as `Visa`.
    pub brand: String,
    /// The last four digits of the card number.
    pub last4: String,
    /// The month in which the card expires, such as `09/28`.
    pub expires: String,
}

impl Subscription {
    /// The part of it that the `billing` rules take.
    pub fn state(&self) -> billing::Subscription {
        let scheduled = self.scheduled.iter().map(|change| change.kind.clone());
        billing::Subscription {
            tier: self.tier,
            add_ons: self.add_ons.clone(),
            scheduled: scheduled.collect(),
        }
    }

    /// How the account is charged at present.
    pub fn cycle(&self) -> BillingCycle {
        match (&self.trial, self.annual) {
            (Some(trial), _) => BillingCycle::Trial {
                charged_from: trial.charged_from,
            },
            (None, Some(Annual { term, pool })) => BillingCycle::Annual { term, pool },
            (None, None) => BillingCycle::Monthly {
                counted_from: self.counted_from,
            },
        }
    }

    /// The account to price; `state` is [`Subscription::state`].
    pub fn account<'a>(
        &'a self,
        state: &'a billing::Subscription,
        list: &'a PriceList,
    ) -> PricedAccount<'a> {
        PricedAccount {
            list,
            subscription: state,
            cycle: self.cycle(),
            annual_offered: self.annual_offered,
            metered: self.metered,
            add_on_use: &self.add_on_use,
            places: self.places,
            day: self.billing_day,
        }
    }
}
