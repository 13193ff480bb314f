//! Due dates: the jobs of an organization follow from what is stored about it. The store updates them
//! before it commits a transaction that changes an account.

use std::collections::BTreeMap;

use billing::account::deadline::{Agenda, Deadline, deadlines};
use billing::account::lifecycle::Lifecycle;
use billing::account::retention::{backups_purged_at, leaves_at};
use billing::invoicing::month_close;
use billing::period::{billing_day, day_end};
use billing::{OrganizationId, OutOfRange};
use chrono::{DateTime, Utc};

use super::schedule::{DeadlineKind, Due, add, all, queue, remove};
use crate::foundation::error::Error;
use crate::store::invoices::closings;
use crate::store::payments::{attempts, open_invoices};
use crate::store::retention::{self, tombstones};
use crate::store::{Tx, account_states, organizations, subscriptions};

/// Updates the schedule of an organization in the transaction that changed what it depends on. A row that
/// is due already stays: only its job deletes it.
pub async fn sync(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    queue(tx, organization_id).await?;
    let mut wanted: BTreeMap<_, _> = wanted(tx, organization_id, now)
        .await?
        .into_iter()
        .map(|due| ((due.kind, due.subject.clone()), due))
        .collect();
    for noted in all(tx, organization_id).await? {
        let wanted = wanted.remove(&(noted.kind, noted.subject.clone()));
        let stays = match &wanted {
            // The end of an account moves to a later instant when its notice is sent late.
            Some(due) if noted.kind.ends_account() => *due == noted,
            // A check can be postponed, but not beyond the instant at which the payment expires.
            Some(due) if noted.kind == DeadlineKind::PaymentCheck => {
                due.at <= now || noted.at <= due.at
            }
            Some(due) => *due == noted || noted.at <= now,
            None => noted.at <= now && is_deadline(noted.kind),
        };
        if !stays {
            remove(tx, organization_id, &noted).await?;
            if let Some(due) = wanted {
                add(tx, organization_id, &due).await?;
            }
        }
    }
    for due in wanted.values() {
        add(tx, organization_id, due).await?;
    }
    queue(tx, organization_id).await
}

/// Whether the deadline follows from the account's state. Once due, its row stays even if the state
/// has changed since.
const fn is_deadline(kind: DeadlineKind) -> bool {
    match kind {
        DeadlineKind::Schedule
        | DeadlineKind::TrialLock
        | DeadlineKind::TrialEnd
        | DeadlineKind::TrialCancellation
        | DeadlineKind::GraceEnd
        | DeadlineKind::LockEnd
        | DeadlineKind::PauseEnd => true,
        DeadlineKind::QuoteExpiry
        | DeadlineKind::AuthenticationExpiry
        | DeadlineKind::PaymentCheck
        | DeadlineKind::MonthChange
        | DeadlineKind::NextBillingDate
        | DeadlineKind::AnnualTermEnd
        | DeadlineKind::ScheduledChange
        | DeadlineKind::PredebitNotice
        | DeadlineKind::EndNotice
        | DeadlineKind::Alerts
        | DeadlineKind::Collect
        | DeadlineKind::EarliestDebit
        | DeadlineKind::RetentionBoundary
        | DeadlineKind::BackupPurge => false,
    }
}

async fn wanted(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<Vec<Due>, Error> {
    let policy = tx.policy();
    let offset = organizations::find(tx, organization_id)
        .await?
        .zone_offset_minutes;
    let state = account_states::find(tx, organization_id).await?;
    let mut wanted: Vec<_> = deadlines(&state, &Agenda::plain(offset), state.as_of(), &policy)
        .into_iter()
        .filter_map(of_state)
        .collect();
    let notice = state.end_notice_due(&policy);
    wanted.extend(notice.map(|at| Due::new(at, DeadlineKind::EndNotice)));
    // The lifecycle as stored: a transition that time has caused is stored only when its job runs.
    match state.lifecycle() {
        Lifecycle::Trial { .. } | Lifecycle::Paused { .. } => {
            wanted.push(month_change(tx, organization_id, offset).await?);
            wanted.extend(events_leave(tx, organization_id, offset).await?);
        }
        Lifecycle::Active { since } => {
            wanted.push(month_change(tx, organization_id, offset).await?);
            wanted.extend(events_leave(tx, organization_id, offset).await?);
            wanted.extend(next_day(now, offset).map(|at| Due::new(at, DeadlineKind::Alerts)));
            let stored = subscriptions::find(tx, organization_id).await?;
            if stored.is_trial {
                wanted.push(Due::new(since, DeadlineKind::TrialEnd));
            }
        }
        Lifecycle::Cancelled { at, cause: _ } => {
            let tombstone = tombstones::find(tx, organization_id).await?;
            if tombstone.is_some_and(|tombstone| tombstone.purged_at.is_none()) {
                let purged_at = backups_purged_at(at, &policy);
                wanted.push(Due::new(purged_at, DeadlineKind::BackupPurge));
            }
        }
    }
    wanted.extend(open_invoices::due(tx, organization_id).await?);
    wanted.extend(attempts::due(tx, organization_id).await?);
    Ok(wanted)
}

/// The job for a deadline that follows from the account's state alone.
fn of_state(deadline: Deadline) -> Option<Due> {
    // Quotes and payments are watched where they are stored; months follow from what is closed.
    is_deadline(deadline.kind).then(|| Due::new(deadline.at, deadline.kind))
}

/// The end of the first month that is not closed. A trial and a paused account close months too.
async fn month_change(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    offset: i32,
) -> Result<Due, Error> {
    let open = closings::first_open(tx, organization_id).await?;
    let at = month_close::ends_at(open, offset).map_err(|_| OutOfRange)?;
    Ok(Due::of(
        at,
        DeadlineKind::MonthChange,
        open.start().to_string(),
    ))
}

/// When the oldest events pass their retention period (A164).
async fn events_leave(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    offset: i32,
) -> Result<Option<Due>, Error> {
    let oldest = retention::next_to_leave(tx, organization_id, offset).await?;
    let at = oldest.and_then(|day| leaves_at(day, retention::PLAN, offset, &tx.policy()));
    Ok(at.map(|at| Due::new(at, DeadlineKind::RetentionBoundary)))
}

/// The start of the organization's next day.
fn next_day(now: DateTime<Utc>, offset: i32) -> Option<DateTime<Utc>> {
    day_end(billing_day(now, offset)?, offset)
}
