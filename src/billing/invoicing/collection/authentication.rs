//! Whether the payer must confirm a debit with an additional factor (SPEC R17).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::catalog::policy::Policy;
use crate::money::Money;
use crate::period::later;

/// The properties of a debit that decide whether the payer must confirm it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debit {
    /// The whole debit, tax included.
    pub amount: Money,
    /// The payment method that is debited.
    pub source: Source,
    /// The occasion of the debit.
    pub occasion: Occasion,
}

/// The kind of payment method that is debited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A debit or credit card.
    Card,
    /// A mandate on a bank account (eNACH), which the bank itself has authorised.
    BankMandate,
}

/// The occasion of a debit (SPEC R17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// The first debit with this mandate, its registration included.
    First,
    /// A scheduled debit under a mandate that has been used before.
    Recurring,
    /// A debit that an admin starts: an upgrade, an add-on, a retry.
    OneTime,
}

/// Whether the payer must confirm a debit with an additional factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// The payer must confirm it.
    Needed,
    /// No confirmation is needed.
    NotNeeded,
}

/// Whether the payer must confirm a debit on `day`.
///
/// **Rule.** In a currency with a limit, a card's first debit and each one-time debit must be
/// confirmed; a recurring one only strictly above the limit, tax included.
/// **Source.** SPEC R17, A36.
/// **Silent on** a day before the first known limit: everything is confirmed (A60).
///
/// # Worked example
///
/// ₹14,000 and GST are ₹16,520: confirmed each month. ₹6,000 and GST are ₹7,080: not confirmed.
///
/// ```
/// # use billing::{Currency, Money, catalog::policy::Policy};
/// # use billing::invoicing::collection::{Authentication, Debit, Occasion, Source, authentication};
/// let inr = Currency::new("INR", 2).unwrap();
/// let monthly = |minor| Debit {
///     amount: Money::new(minor, inr),
///     source: Source::Card,
///     occasion: Occasion::Recurring,
/// };
/// let day = "2025-07-02".parse().unwrap();
/// let needed = |minor| authentication(&monthly(minor), day, &Policy::default());
/// assert_eq!(needed(1_652_000), Authentication::Needed);
/// assert_eq!(needed(708_000), Authentication::NotNeeded);
/// assert_eq!(needed(1_500_000), Authentication::NotNeeded);
/// assert_eq!(needed(1_500_001), Authentication::Needed);
/// ```
pub fn authentication(debit: &Debit, day: NaiveDate, policy: &Policy) -> Authentication {
    let currency = debit.amount.currency();
    let mut limits = policy
        .afa_limits
        .iter()
        .filter(|limit| limit.currency == currency.code())
        .peekable();
    if limits.peek().is_none() {
        return Authentication::NotNeeded;
    }
    let in_force = limits
        .filter(|limit| limit.effective_from <= day)
        .max_by_key(|limit| limit.effective_from);
    match (debit.source, debit.occasion, in_force) {
        (Source::BankMandate, Occasion::First | Occasion::Recurring | Occasion::OneTime, _) => {
            Authentication::NotNeeded
        }
        (Source::Card, Occasion::Recurring, Some(limit))
            if debit.amount.minor() <= limit.limit_minor =>
        {
            Authentication::NotNeeded
        }
        (Source::Card, Occasion::First | Occasion::Recurring | Occasion::OneTime, _) => {
            Authentication::Needed
        }
    }
}

/// When an unfinished authentication at the bank counts as failed: after 30 minutes (R19).
pub fn authentication_expires_at(started_at: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
    later(
        started_at,
        TimeDelta::minutes(i64::from(policy.authentication_minutes)),
    )
}
