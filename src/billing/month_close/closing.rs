//! The inputs of a month close.

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
    /// The id of the organization.
    pub organization: &'a str,
    /// The month to close.
    pub period: BillingPeriod,
    /// The first month that is not closed yet.
    pub first_open: BillingPeriod,
    /// The offset of the organization's zone, in minutes east of UTC.
    pub offset_minutes: i32,
    /// Prices, subscription and usage at the end of the month. `account.day` is not used.
    pub account: PricedAccount<'a>,
    /// Whether the account is running at the end of the month.
    pub life: Life,
    /// How the account is charged in this month.
    pub cycle: Cycle,
    /// How the account is charged from the next 1st on; within a term, from the term's end on.
    pub coming: Frequency,
    /// Whether an order still waits for its payment.
    pub order: OpenOrder,
    /// Whether the dashboard is already locked for usage.
    pub dashboard_lock: DashboardLock,
    /// The alert percentages that were recorded in this month (SPEC R10).
    pub latches: &'a [u64],
    /// The version of the price book, for the invoice.
    pub book: BookVersion,
    /// The texts printed below the invoice's total.
    pub notes: Vec<Note>,
    /// The configuration of the month change.
    pub policy: ClosePolicy,
}

impl<'a> Closing<'a> {
    /// The account as input of the month change.
    pub(super) const fn turn(&'a self) -> Turn<'a> {
        Turn {
            account: &self.account,
            period: self.period,
            cycle: self.cycle,
            coming: self.coming,
        }
    }
}

/// The configuration of the month change (SPEC 9).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosePolicy {
    /// When usage above the lock percentage locks the dashboard.
    pub overage_lock: OverageLock,
    /// When an invoice is collected.
    pub collecting: CollectingRule,
    /// Whether totals are rounded to whole units.
    pub round_off: RoundOff,
}

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
        hours: u32,
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

/// Whether an account is running at the end of its month. Its subscription tells whether it is in trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// In trial, or charged.
    Running,
    /// Paused: nothing is charged, and scheduled changes stay scheduled (SPEC R13).
    Paused,
    /// The account ends at the same instant as the month: a month that the account will not have is not
    /// charged (A170).
    Ending,
    /// Cancelled, and settled by a final invoice (SPEC R14).
    Cancelled,
}

impl Life {
    /// The life of an account whose month ends at an instant.
    ///
    /// **Rule.** The state just before that instant. An account that ends together with the month is not
    /// charged for the next month, and gets no further invoice for this one.
    /// **Source.** SPEC R2.
    /// **Silent on** an account that time ends on a 1st: A170.
    ///
    /// # Worked example
    ///
    /// A pause that began on 2 May at midnight ends together with June.
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
    /// Once per term, on these terms.
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
        /// The length of the term and the discount.
        terms: AnnualTerms,
        /// The term that contains the month.
        term: AnnualTerm,
        /// The pool of the term, before this month is counted.
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

/// Whether an order waits for its payment when the month ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenOrder {
    /// No order waits.
    None,
    /// An order waits. It belongs to this month, so the close waits for it (SPEC R19).
    AwaitsPayment,
}

/// Whether the dashboard is locked for usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DashboardLock {
    /// The dashboard is not locked.
    Clear,
    /// The dashboard is locked, and the next month does not unlock it (SPEC R11, A8).
    Locked,
    /// The operator has lifted the lock for this month.
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
