//! Collection: when an invoice may be debited, whether the payer must confirm, and which invoices are
//! paid next (SPEC R12, R15, R17).

use alloc::vec::Vec;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Condition;
use crate::access::cure::Refused;
use crate::catalog::policy::Policy;
use crate::money::{Currency, CurrencyCode};
use crate::period::later;

mod attempt;
mod authentication;

pub use attempt::{AttemptState, GatewayAnswer, Unconfirmed};
pub use authentication::{
    Authentication, Debit, Occasion, Source, authentication, authentication_expires_at,
};

/// When an invoice is collected (SPEC R15, R17).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectingRule {
    /// At issue: cards in dollars.
    #[default]
    AtOnce,
    /// A number of hours after the notice to the payer: mandates in rupees.
    AfterNotice {
        /// The hours after the notice; 24 unless the regulator changes it.
        hours: u16,
    },
}

impl CollectingRule {
    /// Rupee mandates: the payer receives a notice 24 hours before the debit (SPEC R17, A35).
    pub const RUPEE_MANDATE: Self = Self::AfterNotice { hours: 24 };

    /// How the invoices of a currency are collected.
    ///
    /// **Rule.** Rupees by mandate, after the notice to the payer; everything else at issue.
    /// **Source.** SPEC R15 step 7, R17, A35.
    ///
    /// ```
    /// # use billing::{Currency, invoicing::collection::CollectingRule, catalog::policy::Policy};
    /// let of = |code| CollectingRule::of(Currency::new(code, 2).unwrap(), &Policy::default());
    /// assert_eq!(of("USD"), CollectingRule::AtOnce);
    /// assert_eq!(of("INR"), CollectingRule::RUPEE_MANDATE);
    /// ```
    pub fn of(currency: Currency, policy: &Policy) -> Self {
        match currency.code() {
            CurrencyCode::INR => Self::AfterNotice {
                hours: policy.predebit_hours,
            },
            _ => Self::AtOnce,
        }
    }

    /// The earliest instant at which an invoice may be debited.
    ///
    /// **Rule.** At once, or some hours after the notice, which is sent with the invoice.
    /// **Source.** SPEC R17, R15 step 7, A35.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::invoicing::collection::CollectingRule;
    /// let issued = "2025-07-01T00:00:00Z".parse().unwrap();
    /// let debit = |rule: CollectingRule| rule.debit_at(issued).to_rfc3339();
    /// assert_eq!(debit(CollectingRule::RUPEE_MANDATE), "2025-07-02T00:00:00+00:00");
    /// assert_eq!(debit(CollectingRule::AtOnce), "2025-07-01T00:00:00+00:00");
    /// ```
    pub fn debit_at(self, issued_at: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::AtOnce => issued_at,
            Self::AfterNotice { hours } => later(issued_at, TimeDelta::hours(i64::from(hours))),
        }
    }
}

/// The outcome of a debit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The debit succeeded.
    Paid,
    /// The bank is processing it; eNACH may take until the next working day.
    Processing,
    /// The outcome is unknown: the gateway did not respond.
    Unknown,
    /// The bank declined the debit.
    Declined,
    /// The payer opted out after the notice, or withdrew the mandate.
    Withdrawn,
    /// The payer did not confirm the debit in time.
    NotConfirmed,
}

/// An issued invoice that is not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenInvoice<Id> {
    /// The id of the invoice.
    pub id: Id,
    /// When the invoice was issued.
    pub issued_at: DateTime<Utc>,
    /// The progress of its collection.
    pub progress: Progress,
}

/// The progress of an open invoice's collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Progress {
    /// No debit has been tried.
    Issued,
    /// No debit has been tried, and the payer has to confirm it at the bank. Without that it counts as
    /// failed when it falls due (SPEC R17, A114).
    AwaitsPayer,
    /// A debit is pending.
    Processing {
        /// When the invoice first failed; `None` when it has not.
        failed_at: Option<DateTime<Utc>>,
    },
    /// A debit has failed.
    Failed {
        /// When the first debit failed; a retry does not move it.
        at: DateTime<Utc>,
    },
}

impl Progress {
    /// When the invoice first failed.
    pub(crate) const fn failed_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Issued | Self::AwaitsPayer => None,
            Self::Processing { failed_at } => failed_at,
            Self::Failed { at } => Some(at),
        }
    }
}

/// What is unpaid, as far as dunning and pauses depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Outstanding {
    /// Nothing is unpaid.
    Nothing,
    /// Invoices are unpaid, but none has failed.
    NotFailed,
    /// Invoices are unpaid, and at least one has failed.
    Failed {
        /// When the earliest failed invoice failed.
        since: DateTime<Utc>,
    },
}

impl Outstanding {
    /// Summarises a list of open invoices.
    pub fn of<Id>(open: &[OpenInvoice<Id>]) -> Self {
        match open
            .iter()
            .filter_map(|invoice| invoice.progress.failed_at())
            .min()
        {
            Some(since) => Self::Failed { since },
            None if open.is_empty() => Self::Nothing,
            None => Self::NotFailed,
        }
    }

