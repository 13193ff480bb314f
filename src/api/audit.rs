//! The audit log: who did what and when, and the values before and after (SPEC R20).

use billing::{BillingFrequency, Money};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How many entries a page has, unless the request asks for fewer.
pub const PAGE: u64 = 50;

/// A page of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// The entries of the page, newest first.
    pub items: Vec<Entry>,
    /// What to pass as `before` for the next, older page; `None` on the last.
    pub next: Option<u64>,
    /// Offset of the organization's time zone, in minutes east of UTC.
    pub offset_minutes: i32,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Position in the organization's log, counted from 1 without gaps.
    pub position: u64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it: an e-mail address, `credential` with its name, `operator`, or [`SYSTEM`].
    pub actor: String,
    /// What was done.
    pub action: Action,
    /// The id of the object that it was done to.
    pub object: String,
    /// Details, in one line.
    pub description: String,
    /// The IP address of the request; `None` when no request of a browser or a program caused it.
    pub address: Option<String>,
    /// The value before the change; `None` when the entry has no value that can be shown.
    pub before: Option<AuditValue>,
    /// The value after the change.
    pub after: Option<AuditValue>,
}

/// The actor of what no person did: deadlines and the month change.
pub const SYSTEM: &str = "system";

/// A value before or after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditValue {
    /// A price that is charged in advance, before tax.
    Priced {
        /// The tier when it is the plan's price; `None` for an add-on's, and when nothing is charged.
        tier: Option<u64>,
        /// The amount.
        price: Money,
        /// Whether the amount is for a month or for a year.
        frequency: BillingFrequency,
    },
    /// An amount that is to be paid once.
    Open(Money),
    /// A display name, such as `Visa ending 4242`.
    Named(String),
}

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$note])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every variant.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The value as it is stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The variant of a stored or sent value; `None` when there is none.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// A section of the log; each screen shows its own.
    Section {
        /// Plan changes, ordered or scheduled.
        Plan = "plan",
        /// Add-ons bought, ending and ended.
        AddOns = "add_ons",
        /// The account lifecycle: trial, locks, pause, cancellation.
        Account = "account",
        /// Closed months and payments.
        Invoices = "invoices",
        /// Payment methods and billing details.
        Billing = "billing",
        /// Received usage, downloads, credentials.
        Data = "data",
        /// Support tickets.
        Support = "support",
        /// Sign-ins and sign-outs, failed attempts included.
        SignIns = "sign_ins",
    }
}

words! {
    /// What was done. Every entry of the log has one of these.
    Action {
        /// A plan change was ordered; its payment follows.
        PlanOrdered = "plan_change.ordered",
        /// A plan change took effect.
        PlanChanged = "plan_change.done",
        /// A plan change waits for the next 1st, or for the end of the term.
        PlanScheduled = "plan_change.scheduled",
        /// The bank declined the payment of a plan change.
        PlanDeclined = "plan_change.declined",
        /// The payment of a plan change was not finished in time.
        PlanExpired = "plan_change.expired",
        /// A scheduled change was withdrawn.
        PlanKept = "scheduled_change.withdrawn",
        /// A scheduled change took effect.
        PlanTurned = "scheduled_change.applied",
        /// Somebody without the permission tried to order or to withdraw a change.
        PlanRefused = "plan_change.refused",
        /// An add-on was bought.
        AddOnAdded = "add_on.added",
        /// The removal of an add-on was scheduled.
        AddOnEnding = "add_on.ending",
        /// An add-on has ended.
        AddOnEnded = "add_on.ended",
        /// The scheduled removal of an add-on was withdrawn.
        AddOnKept = "add_on.kept",
        /// The dashboard was locked during a trial.
        TrialLocked = "trial.locking",
        /// A trial ended, and the account is charged from now on.
        TrialEnded = "trial.ended",
        /// A trial ended, and the account cannot be charged.
        TrialExpired = "trial.expired",
        /// The end of the account was announced.
        AccountEnding = "account.ending",
        /// The dashboard was locked for unpaid invoices.
        PaymentLocked = "payment.locked",
        /// Usage reached an alert threshold.
        UsageAlert = "usage.alert",
        /// Corrected figures show that usage had not reached the threshold.
        UsageAlertWithdrawn = "usage.alert_withdrawn",
        /// The dashboard was locked for its usage.
        UsageLocked = "usage.locked",
        /// The operator lifted a usage lock.
        UsageLockLifted = "usage.lock_lifted",
        /// A usage lock ended.
        UsageUnlocked = "usage.unlocked",
        /// The plan was paused.
        AccountPaused = "account.paused",
        /// Somebody asked to reactivate a paused plan.
        ReactivationAsked = "account.reactivation_requested",
        /// A paused plan was reactivated.
        AccountReactivated = "account.reactivated",
        /// Somebody without the permission tried to pause the plan.
        PauseRefused = "account.pause_refused",
        /// Somebody without the permission tried to reactivate a paused plan.
        ReactivationRefused = "account.reactivation_refused",
        /// Somebody without the permission tried to cancel the account.
        CancellationRefused = "account.cancellation_refused",
        /// The cancellation of the account was ordered.
        CancellationOrdered = "account.cancellation_ordered",
        /// The account has ended.
        AccountCancelled = "account.cancelled",
        /// The last backup of a cancelled account was deleted.
        AccountPurged = "account.purged",
        /// A month was closed.
        MonthClosed = "month.closed",
        /// Somebody ordered the payment of the unpaid invoices.
        PaymentOrdered = "payment.ordered",
        /// An invoice was paid.
        PaymentSucceeded = "payment.succeeded",
        /// A payment failed.
        PaymentFailed = "payment.failed",
        /// The bank asks the payer to confirm a payment.
        PaymentAuthentication = "payment.authentication",
        /// A payment never reached the gateway.
        PaymentLost = "payment.lost",
        /// Somebody without the permission tried to pay the unpaid invoices.
        PaymentRefused = "payment.refused",
        /// A payment method was put on file.
        PaymentMethodSaved = "payment_method.saved",
        /// Billing details were saved.
        BillingDetailsSaved = "billing_details.saved",
        /// Usage figures were received.
        UsageReceived = "usage.received",
        /// A file of usage figures was imported.
        UsageImported = "usage.imported",
        /// The usage summary was downloaded.
        UsageDownloaded = "usage.downloaded",
        /// Events older than the plan's retention were deleted.
        EventsExpired = "events.expired",
        /// All data of the account was exported.
        DataExported = "data.exported",
        /// The audit log was downloaded.
        LogDownloaded = "audit.downloaded",
        /// A credential was issued to a program.
        CredentialIssued = "credential.issued",
        /// A credential was revoked.
        CredentialRevoked = "credential.revoked",
        /// Somebody without the permission tried to issue or to revoke a credential.
        CredentialRefused = "credential.refused",
        /// Somebody without the permission tried to upload usage.
        UploadRefused = "usage.upload_refused",
        /// Somebody without the permission tried to download something.
        DownloadRefused = "download.refused",
        /// A ticket was opened.
        TicketOpened = "ticket.opened",
        /// A ticket was closed.
        TicketClosed = "ticket.closed",
        /// A person signed in.
        SignedIn = "session.opened",
        /// A sign-in failed because the password was wrong.
        SignInFailed = "session.refused",
        /// A person signed out.
        SignedOut = "session.ended",
        /// A person ended all of their sessions.
        SignedOutEverywhere = "session.all_ended",
    }
}

