//! The lifecycle of an account: trial, active, paused, cancelled (SPEC 6, R8, R13, R14).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::cure::Refused;
use crate::account::reason::Reason;
use crate::catalog::policy::Policy;
use crate::invoicing::collection::Outstanding;
use crate::period::days_after;

mod on_file;
mod transition;

pub use on_file::OnFile;
use transition::{Trial, active_after, paused_after};

/// The state of an account between its setup and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Lifecycle {
    /// Everything is free. An expired trial that lacks something is still a trial: see [`TrialLock`].
    Trial {
        /// When the setup was completed.
        started_at: DateTime<Utc>,
        /// The billing data that is on file.
        on_file: OnFile,
    },
    /// Charged every month.
    Active {
        /// When charging began: the end of the trial, its cure, or the reactivation.
        since: DateTime<Utc>,
    },
    /// Nothing is charged, and nothing works.
    Paused {
        /// When it was paused.
        at: DateTime<Utc>,
    },
    /// The end: the data is deleted.
    Cancelled {
        /// When it was cancelled.
        at: DateTime<Utc>,
        /// The cause of the cancellation.
        cause: Cause,
    },
}

/// The cause of a cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// An admin's order (SPEC R14).
    Ordered,
    /// A trial that stayed incomplete (SPEC R8).
    TrialExpired,
    /// Invoices that stayed unpaid (SPEC R12).
    Unpaid,
    /// A pause that nobody ended (SPEC R13).
    PauseExpired,
}

impl Cause {
    /// The rule of the documents for this cause.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Ordered => "R14",
            Self::TrialExpired => "R8",
            Self::Unpaid => "R12",
            Self::PauseExpired => "R13",
        }
    }
}

/// Why the dashboard of a trial is closed (SPEC 6, rows 2 and 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialLock {
    /// The trial is about to end and something is missing.
    BillingMissing,
    /// The trial has ended and something is missing.
    Expired,
}

/// An event of the lifecycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LifecycleEvent {
    /// The first payment method was saved.
    PaymentMethodSaved,
    /// The last payment method was removed.
    LastPaymentMethodRemoved,
    /// The billing details were saved.
    BillingDetailsSaved,
    /// An admin pauses the plan.
    Pause {
        /// Whether anything is unpaid.
        outstanding: Outstanding,
    },
    /// The operator reactivates the plan, on a ticket.
    Reactivate {
        /// Whether anything is unpaid.
        outstanding: Outstanding,
    },
    /// An admin cancels, and has typed the word that confirms it.
    Cancel {
        /// The reason that the admin chose.
        reason: Reason,
    },
}

impl Lifecycle {
    /// The state at `now`: every deadline that has passed has acted, at its own instant.
    ///
    /// **Rule.** A complete trial becomes active after 30 days; an incomplete one is cancelled 14
    /// days later; a pause is cancelled after 60 days. A deadline has passed at its very instant.
    /// **Source.** SPEC R8, R13; rows 4, 5 and 25; A25.
    ///
    /// # Worked example
    ///
    /// Paused on 1 June 2025 at 10:00: cancelled on 31 July at 10:00, whenever a job runs.
    ///
    /// ```
    /// # use billing::{catalog::policy::Policy, account::lifecycle::{Cause, Lifecycle}};
    /// let paused = Lifecycle::Paused { at: "2025-06-01T10:00:00Z".parse().unwrap() };
    /// let ended = Lifecycle::Cancelled {
    ///     at: "2025-07-31T10:00:00Z".parse().unwrap(),
    ///     cause: Cause::PauseExpired,
    /// };
    /// let policy = Policy::default();
    /// assert_eq!(paused.at("2025-07-31T09:59:59Z".parse().unwrap(), &policy), paused);
    /// assert_eq!(paused.at("2025-07-31T10:00:00Z".parse().unwrap(), &policy), ended);
    /// assert_eq!(paused.at("2026-01-01T00:00:00Z".parse().unwrap(), &policy), ended);
    /// ```
    pub fn at(self, now: DateTime<Utc>, policy: &Policy) -> Self {
        match self {
            Self::Trial {
                started_at,
                on_file,
            } => {
                let ends_at = trial_ends_at(started_at, policy);
                let cancels_at = trial_cancels_at(started_at, policy);
                match on_file {
                    OnFile::Both if now >= ends_at => Self::Active { since: ends_at },
                    OnFile::Nothing | OnFile::PaymentMethod | OnFile::BillingDetails
                        if now >= cancels_at =>
                    {
                        Self::Cancelled {
                            at: cancels_at,
                            cause: Cause::TrialExpired,
                        }
                    }
                    OnFile::Nothing
                    | OnFile::PaymentMethod
                    | OnFile::BillingDetails
                    | OnFile::Both => self,
                }
            }
            Self::Paused { at } => {
                let ends_at = pause_ends_at(at, policy);
                if now >= ends_at {
                    Self::Cancelled {
                        at: ends_at,
                        cause: Cause::PauseExpired,
                    }
                } else {
                    self
                }
            }
            Self::Active { .. } | Self::Cancelled { .. } => self,
        }
    }

