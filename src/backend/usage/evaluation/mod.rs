//! Evaluates usage when it is counted or its limit changes: alerts (SPEC R10) and the usage lock (R11),
//! in the transaction of their cause.

use api::audit::Action;
use billing::access::alert::{AlertNotice, Evaluation, Reading};
use billing::account::account_state::{AccountEvent, AccountState};
use billing::account::usage_lock::{self, Measure, UsageLock};
use billing::metering::usage::figures;
use billing::period::day_start;
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use crate::account::allowance::{self, Allowance};
use crate::foundation::clock::{Timestamps, billing_day};
use crate::foundation::error::Error;
use crate::mail::figures::count as grouped;
use crate::notification::Notification;
use crate::store::records::outbox;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::usage::{self, UsageChanges, UsageDay};
use crate::store::usage::{alert_crossings, counted_usage, marks};
use crate::store::{Tx, account_states, organizations, price_books, subscriptions};

mod correction;
mod lift_lock;

pub use lift_lock::LiftLock;

/// Stores daily figures and evaluates the current month's usage against its limit. New figures replace
/// those of a day that is already stored.
///
/// # Errors
/// Fails for an unknown project, for a closed month, and for counts that are too large to store.
pub async fn count(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    days: &[UsageDay],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    receive(tx, organization_id, days, now).await?;
    Ok(())
}

/// Does what [`count`] does, and returns how many days changed.
///
/// # Errors
/// As [`count`].
pub async fn receive(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    days: &[UsageDay],
    now: DateTime<Utc>,
) -> Result<UsageChanges, Error> {
    let written = usage::put(tx, organization_id, days).await?;
    if written.added + written.corrected > 0 {
        marks::advance(tx, organization_id).await?;
    }
    if written.corrected > 0 {
        corrected(tx, organization_id, now).await?;
    } else {
        evaluate(tx, organization_id, now).await?;
    }
    Ok(written)
}

/// Evaluates the current month's usage against its limit: after each count, and once a day (SPEC R10).
pub(crate) async fn evaluate(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    evaluate_for(tx, organization_id, Cause::Counted, now).await
}

/// Evaluates the current month after a correction of figures. Alerts and locks that only the wrong
/// figures had caused are withdrawn (SPEC R10).
pub(crate) async fn corrected(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    evaluate_for(tx, organization_id, Cause::Corrected, now).await
}

/// Evaluates the usage of a day's month against the limit of the higher tier that was bought on that
/// day.
pub async fn upgraded(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    evaluate_for(tx, organization_id, Cause::Upgraded { on: day }, now).await
}

/// Applies a usage event to the lock. A lock or unlock is logged and mailed.
pub(crate) async fn apply_usage_event(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    event: usage_lock::UsageEvent,
    times: Timestamps,
) -> Result<(), Error> {
    let policy = tx.policy();
    let before = account_states::find(tx, organization_id).await?;
    // A cancelled account counts no usage. When a charge ends after its account was paused or locked
    // for a payment, it changes the tier but not the state.
    let Ok(after) = before.after(AccountEvent::Usage(event), times.effective_at, &policy) else {
        return Ok(());
    };
    if after.usage_lock() == before.at(times.effective_at, &policy).usage_lock() {
        return Ok(());
    }
    account_states::replace(tx, organization_id, &after, times.recorded_at).await?;
    announce_lock(tx, organization_id, &after, event, times.recorded_at).await
}

/// Why usage is evaluated.
#[derive(Debug, Clone, Copy)]
enum Cause {
    Counted,
    Corrected,
    /// A higher tier was bought on that day, which may lie in a month before today's.
    Upgraded {
        on: NaiveDate,
    },
}

