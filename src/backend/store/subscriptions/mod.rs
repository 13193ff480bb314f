//! What an organization has subscribed to, and which changes are scheduled.

use std::collections::BTreeSet;

use billing::pricing::subscription::Scheduled;
use billing::{AddOnId, BillingFrequency, BillingPeriod, OrganizationId, Status, Subscription};
use chrono::{DateTime, NaiveDate, Utc};

use super::database::row::{count, day, instant, stored, word};
use super::{Tx, account_states};
use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::foundation::secret;

pub mod annual_terms;
pub mod frequency;

/// The subject of a scheduled change of tier. A subject that neither is this one nor belongs to
/// [`frequency`] is the id of an add-on that is removed.
const TIER: &str = "tier";

/// A subscription as it is stored.
#[derive(Debug, Clone)]
pub struct StoredSubscription {
    /// Increases with every change; a write fails unless it names the version it has read.
    pub version: u64,
    pub subscription: Subscription,
    /// The scheduled changes, each with the id by which it is withdrawn.
    pub scheduled: Vec<ScheduledChange>,
}

impl StoredSubscription {
    /// The billing frequency from the next renewal on, if a change is scheduled.
    pub fn scheduled_frequency(&self) -> Option<BillingFrequency> {
        self.scheduled
            .iter()
            .find_map(|change| match change.change {
                Waiting::Frequency(frequency) => Some(frequency),
                Waiting::Tier(_) | Waiting::Removal(_) => None,
            })
    }
}

/// A change that takes effect on the next 1st, or at the end of a term.
#[derive(Debug, Clone)]
pub struct ScheduledChange {
    /// The id by which it is withdrawn.
    pub id: String,
    pub change: Waiting,
    pub effective_on: NaiveDate,
    pub scheduled_at: DateTime<Utc>,
    /// The e-mail address of the person who ordered it.
    pub scheduled_by: String,
}

/// What a scheduled change does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// The limit of a lower tier.
    Tier(u64),
    /// The removal of an add-on.
    Removal(AddOnId),
    /// Annual billing that begins, or monthly billing.
    Frequency(BillingFrequency),
}

/// Who makes a change, on which billing day, at which instant.
#[derive(Debug, Clone, Copy)]
pub struct ChangeContext<'a> {
    /// The e-mail address of the person, or `system`.
    pub by: &'a str,
    pub day: NaiveDate,
    /// The 1st on which scheduled changes take effect: the next one, or the one after the term.
    pub next_first: NaiveDate,
    pub now: DateTime<Utc>,
}

/// A subscription with one of its add-ons, if it has any.
#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    status: String,
    tier: i64,
    add_on: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ScheduledRow {
    id: String,
    subject: String,
    tier: Option<i64>,
    effective_on: String,
    scheduled_at: String,
    scheduled_by: String,
}

/// Reads the subscription of an organization, which must have one.
///
/// # Errors
/// An organization without a subscription.
pub async fn find(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<StoredSubscription, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT s.version, s.status, s.tier, a.add_on FROM subscriptions s \
         LEFT JOIN subscription_add_ons a ON a.organization_id = s.organization_id \
         WHERE s.organization_id = $1",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    let Row {
        version,
        status,
        tier,
        ..
    } = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let scheduled = scheduled(tx, organization_id).await?;
    let subscription = Subscription {
        status: word(status)?,
        tier: count(*tier)?,
        add_ons: rows
            .iter()
            .filter_map(|row| row.add_on.as_deref().map(AddOnId::new))
            .collect(),
        scheduled: as_billed(&scheduled),
    };
    Ok(StoredSubscription {
        version: count(*version)?,
        subscription,
        scheduled,
    })
}

/// Starts a subscription and the state of its account; an existing one is not changed.
///
/// # Errors
/// An organization that is not stored.
pub async fn start(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    subscription: &Subscription,
    context: ChangeContext<'_>,
) -> Result<(), Error> {
    let started = sqlx::query(
        "INSERT INTO subscriptions (organization_id, version, status, tier, started_on) \
         VALUES ($1, 1, $2, $3, $4) ON CONFLICT (organization_id) DO NOTHING",
    )
    .bind(organization_id.as_str())
    .bind(status_word(subscription.status))
    .bind(stored(subscription.tier)?)
    .bind(context.day.to_string())
    .execute(tx.connection())
    .await?;
    if started.rows_affected() == 1 {
        add_add_ons(tx, organization_id, &subscription.add_ons, context.day).await?;
        let wanted = &subscription.scheduled;
        schedule(tx, organization_id, &Scheduled::default(), wanted, context).await?;
        account_states::start(tx, organization_id, subscription, context.day).await?;
    }
    Ok(())
}

