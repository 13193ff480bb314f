//! The inputs of a month close.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::catalog::policy::OverageLock;
use crate::invoicing::collection::CollectingRule;
use crate::invoicing::invoice::{BookVersion, Note};
use crate::period::BillingPeriod;
use crate::pricing::priced_account::PricedAccount;
use crate::pricing::tax::RoundOff;
use crate::text::OrganizationId;

/// A month of an account that is to be closed.
#[derive(Debug, Clone)]
pub struct Closing<'a> {
    /// The id of the organization.
    pub organization: &'a OrganizationId,
    /// The month to close.
    pub period: BillingPeriod,
    /// The first month that is not closed yet.
    pub first_open: BillingPeriod,
    /// The offset of the organization's zone, in minutes east of UTC.
    pub offset_minutes: i32,
    /// Prices, subscription, billing cycle and usage at the end of the month, for any day of it.
    pub account: PricedAccount<'a>,
    /// Whether the account is running at the end of the month.
    pub life: Life,
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

/// Whether an account is running at the end of its month. Its billing cycle tells whether it is in trial.
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
