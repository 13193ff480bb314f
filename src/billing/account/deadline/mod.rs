//! Deadlines: everything that time will do to an account, and when (SPEC R2, 6).

use alloc::vec::Vec;
use core::fmt;

use chrono::{DateTime, Utc};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use crate::account::account_state::AccountState;
use crate::account::dunning::{self, Dunning};
use crate::account::lifecycle::{self, Cause, Lifecycle, OnFile};
use crate::account::retention::backups_purged_at;
use crate::catalog::policy::Policy;

mod agenda;

pub use agenda::{Agenda, Scheduled, Term};

/// An instant at which something happens if nobody acts before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Deadline {
    /// The instant of the deadline.
    pub at: DateTime<Utc>,
    /// What happens at that instant.
    pub kind: DeadlineKind,
    /// The rule of the documents for this kind.
    pub rule: &'static str,
}

impl Deadline {
    /// Makes a deadline, with the rule of its kind.
    pub const fn new(at: DateTime<Utc>, kind: DeadlineKind) -> Self {
        Self {
            at,
            kind,
            rule: kind.rule(),
        }
    }
}

/// All kinds of deadlines. At the same instant they act in this order.
///
/// **Rule.** Unknown payment outcomes are queried. The month changes, with the account as it was before.
/// A trial ends and charging begins. Then dunning acts, usage is compared with its limits, and deletions
/// are done. Debits are last, from accounts that still exist.
/// **Source.** SPEC R2, R15.
/// **Silent on** the kinds that the gateway, the bank and the screens add: A67.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// The deadlines of an account that an earlier version of the program stored are recomputed.
    Schedule,
    /// A displayed price expires, because the billing day is over.
    QuoteExpiry,
    /// An authentication at the bank has failed.
    AuthenticationExpiry,
    /// The outcome of a payment is queried at the gateway. An order's belongs to the month that ends.
    PaymentCheck,
    /// A month is closed, whether or not anything is charged.
    MonthChange,
    /// The month changes: the invoice of the 1st.
    NextBillingDate,
    /// The annual term ends.
    AnnualTermEnd,
    /// A scheduled change takes effect.
    ScheduledChange,
    /// An incomplete trial locks.
    TrialLock,
    /// The trial ends.
    TrialEnd,
    /// The notice of an INR debit is sent.
    PredebitNotice,
    /// The grace period ends, and the account locks.
    GraceEnd,
    /// The notice of the account's end is sent, if no earlier deadline announces the end.
    EndNotice,
    /// Usage is compared with its alert thresholds and its lock.
    Alerts,
    /// An expired trial is cancelled.
    TrialCancellation,
    /// The payment lock ends, and the account is cancelled.
    LockEnd,
    /// The pause ends, and the account is cancelled.
    PauseEnd,
    /// An invoice is debited.
    Collect,
    /// An INR mandate may be debited.
    EarliestDebit,
    /// The oldest events are deleted.
    RetentionBoundary,
    /// The last backup of a cancelled account is deleted.
    BackupPurge,
}

impl DeadlineKind {
    /// All kinds, in the order in which they act at one instant.
    pub const ALL: [Self; 21] = [
        Self::Schedule,
        Self::QuoteExpiry,
        Self::AuthenticationExpiry,
        Self::PaymentCheck,
        Self::MonthChange,
        Self::NextBillingDate,
        Self::AnnualTermEnd,
        Self::ScheduledChange,
        Self::TrialLock,
        Self::TrialEnd,
        Self::PredebitNotice,
        Self::GraceEnd,
        Self::EndNotice,
        Self::Alerts,
        Self::TrialCancellation,
        Self::LockEnd,
        Self::PauseEnd,
        Self::Collect,
        Self::EarliestDebit,
        Self::RetentionBoundary,
        Self::BackupPurge,
    ];

