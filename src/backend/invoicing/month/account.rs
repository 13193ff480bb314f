//! What is needed to close a month, read in the transaction that closes it.

use std::sync::Arc;

use billing::account::account_state::AccountState;
use billing::catalog::policy::Policy;
use billing::catalog::price_book::AnnualTerms;
use billing::invoicing::collection::CollectingRule;
use billing::invoicing::invoice::BookVersion;
use billing::invoicing::month_close::{
    self, ClosePolicy, CloseRefused, Closed, Closing, OpenOrder,
};
use billing::metering::usage::Metered;
use billing::period::day_end;
use billing::pricing::rhythm::{Cycle, Frequency};
use billing::pricing::tax::RoundOff;
use billing::{AddOnUse, BillingFrequency, BillingPeriod, Derivations, PriceList};
use chrono::{DateTime, NaiveDate, Utc};

use super::CloseMonth;
use crate::account::allowance::{self, Allowance};
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
    /// The annual term of the month, with its allowance before this month's usage is rated.
    pub(super) year: Option<Allowance>,
    order: OpenOrder,
    latches: Vec<u64>,
    counted_from: NaiveDate,
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
        let month = counted_usage::of_month(tx, id, (work.period, last_day)).await?;
        let ended_at = day_end(last_day, organization.zone_offset_minutes);
        let per_mau = organization.price_list(&book.book)?.data_points_per_mau;
        let year = allowance::before(tx, id, per_mau, &month).await?;
        Ok(Self {
            book,
            ended_at: ended_at.ok_or(billing::OutOfRange)?,
            stored: subscriptions::find(tx, id).await?,
            metered: month.metered(),
            add_on_use: add_on_use::of_month(tx, id, month.days_to(last_day)).await?,
            state: account_states::find(tx, id).await?,
            first_open: closings::first_open(tx, id).await?,
            year,
            order: if attempts::has_open_order(tx, id).await? {
                OpenOrder::AwaitsPayment
            } else {
                OpenOrder::None
            },
            latches,
            counted_from: month.from,
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
            cycle: self.cycle(list.annual),
            coming: self.coming(list.annual),
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

    /// How the account is billed until the month change.
    pub(super) fn frequency(&self) -> BillingFrequency {
        BillingFrequency::within(self.year)
    }

    /// Annual within an annual term, else monthly.
    fn cycle(&self, terms: AnnualTerms) -> Cycle {
        match self.year {
            Some(Allowance { year, .. }) => Cycle::Annual {
                terms,
                term: year.term,
                pool: year.pool,
            },
            None => Cycle::Monthly {
                counted_from: self.counted_from,
            },
        }
    }

    /// The frequency after the month change: the present one, unless another one is scheduled.
    fn coming(&self, terms: AnnualTerms) -> Frequency {
        match self
            .stored
            .scheduled_frequency()
            .unwrap_or_else(|| self.frequency())
        {
            BillingFrequency::Annual => Frequency::Annual(terms),
            BillingFrequency::Monthly => Frequency::Monthly,
        }
    }

    fn priced<'a>(
        &'a self,
        list: &'a PriceList,
        period: BillingPeriod,
    ) -> billing::PricedAccount<'a> {
        billing::PricedAccount {
            list,
            subscription: &self.stored.subscription,
            metered: self.metered,
            add_on_use: &self.add_on_use,
            places: self.organization.places,
            day: period.start(),
        }
    }
}
