//! Facts about payments of invoices (SPEC R12, R17).

use billing::Money;
use billing::access::Condition;
use billing::account::lifecycle::Lifecycle;
use billing::invoicing::collection::Authentication;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::mail::facts::NotificationFacts;
use crate::mail::figures::{LocalInstant, Shown};
use crate::services::gateway::failure_text;

/// The debit of an invoice.
#[derive(Debug, Serialize)]
pub(super) struct Debited<'a> {
    invoice: &'a InvoiceNumber,
    amount: Shown<Money>,
}

impl<'a> Debited<'a> {
    pub(super) fn of(invoice: &'a InvoiceNumber, sum: Money) -> Self {
        Self {
            invoice,
            amount: Shown(sum),
        }
    }
}

/// A debit without an order has failed.
#[derive(Debug, Serialize)]
pub(super) struct Failed<'a> {
    #[serde(flatten)]
    debited: Debited<'a>,
    reason: Option<&'static str>,
    remedy: Remedy,
}

/// What paying the invoice does, by the state of the account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Remedy {
    /// The account has ended; no page is left to pay on.
    Nothing,
    /// The paused plan can be reactivated.
    AllowsReactivation,
    /// The dashboard opens again.
    EndsLock,
    /// No lock begins.
    PreventsLock,
}

impl<'a> Failed<'a> {
    pub(super) fn of(
        notice: &NotificationFacts,
        debited: Debited<'a>,
        reason: Option<&str>,
    ) -> Self {
        Self {
            debited,
            reason: reason.map(failure_text),
            remedy: Remedy::of(notice),
        }
    }
}

impl Remedy {
    fn of(notice: &NotificationFacts) -> Self {
        match notice.account.lifecycle() {
            Lifecycle::Cancelled { .. } => Self::Nothing,
            Lifecycle::Paused { .. } => Self::AllowsReactivation,
            Lifecycle::Trial { .. } | Lifecycle::Active { .. } => {
                if notice.is(Condition::PaymentLock) {
                    Self::EndsLock
                } else {
                    Self::PreventsLock
                }
            }
        }
    }
}

/// The notice that must precede a debit in INR (SPEC R17).
#[derive(Debug, Serialize)]
pub(super) struct Announced<'a> {
    #[serde(flatten)]
    debited: Debited<'a>,
    debit_at: Shown<LocalInstant>,
    /// Whether the bank asks the payer to confirm the debit.
    must_be_confirmed: bool,
}

impl<'a> Announced<'a> {
    pub(super) fn of(
        notice: &NotificationFacts,
        debited: Debited<'a>,
        debit_at: DateTime<Utc>,
        authentication: Option<Authentication>,
    ) -> Self {
        Self {
            debited,
            debit_at: notice.instant(debit_at),
            must_be_confirmed: match authentication {
                Some(Authentication::Needed) => true,
                Some(Authentication::NotNeeded) | None => false,
            },
        }
    }
}

/// A debit that the payer has to confirm (SPEC R17).
#[derive(Debug, Serialize)]
pub(super) struct ToConfirm<'a> {
    #[serde(flatten)]
    debited: Debited<'a>,
    expires: Shown<LocalInstant>,
}

impl<'a> ToConfirm<'a> {
    pub(super) fn of(
        notice: &NotificationFacts,
        debited: Debited<'a>,
        expires: DateTime<Utc>,
    ) -> Self {
        Self {
            debited,
            expires: notice.instant(expires),
        }
    }
}