/// The day on which the subscription began.
///
/// # Errors
/// An organization without a subscription.
pub async fn started_on(tx: &mut Tx, organization_id: &OrganizationId) -> Result<NaiveDate, Error> {
    let started: String =
        sqlx::query_scalar("SELECT started_on FROM subscriptions WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_one(tx.connection())
            .await?;
    day(&started)
}

/// The day of a month from which its usage counts: the 1st, or the day in the month on which a trial
/// or a pause ended.
///
/// # Errors
/// An organization without a subscription.
pub(super) async fn counted_from(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    period: BillingPeriod,
) -> Result<NaiveDate, Error> {
    let from: Option<String> =
        sqlx::query_scalar("SELECT charged_from FROM subscriptions WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_one(tx.connection())
            .await?;
    let from = from.as_deref().map(day).transpose()?;
    Ok(from
        .filter(|from| period.contains(*from))
        .unwrap_or_else(|| period.start()))
}

/// Records the day on which charging, and counting for it, begins.
pub(super) async fn charge_from(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    from: NaiveDate,
) -> Result<(), Error> {
    sqlx::query("UPDATE subscriptions SET charged_from = $2 WHERE organization_id = $1")
        .bind(organization_id.as_str())
        .bind(from.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes a changed subscription.
///
/// # Errors
/// [`Error::Conflict`] when it was changed since `before` was read.
pub async fn replace(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    before: &StoredSubscription,
    after: &Subscription,
    context: ChangeContext<'_>,
) -> Result<(), Error> {
    let changed = sqlx::query(
        "UPDATE subscriptions SET version = version + 1, status = $3, tier = $4 \
         WHERE organization_id = $1 AND version = $2",
    )
    .bind(organization_id.as_str())
    .bind(stored(before.version)?)
    .bind(status_word(after.status))
    .bind(stored(after.tier)?)
    .execute(tx.connection())
    .await?;
    if changed.rows_affected() != 1 {
        return Err(Error::Conflict);
    }
    let had = &before.subscription.add_ons;
    for gone in had.difference(&after.add_ons) {
        sqlx::query("DELETE FROM subscription_add_ons WHERE organization_id = $1 AND add_on = $2")
            .bind(organization_id.as_str())
            .bind(gone.as_str())
            .execute(tx.connection())
            .await?;
    }
    let new: BTreeSet<_> = after.add_ons.difference(had).cloned().collect();
    add_add_ons(tx, organization_id, &new, context.day).await?;
    let waited = &before.subscription.scheduled;
    schedule(tx, organization_id, waited, &after.scheduled, context).await
}

/// Moves scheduled changes that a pause has delayed, due by `day`, to the day `to` (A83).
pub async fn reschedule(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    (day, to): (NaiveDate, NaiveDate),
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE scheduled_changes SET effective_on = $3 \
         WHERE organization_id = $1 AND effective_on <= $2",
    )
    .bind(organization_id.as_str())
    .bind(day.to_string())
    .bind(to.to_string())
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn scheduled(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Vec<ScheduledChange>, Error> {
    let rows: Vec<ScheduledRow> = sqlx::query_as(
        "SELECT id, subject, tier, effective_on, scheduled_at, scheduled_by \
         FROM scheduled_changes WHERE organization_id = $1 ORDER BY scheduled_at, subject",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(ScheduledChange::try_from).collect()
}

async fn add_add_ons(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    add_ons: &BTreeSet<AddOnId>,
    since: NaiveDate,
) -> Result<(), Error> {
    for add_on in add_ons {
        sqlx::query(
            "INSERT INTO subscription_add_ons (organization_id, add_on, active_since) \
             VALUES ($1, $2, $3)",
        )
        .bind(organization_id.as_str())
        .bind(add_on.as_str())
        .bind(since.to_string())
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// Replaces the scheduled changes; a change that stays keeps its id.
async fn schedule(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    waited: &Scheduled,
    wanted: &Scheduled,
    context: ChangeContext<'_>,
) -> Result<(), Error> {
    let (waited, wanted) = (subjects(waited), subjects(wanted));
    for (subject, _) in waited.difference(&wanted) {
        sqlx::query("DELETE FROM scheduled_changes WHERE organization_id = $1 AND subject = $2")
            .bind(organization_id.as_str())
            .bind(subject.as_str())
            .execute(tx.connection())
            .await?;
    }
    for (subject, tier) in wanted.difference(&waited) {
        sqlx::query(
            "INSERT INTO scheduled_changes \
             (organization_id, id, subject, tier, effective_on, scheduled_at, scheduled_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(organization_id.as_str())
        .bind(secret::id("sc")?)
        .bind(subject.as_str())
        .bind(tier.map(stored).transpose()?)
        .bind(context.next_first.to_string())
        .bind(instant_text(context.now))
        .bind(context.by)
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

fn subjects(scheduled: &Scheduled) -> BTreeSet<(String, Option<u64>)> {
    let removals = scheduled
        .removals
        .iter()
        .map(|add_on| (add_on.to_string(), None));
    removals
        .chain(scheduled.tier.map(|tier| (TIER.to_owned(), Some(tier))))
        .collect()
}

fn as_billed(changes: &[ScheduledChange]) -> Scheduled {
    let mut scheduled = Scheduled::default();
    for change in changes {
        match &change.change {
            Waiting::Tier(tier) => scheduled.tier = Some(*tier),
            Waiting::Removal(add_on) => {
                scheduled.removals.insert(add_on.clone());
            }
            Waiting::Frequency(_) => {}
        }
    }
    scheduled
}

const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Trial => "trial",
    }
}

impl TryFrom<ScheduledRow> for ScheduledChange {
    type Error = Error;

    fn try_from(row: ScheduledRow) -> Result<Self, Error> {
        let change = match (row.tier, frequency::of_subject(&row.subject)) {
            (Some(tier), _) => Waiting::Tier(count(tier)?),
            (None, Some(frequency)) => Waiting::Frequency(frequency),
            (None, None) => Waiting::Removal(AddOnId::new(row.subject)),
        };
        Ok(Self {
            id: row.id,
            change,
            effective_on: day(&row.effective_on)?,
            scheduled_at: instant(&row.scheduled_at)?,
            scheduled_by: row.scheduled_by,
        })
    }
}
