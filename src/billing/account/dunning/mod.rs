//! Dunning: grace period, lock and cancellation after a scheduled payment failed (SPEC 6, R12).

use alloc::vec::Vec;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::catalog::policy::Policy;
use crate::invoicing::collection::{OpenInvoice, Outcome, Outstanding, Progress};
use crate::period::days_after;

/// The state of dunning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Dunning {
    /// No payment has failed.
    Clear,
    /// A payment has failed; everything still works.
    Grace {
        /// The instant of the failure.
        failed_at: DateTime<Utc>,
    },
    /// The grace period ended without payment: the dashboard is closed until everything is paid.
    Locked {
        /// The instant of the failure that led to the lock.
        failed_at: DateTime<Utc>,
    },
}

/// The result of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PaymentEvent {
    /// The payment has failed.
    PaymentFailed {
        /// What the payment was for.
        charge: Charge,
    },
    /// The payment has succeeded.
    PaymentSucceeded {
        /// What is unpaid after the payment.
        left: Outstanding,
    },
    /// The bank is still processing the payment, which is no failure.
    PaymentProcessing,
}

/// The occasion of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// An invoice that fell due by itself: the month's invoice, or the first after a trial.
    Scheduled,
    /// An order, such as an upgrade: without payment it has no effect (A42).
    OnDemand,
}

impl Dunning {
    /// The state at `now`: deadlines that have passed have acted.
    ///
    /// **Rule.** Ten days after the failure grace becomes a lock. The cancellation 14 days later is an
    /// event of the account: see [`cancels_at`].
    /// **Source.** SPEC R12, row 15, A24, A25.
    ///
    /// # Worked example
    ///
    /// Failed on 25 February 2024, a leap year: locked on 6 March.
    ///
    /// ```
    /// # use billing::{catalog::policy::Policy, account::dunning::Dunning};
    /// let failed_at = "2024-02-25T00:00:00Z".parse().unwrap();
    /// let at = |now: &str| Dunning::Grace { failed_at }.at(now.parse().unwrap(), &Policy::default());
    /// assert_eq!(at("2024-03-05T23:59:59Z"), Dunning::Grace { failed_at });
    /// assert_eq!(at("2024-03-06T00:00:00Z"), Dunning::Locked { failed_at });
    /// ```
    pub fn at(self, now: DateTime<Utc>, policy: &Policy) -> Self {
        match self {
            Self::Grace { failed_at } if now >= grace_ends_at(failed_at, policy) => {
                Self::Locked { failed_at }
            }
            Self::Clear | Self::Grace { .. } | Self::Locked { .. } => self,
        }
    }

    /// The state after an event; every event is possible in every state.
    ///
    /// **Rule.** A scheduled payment that fails begins the grace period; failed retries do not move it.
    /// Grace ends when no failed invoice is left, the lock ends when no unpaid invoice is left.
    /// **Source.** SPEC R12; rows 13, 14 and 16; A19, A42.
    /// **Silent on** the clock when the older of two failed invoices is paid: in grace it becomes the
    /// clock of the other, in the lock it does not change (A64). On a payment that is being processed when a
    /// deadline passes: the deadline acts (A69).
    pub fn after(self, event: PaymentEvent, now: DateTime<Utc>, policy: &Policy) -> Self {
        let next = match self.at(now, policy) {
            Self::Clear => match event {
                PaymentEvent::PaymentFailed {
                    charge: Charge::Scheduled,
                } => Self::Grace { failed_at: now },
                PaymentEvent::PaymentFailed {
                    charge: Charge::OnDemand,
                }
                | PaymentEvent::PaymentSucceeded { left: _ }
                | PaymentEvent::PaymentProcessing => Self::Clear,
            },
            Self::Grace { failed_at } => match event {
                PaymentEvent::PaymentSucceeded { left } => paid_in_grace(failed_at, left, now),
                PaymentEvent::PaymentFailed {
                    charge: Charge::Scheduled | Charge::OnDemand,
                }
                | PaymentEvent::PaymentProcessing => Self::Grace { failed_at },
            },
            Self::Locked { failed_at } => match event {
                PaymentEvent::PaymentSucceeded { left } => paid_in_lock(failed_at, left),
                PaymentEvent::PaymentFailed {
                    charge: Charge::Scheduled | Charge::OnDemand,
                }
                | PaymentEvent::PaymentProcessing => Self::Locked { failed_at },
            },
        };
        next.at(now, policy)
    }

    /// When the account is cancelled if nothing is paid; `None` when nothing has failed.
    pub fn cancels_at(self, policy: &Policy) -> Option<DateTime<Utc>> {
        match self {
            Self::Clear => None,
            Self::Grace { failed_at } | Self::Locked { failed_at } => {
                Some(cancels_at(failed_at, policy))
            }
        }
    }
}

/// When grace ends and the lock begins: 10 days after the failure (SPEC R12, row 15).
pub fn grace_ends_at(failed_at: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
    days_after(failed_at, policy.grace_days)
}