    /// Refuses an action that must wait until everything is paid (A39).
    pub(crate) const fn settled(self) -> Result<(), Refused> {
        match self {
            Self::Nothing => Ok(()),
            Self::NotFailed | Self::Failed { since: _ } => Err(Refused::OpenDebt),
        }
    }
}

/// The invoices that a payment by hand covers, the oldest first.
///
/// **Rule.** Every invoice that has failed or that the payer must confirm; in the lock and in a pause
/// every open one. An invoice with a pending debit is not paid a second time, and any other invoice that
/// still falls due by itself is left to its debit.
/// **Source.** SPEC R12, R13, R17, 4.7.
/// **Silent on** failed invoices of an account that is not in dunning, such as that of a pause: they
/// can be paid (A113).
///
/// # Worked example
///
/// ```
/// # use billing::access::Condition;
/// # use billing::invoicing::collection::{OpenInvoice, Progress, pay_now};
/// let failed_at = "2025-07-01T00:05:00Z".parse().unwrap();
/// let open = |id, issued: &str, progress| OpenInvoice {
///     id,
///     issued_at: issued.parse().unwrap(),
///     progress,
/// };
/// let invoices = [
///     open("September", "2025-09-01T00:00:00Z", Progress::Issued),
///     open("July", "2025-07-01T00:00:00Z", Progress::Failed { at: failed_at }),
///     open("August", "2025-08-01T00:00:00Z", Progress::Processing { failed_at: None }),
///     open("large", "2025-09-02T00:00:00Z", Progress::AwaitsPayer),
/// ];
/// let ids = |conditions: &[Condition]| {
///     pay_now(conditions, &invoices).iter().map(|one| one.id).collect::<Vec<_>>()
/// };
/// assert_eq!(ids(&[Condition::Active]), ["July", "large"]);
/// assert_eq!(ids(&[Condition::Active, Condition::Grace]), ["July", "large"]);
/// assert_eq!(ids(&[Condition::Active, Condition::PaymentLock]), ["July", "September", "large"]);
/// assert_eq!(ids(&[Condition::Paused]), ["July", "September", "large"]);
/// ```
pub fn pay_now<'a, Id>(
    conditions: &[Condition],
    open: &'a [OpenInvoice<Id>],
) -> Vec<&'a OpenInvoice<Id>> {
    let mut conditions = conditions.iter();
    let everything = conditions.any(|condition| match condition {
        Condition::PaymentLock | Condition::Paused => true,
        Condition::Trial
        | Condition::Active
        | Condition::Grace
        | Condition::TrialBillingMissing
        | Condition::TrialExpired
        | Condition::OverageLock
        | Condition::AnnualSoft
        | Condition::Cancelled => false,
    });
    let mut due: Vec<_> = open
        .iter()
        .filter(|invoice| match invoice.progress {
            Progress::Issued => everything,
            Progress::Processing { .. } => false,
            Progress::Failed { .. } | Progress::AwaitsPayer => true,
        })
        .collect();
    due.sort_by_key(|invoice| invoice.issued_at);
    due
}

/// The invoices to debit again after another payment method became the default, the oldest first.
///
/// **Rule.** Every invoice that has failed. An invoice with a pending debit is left to that debit, and
/// one that was not tried yet falls due by itself.
/// **Source.** SPEC R12, A19.
///
/// # Worked example
///
/// July has failed, the outcome of August's debit is unknown, September is due tomorrow.
///
/// ```
/// # use billing::invoicing::collection::{OpenInvoice, Progress, to_retry};
/// let failed_at = "2025-07-01T00:05:00Z".parse().unwrap();
/// let open = |id, issued: &str, progress| OpenInvoice {
///     id,
///     issued_at: issued.parse().unwrap(),
///     progress,
/// };
/// let invoices = [
///     open("September", "2025-09-01T00:00:00Z", Progress::Issued),
///     open("August", "2025-08-01T00:00:00Z", Progress::Processing { failed_at: Some(failed_at) }),
///     open("July", "2025-07-01T00:00:00Z", Progress::Failed { at: failed_at }),
/// ];
/// let ids: Vec<_> = to_retry(&invoices).iter().map(|invoice| invoice.id).collect();
/// assert_eq!(ids, ["July"]);
/// ```
pub fn to_retry<Id>(open: &[OpenInvoice<Id>]) -> Vec<&OpenInvoice<Id>> {
    let failed = |invoice: &&OpenInvoice<Id>| match invoice.progress {
        Progress::Failed { .. } => true,
        Progress::Issued | Progress::AwaitsPayer | Progress::Processing { .. } => false,
    };
    let mut due: Vec<_> = open.iter().filter(failed).collect();
    due.sort_by_key(|invoice| invoice.issued_at);
    due
}

#[cfg(test)]
mod attempt_tests;
#[cfg(test)]
mod cases_tests;
