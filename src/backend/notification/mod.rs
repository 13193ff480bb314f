//! What an organization is told: one variant for each notice, with its facts as fields.
//!
//! A notification is posted in the transaction of its cause by
//! [`outbox::post`](crate::store::outbox::post), which keeps the account's state beside it. What
//! works, what comes and where one can act is no fact of a notification: the mail takes it from that
//! state, by the rules that the screens use.

use billing::alert;
use billing::collection::Authentication;
use billing::usage_lock::UsageLock;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::Error;

mod facts;
mod kinds;

pub use facts::{PlanOrder, Sum, TicketClosed, TicketOpened};
pub use kinds::KINDS;

/// A notice with its facts. The name of its kind and the facts are stored, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "facts")]
pub enum Notification {
    /// Usage has reached a threshold (SPEC R10).
    #[serde(rename = "usage.alert")]
    UsageAlert(alert::AlertNotice),
    /// Usage has closed the dashboard (SPEC R11).
    #[serde(rename = "usage.locked")]
    UsageLocked {
        /// The lock.
        usage_lock: UsageLock,
    },
    /// The operator has lifted the lock for usage (SPEC R11).
    #[serde(rename = "usage.lock_lifted")]
    UsageLockLifted {
        /// Before when no usage locks again.
        until: DateTime<Utc>,
        /// Why, in the operator's words.
        reason: String,
    },
    /// The lock for usage is gone.
    #[serde(rename = "usage.unlocked")]
    UsageUnlocked {},
    /// An invoice was issued (SPEC 4.8).
    #[serde(rename = "invoice.issued")]
    InvoiceIssued {
        /// Its number.
        invoice: String,
    },
    /// An order has changed the plan.
    #[serde(rename = "plan.changed")]
    PlanChanged(PlanOrder),
    /// An order waits for the end of the period (SPEC R6, R7).
    #[serde(rename = "plan.scheduled")]
    PlanScheduled(PlanOrder),
    /// What waited does not come.
    #[serde(rename = "plan.withdrawn")]
    PlanWithdrawn(PlanOrder),
    /// The bank has declined the payment of an order (SPEC 6, row 8).
    #[serde(rename = "plan_change.declined")]
    PlanDeclined(PlanOrder),
    /// The payment of an order was not finished in time (SPEC R19).
    #[serde(rename = "plan_change.expired")]
    PlanExpired(PlanOrder),
    /// A debit that fell due by itself has failed (SPEC R12).
    #[serde(rename = "payment.failed")]
    PaymentFailed {
        /// The invoice.
        invoice: String,
        /// How much was to be debited.
        #[serde(flatten)]
        sum: Sum,
        /// The gateway's word for why.
        reason: Option<String>,
    },
    /// The days of grace are over (SPEC R12, row 15).
    #[serde(rename = "payment.locked")]
    PaymentLocked {},
    /// An invoice is paid.
    #[serde(rename = "payment.succeeded")]
    PaymentSucceeded {
        /// The invoice.
        invoice: String,
        /// How much was debited.
        #[serde(flatten)]
        sum: Sum,
    },
    /// Nothing that has failed is unpaid any more (SPEC R12, rows 14 and 16).
    #[serde(rename = "payment.cleared")]
    PaymentCleared {
        /// The last invoice of those.
        invoice: String,
    },
    /// The notice that an INR debit needs (SPEC R17).
    #[serde(rename = "payment.notice")]
    DebitAnnounced {
        /// The invoice.
        invoice: String,
        /// How much is debited.
        #[serde(flatten)]
        sum: Sum,
        /// Before when nothing is debited.
        debit_at: DateTime<Utc>,
        /// Whether the payer must confirm it, as far as is known now.
        #[serde(default)]
        authentication: Option<Authentication>,
    },
    /// The bank waits for the payer's confirmation of a debit that fell due by itself (SPEC R17).
    #[serde(rename = "payment.authentication")]
    PaymentToConfirm {
        /// The invoice.
        invoice: String,
        /// How much is debited.
        #[serde(flatten)]
        sum: Sum,
        /// Until when it can be confirmed.
        expires: DateTime<Utc>,
    },
    /// An admin has paused the plan (SPEC R13, row 23).
    #[serde(rename = "account.paused")]
    AccountPaused {
        /// Who.
        by: String,
        /// The invoice of the overage so far, where there was any.
        invoice: Option<String>,
    },
    /// An admin asks for the end of a pause (SPEC R13).
    #[serde(rename = "account.reactivation_requested")]
    ReactivationRequested {
        /// Who.
        by: String,
        /// What keeps the operator from carrying it out: an unpaid invoice (A63).
        #[serde(default)]
        owes: bool,
    },
    /// The operator has ended a pause (SPEC R13, row 24).
    #[serde(rename = "account.reactivated")]
    AccountReactivated {
        /// The invoice of the rest of the month; none where that was paid.
        invoice: Option<String>,
        /// When a year that ended during the pause is followed by the next.
        #[serde(alias = "effective_on")]
        renews_on: Option<NaiveDate>,
    },
    /// The account is about to end by itself, and no other notice has said so (SPEC R2, A171).
    #[serde(rename = "account.ending")]
    AccountEnding {},
    /// The account has ended (SPEC R14; rows 5, 17, 25 and 26).
    #[serde(rename = "account.cancelled")]
    AccountCancelled {
        /// The final invoice, where something was accrued.
        invoice: Option<String>,
    },
    /// A trial that lacks something is about to end (SPEC R8, row 2).
    #[serde(rename = "trial.locking")]
    TrialLocked {},
    /// The trial has become a paid plan (SPEC R8, rows 4 and 5a).
    #[serde(rename = "trial.ended")]
    TrialEnded {
        /// The first day that is charged.
        charged_from: NaiveDate,
        /// The first invoice; none where it charges nothing.
        invoice: Option<String>,
    },
    /// The trial is over and something is missing (SPEC R8, row 5).
    #[serde(rename = "trial.expired")]
    TrialExpired {},
    /// A support ticket (SPEC 4.13).
    #[serde(rename = "ticket.opened")]
    TicketOpened(TicketOpened),
    /// The support team is done with one.
    #[serde(rename = "ticket.closed")]
    TicketClosed(TicketClosed),
}

impl Notification {
    /// The name of its kind and its facts, as they are stored.
    ///
    /// # Errors
    /// Facts that are no JSON.
    pub fn stored(&self) -> Result<(String, Value), Error> {
        let mut whole = serde_json::to_value(self).map_err(Error::unexpected)?;
        let facts = whole["facts"].take();
        let kind = whole["kind"].as_str().unwrap_or_default().to_owned();
        Ok((kind, facts))
    }

    /// Reads what was stored, by this program or an earlier one.
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

    /// The invoice that it is about.
    pub fn invoice(&self) -> Option<&str> {
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
            | Self::TrialEnded { invoice, .. } => invoice.as_deref(),
            Self::PlanChanged(order)
            | Self::PlanScheduled(order)
            | Self::PlanWithdrawn(order)
            | Self::PlanDeclined(order)
            | Self::PlanExpired(order) => order.invoice.as_deref(),
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