impl Action {
    /// The section of the log that the action is listed in.
    pub const fn section(self) -> Section {
        match self {
            Self::PlanOrdered
            | Self::PlanChanged
            | Self::PlanScheduled
            | Self::PlanDeclined
            | Self::PlanExpired
            | Self::PlanKept
            | Self::PlanTurned
            | Self::PlanRefused => Section::Plan,
            Self::AddOnAdded | Self::AddOnEnding | Self::AddOnEnded | Self::AddOnKept => {
                Section::AddOns
            }
            Self::TrialLocked
            | Self::TrialEnded
            | Self::TrialExpired
            | Self::AccountEnding
            | Self::PaymentLocked
            | Self::UsageAlert
            | Self::UsageAlertWithdrawn
            | Self::UsageLocked
            | Self::UsageLockLifted
            | Self::UsageUnlocked
            | Self::AccountPaused
            | Self::ReactivationAsked
            | Self::AccountReactivated
            | Self::PauseRefused
            | Self::ReactivationRefused
            | Self::CancellationRefused
            | Self::CancellationOrdered
            | Self::AccountCancelled
            | Self::AccountPurged => Section::Account,
            Self::MonthClosed
            | Self::PaymentOrdered
            | Self::PaymentSucceeded
            | Self::PaymentFailed
            | Self::PaymentAuthentication
            | Self::PaymentLost
            | Self::PaymentRefused => Section::Invoices,
            Self::PaymentMethodSaved | Self::BillingDetailsSaved => Section::Billing,
            Self::UsageReceived
            | Self::UsageImported
            | Self::UsageDownloaded
            | Self::EventsExpired
            | Self::DataExported
            | Self::LogDownloaded
            | Self::CredentialIssued
            | Self::CredentialRevoked
            | Self::CredentialRefused
            | Self::UploadRefused
            | Self::DownloadRefused => Section::Data,
            Self::TicketOpened | Self::TicketClosed => Section::Support,
            Self::SignedIn | Self::SignInFailed | Self::SignedOut | Self::SignedOutEverywhere => {
                Section::SignIns
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_parses_to_its_own_variant() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(*action));
            assert_eq!(serde_json::json!(action), action.as_str());
        }
        for section in Section::ALL {
            assert_eq!(Section::parse(section.as_str()), Some(*section));
            assert!(
                Action::ALL
                    .iter()
                    .any(|action| action.section() == *section)
            );
        }
        assert_eq!(Action::parse("plan_change"), None);
    }
}
