//! Notifications: one variant for each notice to an organization, with its facts as fields.
//!
//! A notification is posted in the transaction of its cause by
//! [`outbox::publish`](crate::store::records::outbox::publish), which stores the account's state with it. Access
//! and deadlines are no facts of a notification: the mail derives them from that state, by the rules
//! that the screens use.

use billing::Money;
use billing::access::alert;
use billing::account::usage_lock::UsageLock;
use billing::invoicing::collection::Authentication;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::foundation::error::Error;

mod facts;
mod kinds;

pub use facts::{PlanOrder, TicketClosed, TicketOpened};
pub use kinds::KINDS;

/// A notice with its facts. The name of its kind and the facts are stored, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "facts")]
pub enum Notification {
    /// Usage has reached a threshold (SPEC R10).
    #[serde(rename = "usage.alert")]
    UsageAlert(alert::AlertNotice),
    /// Usage has locked the dashboard (SPEC R11).
    #[serde(rename = "usage.locked")]
    UsageLocked { usage_lock: UsageLock },
    /// The operator has lifted the usage lock (SPEC R11).
    #[serde(rename = "usage.lock_lifted")]
    UsageLockLifted {
        /// Usage does not lock again before this instant.
        until: DateTime<Utc>,
        /// The operator's reason.
        reason: String,
    },
    /// The usage lock has ended.
    #[serde(rename = "usage.unlocked")]
    UsageUnlocked {},
    /// An invoice was issued (SPEC 4.8).
    #[serde(rename = "invoice.issued")]
    InvoiceIssued { invoice: InvoiceNumber },
    /// An order has changed the plan.
    #[serde(rename = "plan.changed")]
    PlanChanged(PlanOrder),
    /// A change of the plan is scheduled for the end of the period (SPEC R6, R7).
    #[serde(rename = "plan.scheduled")]
    PlanScheduled(PlanOrder),
    /// A scheduled change was withdrawn.
    #[serde(rename = "plan.withdrawn")]
    PlanWithdrawn(PlanOrder),
    /// The bank has declined the payment of an order (SPEC 6, row 8).
    #[serde(rename = "plan_change.declined")]
    PlanDeclined(PlanOrder),
    /// The payment of an order was not completed in time (SPEC R19).
    #[serde(rename = "plan_change.expired")]
    PlanExpired(PlanOrder),
    /// A debit that fell due without an order has failed (SPEC R12).
    #[serde(rename = "payment.failed")]
    PaymentFailed {
        invoice: InvoiceNumber,
        /// The amount of the debit.
        sum: Money,
        /// The gateway's code for the failure.
        reason: Option<String>,
    },
    /// The grace period has ended (SPEC R12, row 15).
    #[serde(rename = "payment.locked")]
    PaymentLocked {},
    /// An invoice is paid.
    #[serde(rename = "payment.succeeded")]
    PaymentSucceeded {
        invoice: InvoiceNumber,
        /// The amount that was debited.
        sum: Money,
    },
    /// No failed invoice is unpaid any more (SPEC R12, rows 14 and 16).
    #[serde(rename = "payment.cleared")]
    PaymentCleared {
        /// The last of these invoices.
        invoice: InvoiceNumber,
    },
    /// The notice that must precede a debit in INR (SPEC R17).
    #[serde(rename = "payment.notice")]
    DebitAnnounced {
        invoice: InvoiceNumber,
        /// The amount of the debit.
        sum: Money,
        /// The invoice is not debited before this instant.
        debit_at: DateTime<Utc>,
        /// Whether the payer must confirm the debit, as far as is known now.
        #[serde(default)]
        authentication: Option<Authentication>,
    },
    /// The bank waits for the payer's confirmation of a debit that fell due without an order (SPEC R17).
    #[serde(rename = "payment.authentication")]
    PaymentToConfirm {
        invoice: InvoiceNumber,
        /// The amount of the debit.
        sum: Money,
        /// The end of the time in which the payer can confirm.
        expires: DateTime<Utc>,
    },
    /// An admin has paused the plan (SPEC R13, row 23).
    #[serde(rename = "account.paused")]
    AccountPaused {
        /// The admin's address.
        by: String,
        /// The invoice of the overage so far, if there was any.
        invoice: Option<InvoiceNumber>,
    },
    /// An admin has requested the end of a pause (SPEC R13).
    #[serde(rename = "account.reactivation_requested")]
    ReactivationRequested {
        /// The admin's address.
        by: String,
        /// Whether an unpaid invoice keeps the operator from reactivating the plan (A63).
        #[serde(default)]
        owes: bool,
    },
    /// The operator has ended a pause (SPEC R13, row 24).
    #[serde(rename = "account.reactivated")]
    AccountReactivated {
        /// The invoice of the remaining days of the month; `None` when they were paid already.
        invoice: Option<InvoiceNumber>,
        /// The day on which the next term begins, when the year has ended during the pause.
        #[serde(alias = "effective_on")]
        renews_on: Option<NaiveDate>,
    },
    /// The account is about to end, and no other notice has said so (SPEC R2, A171).
    #[serde(rename = "account.ending")]
    AccountEnding {},
    /// The account has ended (SPEC R14; rows 5, 17, 25 and 26).
    #[serde(rename = "account.cancelled")]
    AccountCancelled {
        /// The final invoice, if anything had accrued.
        invoice: Option<InvoiceNumber>,
    },
    /// The trial is about to end, and something is missing (SPEC R8, row 2).
    #[serde(rename = "trial.locking")]
    TrialLocked {},
    /// The trial has become a paid plan (SPEC R8, rows 4 and 5a).
    #[serde(rename = "trial.ended")]
    TrialEnded {
        /// The first charged day.
        charged_from: NaiveDate,
        /// The first invoice; `None` when it charges nothing.
        invoice: Option<InvoiceNumber>,
    },
    /// The trial has ended, and something is missing (SPEC R8, row 5).
    #[serde(rename = "trial.expired")]
    TrialExpired {},
    /// A support ticket was opened (SPEC 4.13).
    #[serde(rename = "ticket.opened")]
    TicketOpened(TicketOpened),
    /// The support team has closed a ticket.
    #[serde(rename = "ticket.closed")]
    TicketClosed(TicketClosed),
}

