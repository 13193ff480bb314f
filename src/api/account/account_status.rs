//! The account status: what works, why the rest does not, what is unpaid, what happens next.

use billing::Money;
use billing::account::deadline::DeadlineKind;
use billing::account::lifecycle::Lifecycle;
use billing::account::notice::Access;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::account::leaving::Requested;
use crate::plan::subscription::ScheduledKind;

/// The account status as the server computes it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountStatus {
    /// The server's current time; in the sandbox it can be moved.
    pub now: DateTime<Utc>,
    /// Offset of the organization's time zone, in minutes east of UTC.
    pub offset_minutes: i32,
    /// Whether the server runs with `--sandbox`, so that its clock can be moved.
    pub sandbox: bool,
    /// The account's lifecycle. Failed payments and usage locks are notices of [`AccountStatus::access`].
    pub lifecycle: Lifecycle,
    /// What the account may do, and why the rest is refused.
    pub access: Access,
    /// What happens next if nobody acts, the nearest first.
    pub coming: Vec<Coming>,
    /// What is unpaid; `None` when nothing is, or when the role may not see it.
    pub outstanding: Option<Outstanding>,
    /// The usage of the current period, while it is above the tier limit.
    pub over_limit: Option<OverLimit>,
    /// The percentage of the limit above which usage locks the dashboard; `None` when the role may not see
    /// it, and for a cancelled account.
    pub lock_percent: Option<u64>,
    /// During a usage lock, the higher tiers that lift it; empty when only sales can help.
    pub curing_tiers: Vec<CuringTier>,
    /// A payment that waits for the person's confirmation at the bank (SPEC R17).
    pub authentication: Option<Authentication>,
    /// During a pause, the request to end it; `None` when nobody has asked yet.
    pub reactivation: Option<Requested>,
}

/// A tier that lifts a usage lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CuringTier {
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// What the upgrade costs now, tax included.
    pub total: Money,
}

/// A payment that waits for the person's confirmation at the bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authentication {
    /// The invoice that it pays, or `None` if it pays an order.
    pub invoice: Option<InvoiceNumber>,
    /// The amount of the payment.
    pub amount: Money,
    /// The instant after which the unconfirmed payment fails.
    pub expires: DateTime<Utc>,
}

/// Something that happens by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coming {
    /// The day, in the organization's zone.
    pub day: NaiveDate,
    /// The instant; `None` when only the day is expected.
    pub at: Option<DateTime<Utc>>,
    /// The rule of SPEC.md that says so, such as `R12`.
    pub rule: String,
    /// What happens.
    pub what: What,
}

/// What can happen by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A deadline passes.
    Deadline(DeadlineKind),
    /// A scheduled change takes effect.
    Change(ScheduledKind),
    /// A usage alert, if usage goes on as it does: the percentage of the limit that it reaches.
    Alert(u64),
}

/// The unpaid invoices and their sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outstanding {
    /// The sum of all unpaid invoices.
    pub total: Money,
    /// What has to be paid by hand: what has failed, and what the bank does not debit without its
    /// payer. Zero when there is none.
    pub due: Money,
    /// The unpaid invoices, the oldest first.
    pub invoices: Vec<Unpaid>,
}

/// An invoice that is not paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unpaid {
    /// The invoice number.
    pub number: InvoiceNumber,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The invoice total, tax included.
    pub total: Money,
    /// Whether it has to be paid by hand.
    pub is_due: bool,
}

/// Usage above the limit; a pop-up shows it to admins once per period and tier (SPEC R10, 4.11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverLimit {
    /// The first day of the period.
    pub period_start: NaiveDate,
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// The usage of the period so far, in MAU.
    pub usage: u64,
    /// The highest threshold that it has reached, in percent of the limit.
    pub percent: u64,
    /// The lowest tier that holds the usage; `None` above the largest tier, where Enterprise is the plan.
    pub fits: Option<FittingTier>,
    /// The MAU limit of the largest tier.
    pub largest: u64,
}

/// A tier that holds the usage, and what the account pays for overage without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittingTier {
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// How much more a month of it costs than the tier in force, before tax.
    pub dearer_by: Money,
    /// The overage of the month so far, before tax.
    pub overage: Money,
}
