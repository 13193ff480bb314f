//! Carries out the deadlines of an account's state. They are in force as soon as they pass
//! ([`AccountState::at`]). Here they are recorded, logged, mailed and charged (SPEC 6, rows 2, 4, 5,
//! 15, 17, 25).

use api::audit::Action;
use billing::OrganizationId;
use billing::account::account_state::AccountState;
use billing::account::dunning::{Dunning, grace_ends_at};
use billing::account::lifecycle::{Lifecycle, TrialLock};
use chrono::{DateTime, Utc};

use crate::foundation::clock::Timestamps;
use crate::foundation::error::Error;
use crate::invoicing::begin_charging;
use crate::leaving::ending::end;
use crate::notification::Notification;
use crate::store::records::{self, Actor, AuditChange, AuditEntry, outbox};
use crate::store::retention::tombstones;
use crate::store::{Tx, account_states};

/// A notification, and its audit entry.
struct LoggedNotification<'a> {
    action: Action,
    notification: Notification,
    description: &'a str,
    change: AuditChange,
}

/// Row 2: the dashboard closes in a trial that lacks a payment method or billing details.
pub(super) async fn trial_locks(
    tx: &mut Tx,
    id: &OrganizationId,
    times: Timestamps,
) -> Result<(), Error> {
    let policy = tx.policy();
    let state = account_states::find(tx, id).await?;
    record(tx, id, &state, times).await?;
    match state.lifecycle().trial_lock(times.effective_at, &policy) {
        Some(TrialLock::BillingMissing) => {}
        Some(TrialLock::Expired) | None => return Ok(()),
    }
    let logged = LoggedNotification {
        action: Action::TrialLocked,
        notification: Notification::TrialLocked {},
        description: "the dashboard closed: payment method or billing details are missing",
        change: AuditChange::NONE,
    };
    publish(tx, id, logged, times.recorded_at).await
}

/// Rows 4, 5 and 5a: charging begins, or the trial expires.
pub(super) async fn trial_ends(
    tx: &mut Tx,
    id: &OrganizationId,
    times: Timestamps,
) -> Result<(), Error> {
    let policy = tx.policy();
    let state = account_states::find(tx, id).await?;
    let reached = state.at(times.effective_at, &policy);
    match reached.lifecycle() {
        Lifecycle::Active { since } => {
            account_states::replace(tx, id, &reached, times.recorded_at).await?;
            let times = Timestamps {
                effective_at: since,
                ..times
            };
            begin_charging(tx, id, times).await
        }
        Lifecycle::Trial { .. } => {
            let reached = reached.with_end_announced(times.recorded_at, &policy);
            account_states::replace(tx, id, &reached, times.recorded_at).await?;
            let logged = LoggedNotification {
                action: Action::TrialExpired,
                notification: Notification::TrialExpired {},
                description: "the trial is over: payment method or billing details are missing",
                change: AuditChange::NONE,
            };
            publish(tx, id, logged, times.recorded_at).await
        }
        Lifecycle::Paused { .. } | Lifecycle::Cancelled { .. } => {
            record(tx, id, &state, times).await
        }
    }
}

/// Row 15: an invoice whose payment failed was not paid within the grace period.
pub(super) async fn grace_ends(
    tx: &mut Tx,
    id: &OrganizationId,
    times: Timestamps,
) -> Result<(), Error> {
    let policy = tx.policy();
    let state = account_states::find(tx, id).await?;
    let reached = state.at(times.effective_at, &policy);
    match reached.dunning() {
        Dunning::Locked { failed_at }
            if grace_ends_at(failed_at, &policy) == times.effective_at => {}
        // It was paid, or a later failure counts now.
        Dunning::Locked { .. } | Dunning::Grace { .. } | Dunning::Clear => {
            return record(tx, id, &state, times).await;
        }
    }
    let reached = reached.with_end_announced(times.recorded_at, &policy);
    account_states::replace(tx, id, &reached, times.recorded_at).await?;
    let logged = LoggedNotification {
        action: Action::PaymentLocked,
        notification: Notification::PaymentLocked {},
        description: "the dashboard closed: invoices were not paid in the grace period",
        change: AuditChange::NONE,
    };
    publish(tx, id, logged, times.recorded_at).await
}

/// Announces an end that no other deadline announces: the end of a pause, a week before (SPEC R2,
/// A171).
pub(super) async fn tells_of_end(
    tx: &mut Tx,
    id: &OrganizationId,
    times: Timestamps,
) -> Result<(), Error> {
    let policy = tx.policy();
    let state = account_states::find(tx, id)
        .await?
        .at(times.effective_at, &policy);
    let announced = state.with_end_announced(times.recorded_at, &policy);
    account_states::replace(tx, id, &announced, times.recorded_at).await?;
    if announced == state {
        return Ok(());
    }
    let logged = LoggedNotification {
        action: Action::AccountEnding,
        notification: Notification::AccountEnding {},
        description: "the end of the account was announced",
        change: AuditChange::NONE,
    };
    publish(tx, id, logged, times.recorded_at).await
}

/// Rows 5, 17 and 25: ends an account because nobody acted and its notice is old enough. Otherwise the
/// end is postponed.
pub(super) async fn ends(tx: &mut Tx, id: &OrganizationId, times: Timestamps) -> Result<(), Error> {
    let state = account_states::find(tx, id).await?;
    let state = state.at(times.effective_at, &tx.policy());
    match state.lifecycle() {
        Lifecycle::Cancelled { .. } if tombstones::find(tx, id).await?.is_none() => {
            end(tx, id, &state, &Actor::system(), times.recorded_at)
                .await
                .map(drop)
        }
        Lifecycle::Cancelled { .. }
        | Lifecycle::Trial { .. }
        | Lifecycle::Active { .. }
        | Lifecycle::Paused { .. } => record(tx, id, &state, times).await,
    }
}

/// Stores the state that the account has reached by a deadline.
async fn record(
    tx: &mut Tx,
    id: &OrganizationId,
    state: &AccountState,
    times: Timestamps,
) -> Result<(), Error> {
    let reached = state.at(times.effective_at, &tx.policy());
    account_states::replace(tx, id, &reached, times.recorded_at).await
}

async fn publish(
    tx: &mut Tx,
    id: &OrganizationId,
    logged: LoggedNotification<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    outbox::publish(tx, id, &logged.notification, now).await?;
    let entry = AuditEntry {
        actor: &Actor::system(),
        at: now,
        action: logged.action,
        object: id.as_str(),
        description: logged.description.to_owned(),
        change: logged.change,
    };
    records::audit(tx, id, entry).await
}
