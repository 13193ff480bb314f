//! What an organization has subscribed to, and which changes are scheduled.

use std::collections::BTreeSet;

use billing::pricing::subscription::Scheduled;
use billing::{AddOnId, BillingPeriod, OrganizationId, Subscription};
use chrono::{DateTime, NaiveDate, Utc};

use super::Tx;
use super::account_states::{self, FirstState};
use super::database::column::{Count, Text, Word};
use super::database::row::changed_one;
use crate::foundation::error::Error;

pub mod annual_terms;
mod scheduled_changes;

use scheduled_changes::ScheduledAfter;
pub use scheduled_changes::{ScheduledChange, reschedule};

/// A subscription as it is stored.
#[derive(Debug, Clone)]
pub struct StoredSubscription {
    /// Increases with every change; a write fails unless it names the version it has read.
    pub version: u64,
    pub subscription: Subscription,
    /// Whether the first invoice, with which the trial ends, is still to be issued.
    pub is_trial: bool,
    /// The scheduled changes, each with the id by which it is withdrawn.
    pub scheduled: Vec<ScheduledChange>,
}

/// A subscription that starts.
#[derive(Debug, Clone, Copy)]
pub struct NewSubscription<'a> {
    pub subscription: &'a Subscription,
    /// Whether it starts with a trial.
    pub is_trial: bool,
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
    version: Count,
    status: Word<FirstState>,
    tier: Count,
    add_on: Option<Text<AddOnId>>,
}

/// Reads the subscription of an organization, which must have one.
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
    let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let (version, tier) = (first.version.0, first.tier.0);
    let is_trial = first.status.0 == FirstState::Trial;
    let scheduled = scheduled_changes::all(tx, organization_id).await?;
    let subscription = Subscription {
        tier,
        add_ons: rows
            .into_iter()
            .filter_map(|row| row.add_on.map(AddOnId::from))
            .collect(),
        scheduled: scheduled.iter().map(|change| change.kind.clone()).collect(),
    };
    Ok(StoredSubscription {
        version,
        subscription,
        is_trial,
        scheduled,
    })
}

/// Starts a subscription and the state of its account; an existing one is not changed.
pub async fn start(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    NewSubscription {
        subscription,
        is_trial,
    }: NewSubscription<'_>,
    context: ChangeContext<'_>,
) -> Result<(), Error> {
    let first = if is_trial {
        FirstState::Trial
    } else {
        FirstState::Active
    };
    let started = sqlx::query(
        "INSERT INTO subscriptions (organization_id, version, status, tier, started_on) \
         VALUES ($1, 1, $2, $3, $4) ON CONFLICT (organization_id) DO NOTHING",
    )
    .bind(organization_id.as_str())
    .bind(Word(first))
    .bind(Count(subscription.tier))
    .bind(Text(context.day))
    .execute(tx.connection())
    .await?;
    if started.rows_affected() == 1 {
        add_add_ons(tx, organization_id, &subscription.add_ons, context.day).await?;
        let scheduled = ScheduledAfter {
            before: &Scheduled::default(),
            after: &subscription.scheduled,
        };
        scheduled_changes::replace(tx, organization_id, scheduled, context).await?;
        account_states::start(tx, organization_id, first, context.day).await?;
    }
    Ok(())
}

/// The day on which the subscription began.
pub async fn started_on(tx: &mut Tx, organization_id: &OrganizationId) -> Result<NaiveDate, Error> {
    let Text(started) =
        sqlx::query_scalar("SELECT started_on FROM subscriptions WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_one(tx.connection())
            .await?;
    Ok(started)
}

/// The day of a month from which its usage counts: the 1st, or the day in the month on which a trial
/// or a pause ended.
pub(super) async fn counted_from(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    period: BillingPeriod,
) -> Result<NaiveDate, Error> {
    let from: Option<Text<NaiveDate>> =
        sqlx::query_scalar("SELECT charged_from FROM subscriptions WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_one(tx.connection())
            .await?;
    Ok(from
        .map(NaiveDate::from)
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
        .bind(Text(from))
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
        "UPDATE subscriptions SET version = version + 1, tier = $3 \
         WHERE organization_id = $1 AND version = $2",
    )
    .bind(organization_id.as_str())
    .bind(Count(before.version))
    .bind(Count(after.tier))
    .execute(tx.connection())
    .await?;
    changed_one(&changed)?;
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
    let scheduled = ScheduledAfter {
        before: &before.subscription.scheduled,
        after: &after.scheduled,
    };
    scheduled_changes::replace(tx, organization_id, scheduled, context).await
}

/// Ends the trial of a subscription.
///
/// # Errors
/// [`Error::Conflict`] when it was changed since `before` was read.
pub async fn end_trial(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    before: &StoredSubscription,
) -> Result<(), Error> {
    let changed = sqlx::query(
        "UPDATE subscriptions SET version = version + 1, status = $3 \
         WHERE organization_id = $1 AND version = $2",
    )
    .bind(organization_id.as_str())
    .bind(Count(before.version))
    .bind(Word(FirstState::Active))
    .execute(tx.connection())
    .await?;
    changed_one(&changed)
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
        .bind(Text(since))
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}
