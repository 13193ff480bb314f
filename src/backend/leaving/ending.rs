//! The end of an account: what it still owes, what is deleted and what is kept (SPEC R14, R18; section
//! 6, rows 5, 17, 25 and 26). An admin's order and the deadlines end it in the same way.

use api::audit::Action;
use billing::OrganizationId;
use billing::account::account_state::AccountState;
use billing::account::lifecycle::{Cause, Lifecycle};
use billing::account::retention::backups_purged_at;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};

use crate::account::audit_values::Charging;
use crate::foundation::clock::Timestamps;
use crate::foundation::error::Error;
use crate::invoicing::settle_month;
use crate::mail::figures::date;
use crate::notification::Notification;
use crate::store::records::outbox;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::retention::erasure;
use crate::store::retention::tombstones::{self, Tombstone};
use crate::store::{Tx, account_states};

/// The result of ending an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The number of the final invoice; `None` when nothing had accrued.
    pub invoice: Option<InvoiceNumber>,
    /// When the last backup that contains its data is deleted.
    pub backups_until: DateTime<Utc>,
}

/// Ends an account: settles its running month when an admin ordered the end, deletes its data, and
/// keeps a tombstone with its invoices and its audit log.
///
/// `state` is the account's state after its end, from [`AccountState::after`] or [`AccountState::at`].
/// The caller has closed all earlier months, and no order has an open payment.
///
/// # Errors
/// Fails when `state` is not an end, or when the account has ended before.
pub async fn end(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    state: &AccountState,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Ended, Error> {
    let Lifecycle::Cancelled { at, cause } = state.lifecycle() else {
        return Err(Error::unexpected("an account ends that is not cancelled"));
    };
    let change = stops(tx, organization_id, now).await?;
    let invoice = match cause {
        Cause::Ordered => {
            let times = Timestamps {
                effective_at: at,
                recorded_at: now,
            };
            settle_month(tx, organization_id, state, times).await?
        }
        // An end by deadline deletes, and issues no further invoice that nobody would pay (A110).
        Cause::TrialExpired | Cause::Unpaid | Cause::PauseExpired => None,
    };
    let backups_until = backups_purged_at(at, &tx.policy());
    let stone = Tombstone {
        ended_at: at,
        cause,
        backups_until,
        purged_at: None,
    };
    tombstones::set(tx, organization_id, &stone).await?;
    erasure::at_once(tx, organization_id).await?;
    let ended = Ended {
        invoice,
        backups_until,
    };
    let entry = AuditEntry {
        actor,
        at: now,
        action: Action::AccountCancelled,
        object: organization_id.as_str(),
        description: said(&stone, &ended),
        change,
    };
    records::audit(tx, organization_id, entry).await?;
    account_states::replace(tx, organization_id, state, now).await?;
    let cancelled = Notification::AccountCancelled {
        invoice: ended.invoice.clone(),
    };
    outbox::publish(tx, organization_id, &cancelled, now).await?;
    Ok(ended)
}

/// Deletes what is kept of an ended account until its last backup is deleted.
pub async fn purge(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    times: Timestamps,
) -> Result<(), Error> {
    erasure::with_backups(tx, organization_id).await?;
    tombstones::purged(tx, organization_id, times.effective_at).await?;
    let entry = AuditEntry {
        actor: &Actor::system(),
        at: times.recorded_at,
        action: Action::AccountPurged,
        object: organization_id.as_str(),
        description: "the last backup and the data of its people are deleted".to_owned(),
        change: AuditChange::NONE,
    };
    records::audit(tx, organization_id, entry).await?;
    Ok(())
}

/// The audit values of what is no longer charged; none when a trial or a pause ends.
async fn stops(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<AuditChange, Error> {
    match account_states::find(tx, organization_id).await?.lifecycle() {
        Lifecycle::Active { .. } => Ok(Charging::of(tx, organization_id, now).await?.stops()),
        Lifecycle::Trial { .. } | Lifecycle::Paused { .. } | Lifecycle::Cancelled { .. } => {
            Ok(AuditChange::NONE)
        }
    }
}

/// What has ended the account, in words.
const fn why(cause: Cause) -> &'static str {
    match cause {
        Cause::Ordered => "ordered by an admin",
        Cause::TrialExpired => "billing was not set up after the trial",
        Cause::Unpaid => "invoices stayed unpaid",
        Cause::PauseExpired => "the pause was not ended in time",
    }
}

/// The end in one line, for the log.
fn said(stone: &Tombstone, ended: &Ended) -> String {
    let invoice = match &ended.invoice {
        Some(number) => format!("final invoice {number}"),
        None => "no final invoice".to_owned(),
    };
    let until = date(ended.backups_until.date_naive());
    format!(
        "{}, data deleted, {invoice}, backups until {until}",
        why(stone.cause)
    )
}
