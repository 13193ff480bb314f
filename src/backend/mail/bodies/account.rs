//! Facts about a pause, a reactivation and the end of an account (SPEC R13, R14).

use billing::access::Condition;
use billing::account::lifecycle::{Cause, Lifecycle};
use billing::invoicing::invoice::InvoiceNumber;
use chrono::NaiveDate;
use serde::Serialize;

use super::invoice::OverageInvoice;
use crate::mail::facts::NotificationFacts;
use crate::mail::figures::{LocalInstant, Shown};

#[derive(Debug, Serialize)]
pub(super) struct Paused<'a> {
    by: &'a str,
    paused_at: Shown<LocalInstant>,
    overage_invoice: Option<OverageInvoice<'a>>,
}

impl<'a> Paused<'a> {
    pub(super) fn of(
        notice: &'a NotificationFacts,
        by: &'a str,
        invoice: Option<&'a InvoiceNumber>,
    ) -> Self {
        Self {
            by,
            paused_at: notice.since(Condition::Paused),
            overage_invoice: invoice.map(|number| OverageInvoice::of(notice, number)),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct ReactivationRequested<'a> {
    pub(super) by: &'a str,
    /// Whether an unpaid invoice keeps the operator from reactivating the plan.
    pub(super) owes: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Reactivated<'a> {
    /// The invoice of the remaining days of the month; `None` when they were paid already.
    invoice: Option<&'a InvoiceNumber>,
    /// The day on which the next term begins, when the year has ended during the pause.
    renews_on: Option<Shown<NaiveDate>>,
}

impl<'a> Reactivated<'a> {
    pub(super) fn of(invoice: Option<&'a InvoiceNumber>, renews_on: Option<NaiveDate>) -> Self {
        Self {
            invoice,
            renews_on: renews_on.map(Shown),
        }
    }
}

/// The account is about to end (SPEC R2).
#[derive(Debug, Serialize)]
pub(super) struct Ending {
    cause: Option<Cause>,
}

impl Ending {
    pub(super) fn of(notice: &NotificationFacts) -> Self {
        let cause = notice.account.end_cause(&notice.policy);
        Self {
            cause: cause.and_then(unordered),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Cancelled<'a> {
    cancelled_at: Shown<LocalInstant>,
    /// Why the account ended without an order; `None` when it was ordered.
    cause: Option<Cause>,
    overage_invoice: Option<OverageInvoice<'a>>,
}

impl<'a> Cancelled<'a> {
    pub(super) fn of(notice: &'a NotificationFacts, invoice: Option<&'a InvoiceNumber>) -> Self {
        let cause = match notice.account.lifecycle() {
            Lifecycle::Cancelled { cause, .. } => unordered(cause),
            Lifecycle::Trial { .. } | Lifecycle::Active { .. } | Lifecycle::Paused { .. } => None,
        };
        Self {
            cancelled_at: notice.since(Condition::Cancelled),
            cause,
            overage_invoice: invoice.map(|number| OverageInvoice::of(notice, number)),
        }
    }
}

/// The cause, if nobody ordered the end. The templates have a sentence for each.
fn unordered(cause: Cause) -> Option<Cause> {
    match cause {
        Cause::Ordered => None,
        Cause::TrialExpired | Cause::Unpaid | Cause::PauseExpired => Some(cause),
    }
}