    /// The value that is stored, sent and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::QuoteExpiry => "quote_expiry",
            Self::AuthenticationExpiry => "authentication_expiry",
            Self::PaymentCheck => "payment_check",
            Self::MonthChange => "month_change",
            Self::NextBillingDate => "next_billing_date",
            Self::AnnualTermEnd => "annual_term_end",
            Self::ScheduledChange => "scheduled_change",
            Self::PredebitNotice => "predebit_notice",
            Self::TrialLock => "trial_lock",
            Self::TrialEnd => "trial_end",
            Self::GraceEnd => "grace_end",
            Self::EndNotice => "end_notice",
            Self::Alerts => "alerts",
            Self::TrialCancellation => "trial_cancellation",
            Self::LockEnd => "lock_end",
            Self::PauseEnd => "pause_end",
            Self::Collect => "collect",
            Self::EarliestDebit => "earliest_debit",
            Self::RetentionBoundary => "retention_boundary",
            Self::BackupPurge => "backup_purge",
        }
    }

    /// The rule of the documents for this kind.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::QuoteExpiry | Self::AuthenticationExpiry | Self::PaymentCheck => "R19",
            Self::TrialLock | Self::TrialEnd | Self::TrialCancellation => "R8",
            Self::GraceEnd | Self::LockEnd => "R12",
            Self::PauseEnd => "R13",
            Self::Schedule | Self::NextBillingDate | Self::EndNotice => "R2",
            Self::MonthChange | Self::Collect => "R15",
            Self::AnnualTermEnd => "R9",
            Self::Alerts => "R10",
            Self::ScheduledChange => "R6",
            Self::PredebitNotice | Self::EarliestDebit => "R17",
            Self::RetentionBoundary | Self::BackupPurge => "R18",
        }
    }

    /// The kind of the deadline at which time ends an account; `None` when an admin ends it.
    ///
    /// **Source.** SPEC 6, rows 5, 17, 25 and 26.
    pub const fn of_end(cause: Cause) -> Option<Self> {
        match cause {
            Cause::TrialExpired => Some(Self::TrialCancellation),
            Cause::Unpaid => Some(Self::LockEnd),
            Cause::PauseExpired => Some(Self::PauseEnd),
            Cause::Ordered => None,
        }
    }

    /// Whether the deadline ends the account and deletes its data.
    ///
    /// **Source.** SPEC 6, rows 5, 17 and 25.
    pub const fn ends_account(self) -> bool {
        match self {
            Self::TrialCancellation | Self::LockEnd | Self::PauseEnd => true,
            Self::Schedule
            | Self::QuoteExpiry
            | Self::AuthenticationExpiry
            | Self::PaymentCheck
            | Self::MonthChange
            | Self::NextBillingDate
            | Self::AnnualTermEnd
            | Self::ScheduledChange
            | Self::PredebitNotice
            | Self::TrialLock
            | Self::TrialEnd
            | Self::GraceEnd
            | Self::EndNotice
            | Self::Alerts
            | Self::Collect
            | Self::EarliestDebit
            | Self::RetentionBoundary
            | Self::BackupPurge => false,
        }
    }
}

impl fmt::Display for DeadlineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schedule => "what falls due is worked out",
            Self::QuoteExpiry => "the price shown no longer holds",
            Self::AuthenticationExpiry => "the payment fails unless the bank has confirmed it",
            Self::PaymentCheck => "the gateway is asked what became of a payment",
            Self::MonthChange => "the month is closed",
            Self::TrialLock => "the dashboard closes unless billing is set up",
            Self::TrialEnd => "the trial ends",
            Self::TrialCancellation | Self::LockEnd | Self::PauseEnd => {
                "the account is cancelled and its data deleted"
            }
            Self::GraceEnd => "the dashboard closes until all open invoices are paid",
            Self::NextBillingDate => "the next invoice is issued",
            Self::AnnualTermEnd => "the annual term ends",
            Self::ScheduledChange => "the scheduled change takes effect",
            Self::EndNotice => "the notice of the account's end goes out",
            Self::Alerts => "usage is held against its limits",
            Self::PredebitNotice => "the bank gives notice of the debit",
            Self::Collect => "an invoice is debited",
            Self::EarliestDebit => "the invoice may be debited",
            Self::RetentionBoundary => "the oldest events are deleted",
            Self::BackupPurge => "the last backup is deleted",
        })
    }
}

