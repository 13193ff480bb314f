//! The status of an account: what works, what is unpaid and what happens next.

use api::account::account_status::{
    AccountStatus, Coming, CuringTier, FittingTier, OverLimit, What,
};
use billing::access::Condition;
use billing::access::alert::{Advice, Course, advice, expected, highest_reached, shows_popup};
use billing::account::account_state::AccountState;
use billing::account::deadline::{Agenda, Deadline, DeadlineKind, Scheduled, Term, deadlines};
use billing::account::lifecycle::Lifecycle;
use billing::account::notice::{Access, access};
use billing::account::usage_lock::curing_tiers;
use billing::invoicing::collection::CollectingRule;
use billing::metering::usage::CountedDay;
use billing::people::permission::{Action, Role};
use billing::{BillingPeriod, OrganizationId};
use billing::{Money, PlanChange};
use chrono::{DateTime, Utc};

use crate::account::OrganizationAccount;
use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::store::account_states::{self, departures};
use crate::store::usage::counted_usage;
use crate::store::{Tx, organizations};

mod outstanding;
mod under_way;

use under_way::UnderWay;

/// Who reads the account status, and when.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub organization_id: &'a OrganizationId,
    /// The person's role, which decides whether figures are shown.
    pub role: Role,
    pub now: DateTime<Utc>,
    pub sandbox: bool,
}

/// The status of an account, as far as a role may see it. Everyone who may open the area sees what is
/// locked and why; figures need `Action::ViewPlan`.
pub async fn account_status(tx: &mut Tx, asked: Asked<'_>) -> Result<AccountStatus, Error> {
    let policy = tx.policy();
    let organization = organizations::find(tx, asked.organization_id).await?;
    let offset_minutes = organization.zone_offset_minutes;
    let state = account_states::find(tx, asked.organization_id).await?;
    let state = state.at(asked.now, &policy);
    let bare = AccountStatus {
        now: asked.now,
        offset_minutes,
        sandbox: asked.sandbox,
        lifecycle: state.lifecycle(),
        access: access(&state, asked.now, &policy),
        coming: Vec::new(),
        outstanding: None,
        over_limit: None,
        lock_percent: None,
        curing_tiers: Vec::new(),
        authentication: None,
        reactivation: departures::requested(tx, asked.organization_id).await?,
    };
    if !asked.role.may(Action::ViewPlan) {
        return Ok(bare);
    }
    if let Lifecycle::Cancelled { .. } = state.lifecycle() {
        let ahead = deadlines(&state, &Agenda::plain(offset_minutes), asked.now, &policy);
        let coming = ahead.into_iter().map(|one| dated(one, offset_minutes));
        return Ok(AccountStatus {
            coming: coming.collect(),
            ..bare
        });
    }
    let account = OrganizationAccount::load(tx, asked.organization_id, asked.now).await?;
    let figures = Figures::of(tx, &account, asked.now).await?;
    let under_way = UnderWay::of(tx, &account).await?;
    let authentication = under_way.authentication.clone();
    Ok(AccountStatus {
        coming: figures.coming(&account, &state, &bare.access, under_way)?,
        outstanding: outstanding::of(tx, &account, asked.now).await?,
        // In an annual term, all months share one pool: a month has no limit of its own (SPEC R9).
        over_limit: figures
            .over_limit(&account)?
            .filter(|_| account.shown.annual.is_none()),
        lock_percent: Some(match account.shown.annual {
            Some(_) => account.list()?.annual.soft_lock_percent,
            None => account.list()?.lock_percent,
        }),
        curing_tiers: figures.curing(&account, &bare.access)?,
        authentication,
        ..bare
    })
}

/// The month's usage, day by day, and the tier that it is compared with.
struct Figures {
    period: BillingPeriod,
    tier: u64,
    /// Usage at the end of each counted day.
    counted: Vec<CountedDay>,
    now: DateTime<Utc>,
}

impl Figures {
    async fn of(
        tx: &mut Tx,
        account: &OrganizationAccount,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let today = account.shown.billing_day;
        let month = counted_usage::to_day(tx, &account.organization.id, today).await?;
        Ok(Self {
            period: account.period,
            tier: account.shown.tier,
            counted: month.course(account.list()?.data_points_per_mau),
            now,
        })
    }

    fn usage(&self) -> u64 {
        self.counted.last().map_or(0, |last| last.users)
    }

    fn over_limit(&self, account: &OrganizationAccount) -> Result<Option<OverLimit>, Error> {
        let (tier, usage) = (self.tier, self.usage());
        let list = account.list()?;
        let Some(advice) = advice(list, tier, usage).filter(|_| shows_popup(usage, tier)) else {
            return Ok(None);
        };
        let (fits, largest) = match advice {
            Advice::HigherTier(fits) => (Some(fitting(account, fits)?), fits),
            Advice::Enterprise { largest } => (None, largest),
        };
        Ok(Some(OverLimit {
            period_start: self.period.start(),
            tier,
            usage,
            percent: highest_reached(usage, tier, &list.alert_percents),
            fits,
            largest: list.tiers.last().map_or(largest, |tier| tier.limit),
        }))
    }

