//! Everything a price depends on, and the way from it to [`billing::PricedAccount`].

use std::collections::BTreeSet;

use billing::month_close::{Cycle, Frequency};
use billing::rhythm::{Phase, Rhythm};
use billing::subscription::Scheduled;
use billing::tax::TaxPlaces;
use billing::usage::Metered;
use billing::{AddOnId, AddOnUse, BillingFrequency, PriceList, PricedAccount, Status};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::annual::Annual;
use crate::plan_change::PlanChange;
use crate::trial::Trial;

/// The subscription as the server sees it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// Rises with every change of the subscription.
    pub version: u64,
    /// Trial or active.
    pub status: Status,
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// The add-ons in force.
    pub add_ons: BTreeSet<AddOnId>,
    /// What waits for the next 1st.
    pub scheduled: Vec<ScheduledChange>,
    /// The name of the price book in force.
    pub price_book: String,
    /// Its version.
    pub price_book_version: u32,
    /// The currency.
    pub currency: String,
    /// Where the supply goes, for the tax; none where no tax is charged.
    pub places: Option<TaxPlaces>,
    /// The billing day in the organization's zone.
    pub billing_day: NaiveDate,
    /// The organization's zone, in minutes east of UTC.
    pub offset_minutes: i32,
    /// When the billing day ends: until then a quote holds.
    pub quote_expires: DateTime<Utc>,
    /// What the month has counted so far, since the day from which on usage counts.
    pub metered: Metered,
    /// What it has used so far of add-ons that include a number.
    pub add_on_use: AddOnUse,
    /// That day: the 1st, or the day on which a trial or a pause ended.
    pub counted_from: NaiveDate,
    /// What will be charged; none without a payment method.
    pub payment_method: Option<PaymentMethod>,
    /// The payment that has not ended yet.
    pub pending: Option<PlanChange>,
    /// The trial, as long as it is one.
    pub trial: Option<Trial>,
    /// The year that is paid for; none where every month is charged.
    pub annual: Option<Annual>,
    /// Whether a year is offered (SPEC 2.3).
    pub annual_offered: bool,
}

/// A change that waits for the next 1st (SPEC R6, R7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduledChange {
    /// The id under which it can be withdrawn.
    pub id: String,
    /// What will happen.
    pub kind: ScheduledKind,
    /// The 1st on which it happens.
    pub effective: NaiveDate,
    /// Who asked for it.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
}

/// What will happen on the next 1st.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduledKind {
    /// A lower tier, by its MAU limit.
    Downgrade(u64),
    /// An add-on goes.
    Removal(AddOnId),
    /// A year begins, or the months do.
    Frequency(BillingFrequency),
}

/// A payment method, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentMethod {
    /// The card's brand, such as `Visa`.
    pub brand: String,
    /// Its last four digits.
    pub last4: String,
    /// Its last month, such as `09/28`.
    pub expires: String,
}

impl Subscription {
    /// What `billing` needs to know of it.
    pub fn state(&self) -> billing::Subscription {
        let mut scheduled = Scheduled::default();
        for change in &self.scheduled {
            match &change.kind {
                ScheduledKind::Downgrade(tier) => scheduled.tier = Some(*tier),
                ScheduledKind::Removal(add_on) => {
                    scheduled.removals.insert(add_on.clone());
                }
                ScheduledKind::Frequency(_) => {}
            }
        }
        billing::Subscription {
            status: self.status,
            tier: self.tier,
            add_ons: self.add_ons.clone(),
            scheduled,
        }
    }

    /// How it is charged, and how it will be. None where the days
    /// are no term.
    pub fn rhythm(&self, list: &PriceList) -> Option<Rhythm> {
        let terms = list.annual;
        let phase = match (&self.trial, &self.annual) {
            (Some(trial), _) => Phase::Trial {
                charged_from: trial.charged_from,
            },
            (None, Some(annual)) => Phase::Charged(Cycle::Annual {
                terms,
                term: annual.term()?,
                pool: annual.pool,
            }),
            (None, None) => Phase::Charged(Cycle::Monthly {
                counted_from: self.counted_from,
            }),
        };
        let coming = match (self.scheduled_frequency(), &self.annual) {
            (Some(BillingFrequency::Annual), _) | (None, Some(_)) => Frequency::Annual(terms),
            (Some(BillingFrequency::Monthly), _) | (None, None) => Frequency::Monthly,
        };
        Some(Rhythm {
            phase,
            coming,
            offered: self.annual_offered.then_some(terms),
        })
    }

    /// The frequency that waits for the next turn.
    pub fn scheduled_frequency(&self) -> Option<BillingFrequency> {
        self.scheduled.iter().find_map(|change| match change.kind {
            ScheduledKind::Frequency(frequency) => Some(frequency),
            ScheduledKind::Downgrade(_) | ScheduledKind::Removal(_) => None,
        })
    }

    /// The account that is priced; `state` is [`Subscription::state`].
    pub fn account<'a>(
        &'a self,
        state: &'a billing::Subscription,
        list: &'a PriceList,
    ) -> PricedAccount<'a> {
        PricedAccount {
            list,
            subscription: state,
            metered: self.metered,
            add_on_use: &self.add_on_use,
            places: self.places,
            day: self.billing_day,
        }
    }
}