/// When the lock ends in cancellation: 14 days after it began, 24 after the failure.
///
/// **Source.** SPEC R12, row 17, A24, A25.
///
/// # Worked example
///
/// ```
/// # use billing::{catalog::policy::Policy, account::dunning::cancels_at};
/// let cancels = |failed: &str| cancels_at(failed.parse().unwrap(), &Policy::default()).to_rfc3339();
/// assert_eq!(cancels("2025-07-01T00:05:00Z"), "2025-07-25T00:05:00+00:00");
/// assert_eq!(cancels("2024-02-25T00:00:00Z"), "2024-03-20T00:00:00+00:00");
/// ```
pub fn cancels_at(failed_at: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
    days_after(grace_ends_at(failed_at, policy), policy.lock_days)
}

/// Grace ends unless another invoice has failed; then the clock of that one counts (row 14, A64).
fn paid_in_grace(failed_at: DateTime<Utc>, left: Outstanding, now: DateTime<Utc>) -> Dunning {
    match left {
        Outstanding::Nothing | Outstanding::NotFailed => Dunning::Clear,
        Outstanding::Failed { since } => Dunning::Grace {
            failed_at: since.min(now).max(failed_at),
        },
    }
}

/// The lock ends when nothing is unpaid any more (row 16).
const fn paid_in_lock(failed_at: DateTime<Utc>, left: Outstanding) -> Dunning {
    match left {
        Outstanding::Nothing => Dunning::Clear,
        Outstanding::NotFailed | Outstanding::Failed { since: _ } => Dunning::Locked { failed_at },
    }
}

/// The dunning event for an outcome; `left` is what is unpaid after it.
///
/// **Rule.** A debit that is declined, withdrawn or not confirmed has failed. A debit that is being
/// processed has not failed, and neither has one whose outcome is unknown.
/// **Source.** SPEC R12, R17, R19.
///
/// ```
/// # use billing::{invoicing::collection::{Outcome, Outstanding}, account::dunning::dunning_event};
/// # use billing::account::dunning::{Charge, PaymentEvent};
/// let failed = PaymentEvent::PaymentFailed { charge: Charge::Scheduled };
/// let event = |outcome| dunning_event(outcome, Charge::Scheduled, Outstanding::Nothing);
/// assert_eq!(event(Outcome::Paid), PaymentEvent::PaymentSucceeded { left: Outstanding::Nothing });
/// for outcome in [Outcome::Processing, Outcome::Unknown] {
///     assert_eq!(event(outcome), PaymentEvent::PaymentProcessing);
/// }
/// for outcome in [Outcome::Declined, Outcome::Withdrawn, Outcome::NotConfirmed] {
///     assert_eq!(event(outcome), failed);
/// }
/// ```
pub const fn dunning_event(outcome: Outcome, charge: Charge, left: Outstanding) -> PaymentEvent {
    match outcome {
        Outcome::Paid => PaymentEvent::PaymentSucceeded { left },
        Outcome::Processing | Outcome::Unknown => PaymentEvent::PaymentProcessing,
        Outcome::Declined | Outcome::Withdrawn | Outcome::NotConfirmed => {
            PaymentEvent::PaymentFailed { charge }
        }
    }
}

/// The invoices that a page asks to pay now, the oldest first.
///
/// **Rule.** In grace the one that failed first; in the lock all of them, also those that fell due
/// meanwhile. An invoice with a pending debit is not requested a second time.
/// **Source.** SPEC R12.
/// **Silent on** two that are equally old: in the order of the list (A64).
///
/// # Worked example
///
/// ```
/// # use billing::{invoicing::collection::{OpenInvoice, Progress}, account::dunning::to_pay};
/// # use billing::account::dunning::Dunning;
/// let failed_at = "2025-07-01T00:05:00Z".parse().unwrap();
/// let july = OpenInvoice {
///     id: "July",
///     issued_at: "2025-07-01T00:00:00Z".parse().unwrap(),
///     progress: Progress::Failed { at: failed_at },
/// };
/// let extra = OpenInvoice {
///     id: "extra",
///     issued_at: "2025-07-12T00:00:00Z".parse().unwrap(),
///     progress: Progress::Issued,
/// };
/// let ids = |dunning| {
///     to_pay(dunning, &[extra, july]).iter().map(|invoice| invoice.id).collect::<Vec<_>>()
/// };
/// assert_eq!(ids(Dunning::Grace { failed_at }), ["July"]);
/// assert_eq!(ids(Dunning::Locked { failed_at }), ["July", "extra"]);
/// assert!(ids(Dunning::Clear).is_empty());
/// ```
pub fn to_pay<Id>(dunning: Dunning, open: &[OpenInvoice<Id>]) -> Vec<&OpenInvoice<Id>> {
    let mut due: Vec<_> = open
        .iter()
        .filter(|invoice| match invoice.progress {
            Progress::Issued | Progress::AwaitsPayer => matches!(dunning, Dunning::Locked { .. }),
            Progress::Processing { .. } => false,
            Progress::Failed { .. } => !matches!(dunning, Dunning::Clear),
        })
        .collect();
    due.sort_by_key(|invoice| {
        let issued_at = invoice.issued_at;
        (invoice.progress.failed_at().unwrap_or(issued_at), issued_at)
    });
    match dunning {
        Dunning::Clear | Dunning::Locked { .. } => {}
        Dunning::Grace { .. } => due.truncate(1),
    }
    due
}

#[cfg(test)]
mod machine_tests;