impl Notification {
    /// The name of its kind and its facts, as they are stored.
    pub fn stored(&self) -> Result<(String, Value), Error> {
        let mut whole = serde_json::to_value(self).map_err(Error::unexpected)?;
        let facts = whole["facts"].take();
        let kind = whole["kind"].as_str().unwrap_or_default().to_owned();
        Ok((kind, facts))
    }

    /// Parses what was stored, by this or an earlier version of the program.
    ///
    /// # Errors
    /// An unknown kind, or facts that are missing.
    pub fn read(kind: &str, facts: &Value) -> Result<Self, Error> {
        if !KINDS.contains(&kind) {
            return Err(Error::unexpected(format!("no letter for {kind}")));
        }
        let whole = json!({ "kind": kind, "facts": facts });
        serde_json::from_value(whole).map_err(Error::unexpected)
    }

    /// The number of the invoice that it is about.
    pub fn invoice(&self) -> Option<&InvoiceNumber> {
        match self {
            Self::InvoiceIssued { invoice }
            | Self::PaymentFailed { invoice, .. }
            | Self::PaymentSucceeded { invoice, .. }
            | Self::PaymentCleared { invoice }
            | Self::DebitAnnounced { invoice, .. }
            | Self::PaymentToConfirm { invoice, .. } => Some(invoice),
            Self::AccountPaused { invoice, .. }
            | Self::AccountReactivated { invoice, .. }
            | Self::AccountCancelled { invoice }
            | Self::TrialEnded { invoice, .. } => invoice.as_ref(),
            Self::PlanChanged(order)
            | Self::PlanScheduled(order)
            | Self::PlanWithdrawn(order)
            | Self::PlanDeclined(order)
            | Self::PlanExpired(order) => order.invoice.as_ref(),
            Self::UsageAlert(_)
            | Self::UsageLocked { .. }
            | Self::UsageLockLifted { .. }
            | Self::UsageUnlocked {}
            | Self::PaymentLocked {}
            | Self::ReactivationRequested { .. }
            | Self::TrialLocked {}
            | Self::TrialExpired {}
            | Self::AccountEnding {}
            | Self::TicketOpened(_)
            | Self::TicketClosed(_) => None,
        }
    }
}
