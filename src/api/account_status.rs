//! How an account stands: what works, why the rest does not, what is unpaid, what comes next.

use billing::access::Access;
use billing::deadline::DeadlineKind;
use billing::lifecycle::Lifecycle;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::leaving::Requested;
use crate::subscription::ScheduledKind;

/// How an account stands, as the server sees it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountStatus {
    /// The server's time.
    pub now: DateTime<Utc>,
    /// The organization's zone, in minutes east of UTC.
    pub offset_minutes: i32,
    /// Whether the server is a sandbox, whose clock can be moved.
    pub sandbox: bool,
    /// Its life. Failed payments and usage locks are notices of [`AccountStatus::access`].
    pub lifecycle: Lifecycle,
    /// What works, and why the rest does not.
    pub access: Access,
    /// What comes next if nobody acts, the nearest first.
    pub coming: Vec<Coming>,
    /// What is unpaid; none where nothing is, or where the role does not show it.
    pub outstanding: Option<Outstanding>,
    /// The month's usage, while it is above the limit of the tier.
    pub over_limit: Option<OverLimit>,
    /// During a lock for usage, the higher tiers that open it; none of them where only sales can help.
    pub curing_tiers: Vec<CuringTier>,
    /// A payment that waits for the person's confirmation at the bank (SPEC R17).
    pub authentication: Option<Authentication>,
    /// During a pause, the request for its end; none where nobody has asked yet.
    pub reactivation: Option<Requested>,
}

/// A tier that opens a lock for usage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CuringTier {
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// What the upgrade costs now, with tax.
    pub total: String,
    /// The currency.
    pub currency: String,
}

/// A payment that waits for the person's confirmation at the bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authentication {
    /// The invoice that it pays, or `None` if it pays an order.
    pub invoice: Option<String>,
    /// How much.
    pub amount: String,
    /// The currency.
    pub currency: String,
    /// When it fails.
    pub expires: DateTime<Utc>,
}

/// Something that comes by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coming {
    /// The day, in the organization's zone.
    pub day: NaiveDate,
    /// The instant; none where only the day is expected.
    pub at: Option<DateTime<Utc>>,
    /// The rule of the documents that says so.
    pub rule: String,
    /// What comes.
    pub what: What,
}

/// What comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A deadline.
    Deadline(DeadlineKind),
    /// A change that waits.
    Change(ScheduledKind),
    /// An alert, if usage goes on as it does: the percentage of the limit that is reached.
    Alert(u64),
}

/// What is unpaid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outstanding {
    /// The currency.
    pub currency: String,
    /// The sum of all unpaid invoices.
    pub total: String,
    /// What has to be paid by hand: what has failed, and what the bank does not debit without its
    /// payer. Zero where nothing is.
    pub due: String,
    /// The unpaid invoices, the oldest first.
    pub invoices: Vec<Unpaid>,
}

/// An invoice that is not paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unpaid {
    /// Its number.
    pub number: String,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// Its total.
    pub total: String,
    /// Whether it has to be paid by hand.
    pub is_due: bool,
}

/// Usage above the limit, which a pop-up tells admins once per period and tier (SPEC R10, 4.11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverLimit {
    /// The first day of the period.
    pub period_start: NaiveDate,
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// The usage.
    pub usage: u64,
    /// The highest threshold that it has reached, in percent of the limit.
    pub percent: u64,
    /// The lowest tier that holds it; none above the largest, where Enterprise is the plan for it.
    pub fits: Option<FittingTier>,
    /// The limit of the largest tier.
    pub largest: u64,
}

/// A tier that holds the usage, beside what going without it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittingTier {
    /// The tier, by its MAU limit.
    pub tier: u64,
    /// By how much a month of it is dearer, before tax.
    pub dearer_by: String,
    /// The overage of the month so far, before tax.
    pub overage: String,
    /// The currency of both.
    pub currency: String,
}
