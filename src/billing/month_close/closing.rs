//! What has to be known to close a month.

use alloc::vec::Vec;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::turn::Turn;
use crate::account_state::AccountState;
use crate::accrued_overage::Measure;
use crate::annual::{AnnualTerm, AnnualTerms, Pool};
use crate::invoice::{BookVersion, Note};
use crate::lifecycle::Lifecycle;
use crate::money::Currency;
use crate::period::BillingPeriod;
use crate::policy::{OverageLock, Policy};
use crate::quote::PricedAccount;
use crate::tax::RoundOff;
use crate::usage_lock::UsageLock;

/// A month of an account that is to be closed.
#[derive(Debug, Clone)]
pub struct Closing<'a> {
    /// The organization.
    pub organization: &'a str,
    /// The month.
    pub period: BillingPeriod,
    /// The first month that is not closed yet.
    pub first_open: BillingPeriod,
    /// Where the organization's days begin, in minutes east of UTC.
    pub offset_minutes: i32,
    /// Prices, subscription and usage as the month ends. Its day is not looked at.
    pub account: PricedAccount<'a>,
    /// Whether the account is running as the month ends.
    pub life: Life,
    /// How it is charged.
    pub cycle: Cycle,
    /// How it is charged from the next 1st on; within a term, from the term's end on.
    pub coming: Frequency,
    /// Whether an order still waits for its payment.
    pub order: OpenOrder,
    /// Whether the dashboard is locked for its usage already.
    pub dashboard_lock: DashboardLock,
    /// The alert percentages that were recorded in this month (SPEC R10).
    pub latches: &'a [u64],
    /// The prices' version, for the invoice.
    pub book: BookVersion,
    /// What is printed below the invoice's total.
    pub notes: Vec<Note>,
    /// What is set for the organization.
    pub policy: ClosePolicy,
}

impl<'a> Closing<'a> {
    /// The account whose month changes.
    pub(super) const fn turn(&'a self) -> Turn<'a> {
        Turn {
            account: &self.account,
            period: self.period,
            cycle: self.cycle,
            coming: self.coming,
        }
    }
}

/// What can be set about the month change (SPEC 9).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosePolicy {
    /// What follows from usage above the lock percentage.
    pub overage_lock: OverageLock,
    /// When an invoice is collected.
    pub collecting: CollectingRule,
    /// Whether totals are made whole.
    pub round_off: RoundOff,
}

/// When an invoice is collected (SPEC R15, R17).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectingRule {
    /// As it is issued: cards in dollars.
    #[default]
    AtOnce,
    /// So many hours after the payer was told: mandates in rupees.
    AfterNotice {
        /// The hours; 24 unless the regulator says otherwise.
        hours: u32,
    },
}

impl CollectingRule {
    /// Rupee mandates: the bank tells the payer 24 hours ahead (SPEC R17, A35).
    pub const RUPEE_MANDATE: Self = Self::AfterNotice { hours: 24 };

    /// How the invoices of a currency are collected.
    ///
    /// **Rule.** Rupees by mandate, when the payer has had notice; everything else as it is issued.
    /// **Source.** SPEC R15 step 7, R17, A35.
    ///
    /// ```
    /// # use billing::{Currency, month_close::CollectingRule, policy::Policy};
    /// let of = |code| CollectingRule::of(Currency::new(code, 2).unwrap(), &Policy::default());
    /// assert_eq!(of("USD"), CollectingRule::AtOnce);
    /// assert_eq!(of("INR"), CollectingRule::RUPEE_MANDATE);
    /// ```
    pub fn of(currency: Currency, policy: &Policy) -> Self {
        match currency.code() {
            "INR" => Self::AfterNotice {
                hours: u32::from(policy.predebit_hours),
            },
            _ => Self::AtOnce,
        }
    }
}