async fn evaluate_for(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    cause: Cause,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let today = billing_day(now, organization.zone_offset_minutes);
    let day = match cause {
        Cause::Counted | Cause::Corrected => today,
        Cause::Upgraded { on } => on,
    };
    let book = price_books::find(tx, &organization.book).await?;
    let list = organization.price_list(&book.book)?;
    let per_mau = list.data_points_per_mau;
    let stored = subscriptions::find(tx, organization_id).await?;
    let month = counted_usage::to_day(tx, organization_id, day).await?;
    let tier = stored.subscription.tier;
    let reading = Reading {
        period: month.period,
        is_trial: stored.is_trial,
        tier,
        usage: figures(month.metered(), tier, per_mau).usage,
    };
    let offset = organization.zone_offset_minutes;
    let current = BillingPeriod::of(today).ok_or(billing::OutOfRange)?;
    let counted_since = month.counted_since(offset)?;
    if let Cause::Corrected = cause {
        correction::alerts(tx, organization_id, reading, counted_since, now).await?;
    }
    let latches = alert_crossings::latches(tx, organization_id, current).await?;
    let evaluation = latches.after(reading, &list.alert_percents);
    alert(tx, organization_id, reading, evaluation, now).await?;
    let annual = allowance::before(tx, organization_id, per_mau, &month).await?;
    let measure = allowance::charged_cycle(annual, &month).measure(reading.usage, tier, list);
    let counted_since = match annual {
        Some(Allowance { year, .. }) => {
            day_start(year.term.start(), offset).ok_or(billing::OutOfRange)?
        }
        None => counted_since,
    };
    let event = match cause {
        Cause::Counted => usage_lock::UsageEvent::Counted(measure),
        Cause::Corrected => usage_lock::UsageEvent::Corrected {
            measure,
            counted_since,
        },
        Cause::Upgraded { .. } => usage_lock::UsageEvent::Upgraded(measure),
    };
    apply_usage_event(tx, organization_id, event, Timestamps::immediate(now)).await
}

/// Records every crossed threshold, and sends an alert about the highest.
async fn alert(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    reading: Reading,
    evaluation: Evaluation,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for crossing in &evaluation.crossings {
        alert_crossings::record(
            tx,
            organization_id,
            reading.period,
            *crossing,
            reading.usage,
            now,
        )
        .await?;
    }
    let Some(notice) = evaluation.notice else {
        return Ok(());
    };
    let notification = Notification::UsageAlert(notice);
    outbox::publish(tx, organization_id, &notification, now).await?;
    let crossed: Vec<_> = evaluation
        .crossings
        .iter()
        .map(|crossing| format!("{}%", crossing.percent))
        .collect();
    let AlertNotice { tier, usage, .. } = notice;
    let entry = AuditEntry {
        actor: &Actor::system(),
        at: now,
        action: Action::UsageAlert,
        object: &format!("{} {}%", notice.period_start, notice.percent),
        description: format!(
            "{} of {} MAU: reached {}",
            grouped(usage),
            grouped(tier),
            crossed.join(", ")
        ),
        change: AuditChange::NONE,
    };
    records::audit(tx, organization_id, entry).await
}

async fn announce_lock(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    state: &AccountState,
    event: usage_lock::UsageEvent,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let lock = state.usage_lock();
    let locked = Notification::UsageLocked { usage_lock: lock };
    let (action, notification, description) = match lock {
        UsageLock::Clear { .. } => (
            Action::UsageUnlocked,
            Notification::UsageUnlocked {},
            unlocked_by(event),
        ),
        UsageLock::Overage { .. } => (
            Action::UsageLocked,
            locked,
            "the month's usage is too far above the tier's limit".to_owned(),
        ),
        UsageLock::AnnualSoft { .. } => (
            Action::UsageLocked,
            locked,
            "the term's usage is too far above the annual limit".to_owned(),
        ),
    };
    outbox::publish(tx, organization_id, &notification, now).await?;
    let entry = AuditEntry {
        actor: &Actor::system(),
        at: now,
        action,
        object: organization_id.as_str(),
        description,
        change: AuditChange::NONE,
    };
    records::audit(tx, organization_id, entry).await
}

/// What has lifted the lock, for the log.
fn unlocked_by(event: usage_lock::UsageEvent) -> String {
    match event {
        usage_lock::UsageEvent::Corrected { measure, .. } => {
            let (usage, limit) = match measure {
                Measure::Month {
                    usage, tier_limit, ..
                } => (usage, tier_limit),
                Measure::Year {
                    billable_users,
                    annual_limit,
                    ..
                } => (billable_users, annual_limit),
            };
            format!(
                "figures were corrected to {} of {} MAU: usage was never above the line, the \
                 dashboard is open again",
                grouped(usage),
                grouped(limit)
            )
        }
        usage_lock::UsageEvent::Counted(_)
        | usage_lock::UsageEvent::MonthClosed(_)
        | usage_lock::UsageEvent::Upgraded(_)
        | usage_lock::UsageEvent::Lifted { .. } => "the dashboard is open again".to_owned(),
    }
}
