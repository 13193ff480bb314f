//! Everything a price depends on, read in one snapshot.

use std::sync::Arc;

use api::Code;
use api::plan::annual::Annual;
use api::plan::quote::{NoQuote, Quote};
use api::plan::subscription::{PaymentMethod as Masked, ScheduledChange, Subscription};
use api::plan::trial::Trial;
use billing::account::account_state::AccountState;
use billing::account::lifecycle::{
    Lifecycle, trial_cancels_at, trial_days_left, trial_ends_at, trial_locks_at,
};
use billing::catalog::policy::Policy;
use billing::period::day_end;
use billing::pricing::change::Refusal;
use billing::pricing::rest_of_month::first_charged_day;
use billing::{AddOnId, BillingPeriod, OrganizationId, PlanChange, PriceList};
use chrono::{DateTime, Utc};

use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::store::organizations::Organization;
use crate::store::organizations::payment_methods::{self, PaymentMethod};
use crate::store::payments::plan_changes;
use crate::store::price_books::StoredBook;
use crate::store::subscriptions::{ChangeContext, StoredSubscription};
use crate::store::usage::{add_on_use, counted_usage};
use crate::store::{Tx, account_states, organizations, price_books, subscriptions};

pub mod access_control;
pub mod allowance;
pub mod audit_values;
pub(crate) mod confirmation;

/// An organization's account at an instant.
#[derive(Debug)]
pub struct OrganizationAccount {
    pub organization: Organization,
    /// The price book in force, with its version.
    pub book: Arc<StoredBook>,
    /// The subscription as it is stored.
    pub stored: StoredSubscription,
    /// The subscription as the API sends it.
    pub shown: Subscription,
    /// The calendar month that contains the billing day.
    pub period: BillingPeriod,
    /// The default payment method.
    pub payment_method: Option<PaymentMethod>,
    /// The periods of grace and other limits in force.
    pub policy: Arc<Policy>,
    now: DateTime<Utc>,
}

impl OrganizationAccount {
    /// Loads everything in the transaction's snapshot.
    pub async fn load(
        tx: &mut Tx,
        organization_id: &OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let organization = organizations::find(tx, organization_id).await?;
        let book = price_books::find(tx, &organization.book).await?;
        let stored = subscriptions::find(tx, organization_id).await?;
        let payment_method = payment_methods::default_of(tx, organization_id).await?;
        let pending = plan_changes::pending(tx, organization_id).await?;
        let day = billing_day(now, organization.zone_offset_minutes);
        let offset = organization.zone_offset_minutes;
        let state = account_states::find(tx, organization_id).await?;
        let period = BillingPeriod::of(day).ok_or(billing::OutOfRange)?;
        let month = counted_usage::to_day(tx, organization_id, day).await?;
        let per_mau = organization.price_list(&book.book)?.data_points_per_mau;
        let annual = allowance::before(tx, organization_id, per_mau, &month).await?;
        let shown = Subscription {
            version: stored.version,
            tier: stored.subscription.tier,
            add_ons: stored.subscription.add_ons.clone(),
            scheduled: stored.scheduled.iter().map(scheduled).collect(),
            price_book: organization.book.id.clone(),
            price_book_version: organization.book.version,
            currency: organization.currency,
            places: organization.places,
            billing_day: day,
            offset_minutes: organization.zone_offset_minutes,
            quote_expires: day_end(day, organization.zone_offset_minutes)
                .ok_or(billing::OutOfRange)?,
            metered: month.metered(),
            add_on_use: add_on_use::of_month(tx, organization_id, month.days_to(day)).await?,
            counted_from: month.from,
            payment_method: payment_method.as_ref().map(masked),
            pending: pending.map(|order| order.sent()),
            trial: trial(&state, &tx.policy(), now, offset),
            annual: annual.map(|allowance::Allowance { year, .. }| Annual {
                term: year.term,
                pool: year.pool,
            }),
            annual_offered: organization.annual_eligible,
        };
        Ok(Self {
            organization,
            book,
            stored,
            shown,
            period,
            payment_method,
            policy: tx.policy(),
            now,
        })
    }

    /// The price list in the organization's currency.
    ///
    /// # Errors
    /// Fails when the price book has no list in that currency.
    pub fn list(&self) -> Result<&PriceList, Error> {
        self.organization.price_list(&self.book.book)
    }

    /// Prices an order with `billing`, as the browser does.
    ///
    /// # Errors
    /// The refusal of `billing`, when the account does not allow the change.
    pub fn quote(&self, change: &PlanChange) -> Result<Quote, Error> {
        Quote::of(&self.book.book, &self.shown, change).map_err(|cause| match cause {
            NoQuote::Refused(refusal) => {
                Error::refused(Code::ChangeRefused, self.refusal_text(&refusal))
            }
            NoQuote::OtherBook => Error::unexpected(cause),
        })
    }

    /// A refused order in words, with the names of add-ons.
    fn refusal_text(&self, refused: &Refusal) -> String {
        let name = |id: &AddOnId| match self.list() {
            Ok(list) => list.add_on_name(id).to_owned(),
            Err(_) => id.to_string(),
        };
        match refused {
            Refusal::AlreadyActive(id) => format!("The add-on {} is active already", name(id)),
            Refusal::NotActive(id) => format!("The add-on {} is not active", name(id)),
            Refusal::UnknownTier(_)
            | Refusal::UnknownAddOn(_)
            | Refusal::AnnualNotOffered
            | Refusal::AnnualInTrial
            | Refusal::InvalidDate
            | Refusal::NoPlaces
            | Refusal::OutOfRange => sentence(refused),
        }
    }

    /// The context of a change that is made now, by a person or by "system".
    pub fn context<'a>(&self, by: &'a str) -> ChangeContext<'a> {
        ChangeContext {
            by,
            day: self.shown.billing_day,
            next_first: self.shown.cycle().renews_on(self.period),
            now: self.now,
        }
    }
}

/// A refusal of `billing` with a capital first letter, for a problem's detail.
pub(crate) fn sentence(refusal: &impl std::fmt::Display) -> String {
    let text = refusal.to_string();
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn scheduled(change: &subscriptions::ScheduledChange) -> ScheduledChange {
    ScheduledChange {
        id: change.id.clone(),
        kind: change.kind.clone(),
        effective: change.effective_on,
        requested_by: change.scheduled_by.clone(),
        requested_at: change.scheduled_at,
    }
}

/// The trial of an account; `None` when it is not in trial.
fn trial(
    state: &AccountState,
    policy: &Policy,
    now: DateTime<Utc>,
    offset_minutes: i32,
) -> Option<Trial> {
    let state = state.at(now, policy);
    let life = state.lifecycle();
    let Lifecycle::Trial {
        started_at,
        on_file,
    } = life
    else {
        return None;
    };
    let ends_at = trial_ends_at(started_at, policy);
    Some(Trial {
        ends_at,
        days_left: trial_days_left(started_at, now, policy),
        locks_at: trial_locks_at(started_at, policy),
        cancels_at: state
            .ends_at(policy)
            .unwrap_or_else(|| trial_cancels_at(started_at, policy)),
        on_file,
        lock: life.trial_lock(now, policy),
        charged_from: first_charged_day(ends_at, Some(now), offset_minutes)?,
    })
}

fn masked(method: &PaymentMethod) -> Masked {
    Masked {
        brand: method.brand.clone(),
        last4: method.last4.clone(),
        expires: format!("{:02}/{:02}", method.expiry_month, method.expiry_year % 100),
    }
}