/// Whether an account is running as its month ends. Whether it is in trial, its subscription says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// In trial, or charged.
    Running,
    /// Paused: nothing is charged, and what is scheduled stays as it is (SPEC R13).
    Paused,
    /// It ends at the very instant at which the month does: nobody is charged for what nobody has
    /// (A170).
    Ending,
    /// Gone, and settled by a final invoice (SPEC R14).
    Cancelled,
}

impl Life {
    /// The life as a month ends at an instant.
    ///
    /// **Rule.** As it was before that instant; one that ends with the month is not charged for the
    /// next, nor sent one more bill for this one.
    /// **Source.** SPEC R2.
    /// **Silent on** an account that time ends on a 1st: A170.
    ///
    /// # Worked example
    ///
    /// A pause that began on 2 May at midnight ends with June.
    ///
    /// ```
    /// # use billing::{policy::Policy, account_state::AccountState, month_close::Life};
    /// let paused: AccountState = serde_json::from_str(r#"{
    ///     "lifecycle": {"paused": {"at": "2025-05-02T00:00:00Z"}},
    ///     "dunning": "clear",
    ///     "usage_lock": {"clear": {"lifted_until": null}},
    ///     "as_of": "2025-05-02T00:00:00Z"
    /// }"#).unwrap();
    /// let life = |end: &str| Life::as_month_ends(&paused, end.parse().unwrap(), &Policy::default());
    /// assert_eq!(life("2025-06-01T00:00:00Z"), Life::Paused);
    /// assert_eq!(life("2025-07-01T00:00:00Z"), Life::Ending);
    /// ```
    pub fn as_month_ends(state: &AccountState, at: DateTime<Utc>, policy: &Policy) -> Self {
        let before = Self::of(state.before(at, policy).lifecycle());
        let after = Self::of(state.at(at, policy).lifecycle());
        match (before, after) {
            (Self::Running | Self::Paused, Self::Cancelled) => Self::Ending,
            (before, _) => before,
        }
    }

    const fn of(lifecycle: Lifecycle) -> Self {
        match lifecycle {
            Lifecycle::Trial { .. } | Lifecycle::Active { .. } => Self::Running,
            Lifecycle::Paused { .. } => Self::Paused,
            Lifecycle::Cancelled { .. } => Self::Cancelled,
        }
    }
}

/// How often an account is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// Every month.
    Monthly,
    /// Once a term, so long and at this discount.
    Annual(AnnualTerms),
}

/// How an account is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// Every month, for usage since this day: the 1st, or the day on which a trial or a pause
    /// ended.
    Monthly {
        /// The first day whose usage counts.
        counted_from: NaiveDate,
    },
    /// A term in advance (SPEC R9).
    Annual {
        /// What was agreed for it.
        terms: AnnualTerms,
        /// The term that the month belongs to.
        term: AnnualTerm,
        /// Its pool, without this month.
        pool: Pool,
    },
}

impl Cycle {
    pub(crate) const fn measure(&self) -> Measure {
        match self {
            Self::Monthly { counted_from } => Measure::Since(*counted_from),
            Self::Annual { pool, .. } => Measure::Pooled(*pool),
        }
    }
}

/// Whether an order waits for its payment as the month ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenOrder {
    /// None does.
    None,
    /// One does. It belongs to this month, so the month waits for it (SPEC R19).
    AwaitsPayment,
}

/// Whether the dashboard is locked for usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DashboardLock {
    /// It is not.
    Clear,
    /// It is. It stays so, whatever the next month brings (SPEC R11, A8).
    Locked,
    /// The operator has lifted it for this month.
    Lifted,
}

impl From<UsageLock> for DashboardLock {
    fn from(lock: UsageLock) -> Self {
        match lock {
            UsageLock::Clear { lifted_until: None } => Self::Clear,
            UsageLock::Clear {
                lifted_until: Some(_),
            } => Self::Lifted,
            UsageLock::Overage { .. } | UsageLock::AnnualSoft { .. } => Self::Locked,
        }
    }
}