    /// The higher tiers whose purchase lifts a usage lock.
    fn curing(
        &self,
        account: &OrganizationAccount,
        access: &Access,
    ) -> Result<Vec<CuringTier>, Error> {
        let locked =
            |condition| matches!(condition, Condition::OverageLock | Condition::AnnualSoft);
        if !access.notices.iter().any(|notice| locked(notice.condition)) {
            return Ok(Vec::new());
        }
        let (list, state) = (account.list()?, account.shown.state());
        let priced = account.shown.account(&state, list);
        let curing = curing_tiers(&priced, self.usage());
        let curing = curing.map_err(Error::unexpected)?.into_iter();
        Ok(curing
            .map(|curing| CuringTier {
                tier: curing.tier,
                total: curing.due_now,
            })
            .collect())
    }

    /// Everything that will happen without anyone acting, in order of time.
    fn coming(
        &self,
        account: &OrganizationAccount,
        state: &AccountState,
        access: &Access,
        under_way: UnderWay,
    ) -> Result<Vec<Coming>, Error> {
        let offset_minutes = account.organization.zone_offset_minutes;
        let agenda = agenda(account, under_way)?;
        let ahead = deadlines(state, &agenda, self.now, &account.policy);
        let mut coming = Vec::new();
        for deadline in ahead {
            match deadline.kind {
                DeadlineKind::ScheduledChange => {
                    coming.extend(changes(account, deadline, offset_minutes))
                }
                _ => coming.push(dated(deadline, offset_minutes)),
            }
        }
        if access.works.plan_change < billing::access::PlanChanging::No {
            coming.extend(self.alerts(account, state)?);
        }
        coming.sort_by_key(|one| (one.day, one.at));
        Ok(coming)
    }

    /// The alerts that the projection expects; none outside an active account, so none in trial
    /// (SPEC R10).
    fn alerts(
        &self,
        account: &OrganizationAccount,
        state: &AccountState,
    ) -> Result<Vec<Coming>, Error> {
        let Lifecycle::Active { .. } = state.lifecycle() else {
            return Ok(Vec::new());
        };
        let course = Course {
            period: self.period,
            tier: self.tier,
            counted: &self.counted,
        };
        let ahead = expected(course, &account.list()?.alert_percents);
        Ok(ahead
            .into_iter()
            .map(|one| Coming {
                day: one.day,
                at: None,
                rule: "R10".to_owned(),
                what: What::Alert(one.percent),
            })
            .collect())
    }
}

/// What a tier that covers the usage costs more a month, and the overage that it would replace.
fn fitting(account: &OrganizationAccount, tier: u64) -> Result<FittingTier, Error> {
    let list = account.list()?;
    let monthly = |limit: u64| {
        let tier = list.tier(limit).ok_or(billing::OutOfRange)?;
        tier.monthly.settle(list.currency)
    };
    let dearer_by = monthly(tier)?.minor() - monthly(account.shown.tier)?.minor();
    Ok(FittingTier {
        tier,
        dearer_by: Money::new(dearer_by, list.currency),
        overage: account.quote(&PlanChange::default())?.overage.total,
    })
}

/// What an account's deadlines depend on besides its state.
fn agenda(account: &OrganizationAccount, under_way: UnderWay) -> Result<Agenda, Error> {
    let waiting = !account.stored.scheduled.is_empty();
    let year = account.shown.annual.map(|annual| Term::Annual {
        ends_on: annual.term.end(),
    });
    Ok(Agenda {
        term: year.unwrap_or(Term::Monthly),
        scheduled: if waiting {
            Scheduled::Change
        } else {
            Scheduled::Nothing
        },
        collects: CollectingRule::of(account.list()?.currency, &account.policy),
        debits_at: under_way.debits_at,
        authentication_started_at: under_way.authentication_started_at,
        ..Agenda::plain(account.organization.zone_offset_minutes)
    })
}

/// One entry for each scheduled change.
fn changes(account: &OrganizationAccount, deadline: Deadline, offset_minutes: i32) -> Vec<Coming> {
    let waiting = account.shown.scheduled.iter();
    waiting
        .map(|change| Coming {
            what: What::Change(change.kind.clone()),
            ..dated(deadline, offset_minutes)
        })
        .collect()
}

fn dated(deadline: Deadline, offset_minutes: i32) -> Coming {
    Coming {
        day: billing_day(deadline.at, offset_minutes),
        at: Some(deadline.at),
        rule: deadline.rule.to_owned(),
        what: What::Deadline(deadline.kind),
    }
}