/// All future deadlines of an account, in chronological order, if nothing else changes.
///
/// **Rule.** Only what happens if nobody acts. Past deadlines have acted; after a cancellation only the
/// purge of the backups follows. A pause stops everything except its own end and the debits of earlier
/// invoices.
/// **Source.** SPEC 6, R2, R6, R8, R9, R12, R13, R17, R18, R19, A35.
/// **Silent on** two at the same instant: in the order of [`DeadlineKind`] (A67). On an account that is
/// about to be cancelled: nothing after the cancellation (A68).
///
/// # Worked example
///
/// Paused on 1 June 2025 at 10:00: deleted on 31 July, backups purged on 29 September.
///
/// ```
/// # use billing::catalog::policy::Policy;
/// # use billing::account::{account_state::AccountState, deadline::{Agenda, deadlines}};
/// let paused: AccountState = serde_json::from_str(r#"{
///     "lifecycle": {"paused": {"at": "2025-06-01T10:00:00Z"}},
///     "dunning": "clear",
///     "usage_lock": {"clear": {"lifted_until": null}},
///     "as_of": "2025-06-01T10:00:00Z"
/// }"#).unwrap();
/// let ahead = deadlines(&paused, &Agenda::plain(0), paused.as_of(), &Policy::default());
/// let ahead: Vec<_> = ahead.iter().map(|one| (one.at.to_rfc3339(), one.rule)).collect();
/// assert_eq!(ahead, [
///     ("2025-07-31T10:00:00+00:00".into(), "R13"),
///     ("2025-09-29T10:00:00+00:00".into(), "R18"),
/// ]);
/// ```
pub fn deadlines(
    state: &AccountState,
    agenda: &Agenda,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Vec<Deadline> {
    let state = state.at(now, policy);
    let mut ahead = of_state(&state, policy);
    let ends_at = state.ends_at(policy);
    let lives = |one: &Deadline| ends_at.is_none_or(|end| one.at < end);
    ahead.extend(
        agenda::of_agenda(&state, agenda, policy)
            .into_iter()
            .filter(lives),
    );
    ahead.retain(|one| one.at > state.as_of());
    ahead.sort_unstable();
    ahead
}

/// The deadlines of the three state machines.
fn of_state(state: &AccountState, policy: &Policy) -> Vec<Deadline> {
    let mut ahead = of_life(state.lifecycle(), policy);
    match state.dunning() {
        Dunning::Clear => {}
        Dunning::Grace { failed_at } | Dunning::Locked { failed_at } => {
            let locks_at = dunning::grace_ends_at(failed_at, policy);
            ahead.push(Deadline::new(locks_at, DeadlineKind::GraceEnd));
        }
    }
    if let Some(ends_at) = state.ends_at(policy) {
        let end = state.end_cause(policy).and_then(DeadlineKind::of_end);
        ahead.extend(end.map(|kind| Deadline::new(ends_at, kind)));
        let purged_at = backups_purged_at(ends_at, policy);
        ahead.push(Deadline::new(purged_at, DeadlineKind::BackupPurge));
    }
    ahead
}

fn of_life(life: Lifecycle, policy: &Policy) -> Vec<Deadline> {
    match life {
        Lifecycle::Trial {
            started_at,
            on_file,
        } => {
            let end = Deadline::new(
                lifecycle::trial_ends_at(started_at, policy),
                DeadlineKind::TrialEnd,
            );
            match on_file {
                OnFile::Both => Vec::from([end]),
                OnFile::Nothing | OnFile::PaymentMethod | OnFile::BillingDetails => {
                    let locks_at = lifecycle::trial_locks_at(started_at, policy);
                    Vec::from([Deadline::new(locks_at, DeadlineKind::TrialLock), end])
                }
            }
        }
        Lifecycle::Active { since: _ }
        | Lifecycle::Paused { at: _ }
        | Lifecycle::Cancelled { at: _, cause: _ } => Vec::new(),
    }
}

/// A deadline as stored and sent, without the rule, which follows from the kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredDeadline {
    at: DateTime<Utc>,
    kind: DeadlineKind,
    #[serde(rename = "rule")]
    _rule: IgnoredAny,
}

impl<'de> Deserialize<'de> for Deadline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StoredDeadline::deserialize(deserializer).map(|written| Self::new(written.at, written.kind))
    }
}

#[cfg(test)]
mod calendar_tests;
#[cfg(test)]
mod timelines_tests;
