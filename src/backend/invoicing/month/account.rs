//! What is needed to close a month, read in the transaction that closes it.

use std::sync::Arc;

use billing::account::account_state::AccountState;
use billing::catalog::policy::Policy;
use billing::invoicing::collection::CollectingRule;
use billing::invoicing::invoice::BookVersion;
use billing::invoicing::month_close::{
    self, ClosePolicy, CloseRefused, Closed, Closing, OpenOrder,
};
use billing::metering::usage::Metered;
use billing::period::day_end;
use billing::pricing::tax::RoundOff;
use billing::{AddOnUse, BillingCycle, BillingPeriod, Derivations, PriceList};
use chrono::{DateTime, Utc};

use super::CloseMonth;
use crate::account::allowance;
use crate::foundation::error::Error;
use crate::store::invoices::closings;
use crate::store::organizations::Organization;
use crate::store::payments::attempts;
use crate::store::price_books::StoredBook;
use crate::store::subscriptions::StoredSubscription;
use crate::store::usage::{add_on_use, alert_crossings, counted_usage};
use crate::store::{Tx, account_states, organizations, price_books, subscriptions};

/// An account whose month is to be closed.
#[derive(Debug)]
pub(super) struct ClosingAccount {
    pub(super) organization: Organization,
    pub(super) stored: StoredSubscription,
    pub(super) metered: Metered,
    add_on_use: AddOnUse,
    book: Arc<StoredBook>,
    state: AccountState,
    /// When the month ended. It closes with the account as it was before that instant (SPEC R2).
    ended_at: DateTime<Utc>,
    first_open: BillingPeriod,
    /// How the account is charged in the month, before the month's usage is rated.
    pub(super) cycle: BillingCycle,
    /// How much of a term's pool belongs to this month, because a pause settled it.
    pub(super) settled: u64,
    order: OpenOrder,
    latches: Vec<u64>,
    policy: Arc<Policy>,
}

impl ClosingAccount {
    /// Reads the account.
    pub(super) async fn load(tx: &mut Tx, work: &CloseMonth) -> Result<Self, Error> {
        let id = &work.organization_id;
        let organization = organizations::find(tx, id).await?;
        let book = price_books::find(tx, &organization.book).await?;
        let last_day = work.period.end().pred_opt().ok_or(billing::OutOfRange)?;
        let recorded = alert_crossings::latches(tx, id, work.period)
            .await?
            .recorded;
        let mut latches: Vec<_> = recorded.iter().map(|crossing| crossing.percent).collect();
        latches.sort_unstable();
        latches.dedup();
        let month = counted_usage::of_month(tx, id, work.period, last_day).await?;
        let ended_at = day_end(last_day, organization.zone_offset_minutes);
        let per_mau = organization.price_list(&book.book)?.data_points_per_mau;
        let annual = allowance::before(tx, id, per_mau, &month).await?;
        let stored = subscriptions::find(tx, id).await?;
        Ok(Self {
            cycle: if stored.is_trial {
                BillingCycle::Trial {
                    charged_from: work.period.end(),
                }
            } else {
                allowance::charged_cycle(annual, &month)
            },
            settled: annual.map_or(0, |annual| annual.settled),
            book,
            ended_at: ended_at.ok_or(billing::OutOfRange)?,
            stored,
            metered: month.metered(),
            add_on_use: add_on_use::of_month(tx, id, month.days_to(last_day)).await?,
            state: account_states::find(tx, id).await?,
            first_open: closings::first_open(tx, id).await?,
            order: if attempts::has_open_order(tx, id).await? {
                OpenOrder::AwaitsPayment
            } else {
                OpenOrder::None
            },
            latches,
            policy: tx.policy(),
            organization,
        })
    }

    /// What closing the month does, decided by `billing`.
    pub(super) fn close(&self, work: &CloseMonth) -> Result<Result<Closed, CloseRefused>, Error> {
        let (organization, list) = (&self.organization, self.list()?);
        let policy = &*self.policy;
        let closing = Closing {
            organization: &work.organization_id,
            period: work.period,
            first_open: self.first_open,
            offset_minutes: organization.zone_offset_minutes,
            account: self.priced(list, work.period),
            life: month_close::Life::as_month_ends(&self.state, self.ended_at, policy),
            order: self.order,
            // A lock that the operator has lifted up to the end of the month is lifted for this month.
            dashboard_lock: self.state.usage_lock().before(self.ended_at).into(),
            latches: &self.latches,
            book: BookVersion {
                id: organization.book.id.clone(),
                version: organization.book.version,
            },
            notes: Vec::new(),
            policy: ClosePolicy {
                overage_lock: policy.overage_lock,
                collecting: CollectingRule::of(list.currency, policy),
                round_off: RoundOff::default(),
            },
        };
        Ok(month_close::close(
            &closing,
            work.now,
            Derivations::Included,
        ))
    }

    /// The price list in force.
    pub(super) fn list(&self) -> Result<&PriceList, Error> {
        self.organization.price_list(&self.book.book)
    }

    fn priced<'a>(
        &'a self,
        list: &'a PriceList,
        period: BillingPeriod,
    ) -> billing::PricedAccount<'a> {
        billing::PricedAccount {
            list,
            subscription: &self.stored.subscription,
            cycle: self.cycle,
            annual_offered: self.organization.annual_eligible,
            metered: self.metered,
            add_on_use: &self.add_on_use,
            places: self.organization.places,
            day: period.start(),
        }
    }
}