    /// The state after an event. An event that does not concern the state leaves it unchanged.
    ///
    /// **Rule.** An expired trial becomes active as soon as it is complete. Only an active account can be
    /// paused, only a paused one reactivated, and both only when nothing is unpaid. Every account can be
    /// cancelled, also while paused. Nothing follows a cancellation.
    /// **Source.** SPEC R8, R13, R14; rows 3, 5a, 23, 24, 26 and 27; A39.
    /// **Silent on** reactivating while the pause's own invoice is open: refused (A63).
    pub fn after(
        self,
        event: LifecycleEvent,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Self, Refused> {
        self.at(now, policy).moved(event, now, policy)
    }

    /// The state after an event, for a state that has already been advanced to that instant.
    pub(crate) fn moved(
        self,
        event: LifecycleEvent,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Self, Refused> {
        match self {
            Self::Trial {
                started_at,
                on_file,
            } => Trial {
                started_at,
                on_file,
            }
            .after(event, now, policy),
            Self::Active { since } => active_after(since, event, now),
            Self::Paused { at } => paused_after(at, event, now),
            Self::Cancelled { .. } => match event {
                LifecycleEvent::PaymentMethodSaved
                | LifecycleEvent::LastPaymentMethodRemoved
                | LifecycleEvent::BillingDetailsSaved
                | LifecycleEvent::Pause { outstanding: _ }
                | LifecycleEvent::Reactivate { outstanding: _ }
                | LifecycleEvent::Cancel { reason: _ } => Err(Refused::Cancelled),
            },
        }
    }

    /// The lock of an incomplete trial; `None` when it is not locked.
    ///
    /// **Rule.** Locked from 7 days before its end; expired from its end, until it is cancelled.
    /// **Source.** SPEC R8; rows 2 and 5.
    ///
    /// # Worked example
    ///
    /// A trial from 17 May 2025 locks on 9 June and expires on 16 June.
    ///
    /// ```
    /// # use billing::{catalog::policy::Policy, account::lifecycle::{Lifecycle, OnFile, TrialLock}};
    /// let trial = Lifecycle::Trial {
    ///     started_at: "2025-05-17T00:00:00Z".parse().unwrap(),
    ///     on_file: OnFile::PaymentMethod,
    /// };
    /// let lock = |at: &str| trial.trial_lock(at.parse().unwrap(), &Policy::default());
    /// assert_eq!(lock("2025-06-08T23:59:59Z"), None);
    /// assert_eq!(lock("2025-06-09T00:00:00Z"), Some(TrialLock::BillingMissing));
    /// assert_eq!(lock("2025-06-15T23:59:59Z"), Some(TrialLock::BillingMissing));
    /// assert_eq!(lock("2025-06-16T00:00:00Z"), Some(TrialLock::Expired));
    /// ```
    pub fn trial_lock(self, now: DateTime<Utc>, policy: &Policy) -> Option<TrialLock> {
        match self {
            Self::Trial {
                started_at,
                on_file,
            } => match on_file {
                OnFile::Both => None,
                OnFile::Nothing | OnFile::PaymentMethod | OnFile::BillingDetails => {
                    if now >= trial_ends_at(started_at, policy) {
                        Some(TrialLock::Expired)
                    } else if now >= trial_locks_at(started_at, policy) {
                        Some(TrialLock::BillingMissing)
                    } else {
                        None
                    }
                }
            },
            Self::Active { .. } | Self::Paused { .. } | Self::Cancelled { .. } => None,
        }
    }
}

/// When an incomplete trial locks: 7 days before its end (SPEC R8, row 2).
pub fn trial_locks_at(started_at: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
    let days = policy.trial_days.saturating_sub(policy.trial_lock_days);
    days_after(started_at, days)
}

/// When a trial ends: 30 days after its start (SPEC R8, row 1).
pub fn trial_ends_at(started_at: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
    days_after(started_at, policy.trial_days)
}

/// The number of days that are left of a trial.
///
/// **Rule.** An incomplete day counts, so the last day of the trial is the last one left.
/// **Source.** SPEC 4.1, R8.
///
/// # Worked example
///
/// A trial from 17 May 2025: 30 at its start, 7 when it locks, 1 in its last hour, then none.
///
/// ```
/// # use billing::{account::lifecycle::trial_days_left, catalog::policy::Policy};
/// let left = |now: &str| {
///     let started = "2025-05-17T00:00:00Z".parse().unwrap();
///     trial_days_left(started, now.parse().unwrap(), &Policy::default())
/// };
/// assert_eq!((left("2025-05-17T00:00:00Z"), left("2025-06-09T00:00:00Z")), (30, 7));
/// assert_eq!((left("2025-06-15T23:00:00Z"), left("2025-06-16T00:00:00Z")), (1, 0));
/// ```
pub fn trial_days_left(started_at: DateTime<Utc>, now: DateTime<Utc>, policy: &Policy) -> u64 {
    let left = trial_ends_at(started_at, policy) - now;
    u64::try_from(left.num_seconds()).map_or(0, |seconds| seconds.div_ceil(86_400))
}

/// When an incomplete trial is cancelled: 14 days after its end (SPEC R8, row 5).
pub fn trial_cancels_at(started_at: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
    days_after(trial_ends_at(started_at, policy), policy.trial_cancel_days)
}

/// When a pause ends in deletion: 60 days after it began (SPEC R13, row 25).
pub fn pause_ends_at(paused_at: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
    days_after(paused_at, policy.pause_days)
}

#[cfg(test)]
mod machine_tests;
