//! The activity log: who did what and when, and what it changed from and to (SPEC R20).

use billing::BillingFrequency;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How many entries a page has, unless it asks for fewer.
pub const PAGE: u64 = 50;

/// A page of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// The entries.
    pub items: Vec<Entry>,
    /// What to pass as `before` for older ones; none where there are none.
    pub next: Option<u64>,
    /// The currency of all amounts.
    pub currency: String,
    /// The organization's zone, in minutes east of UTC.
    pub offset_minutes: i32,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its place in the organization's log, counted from 1 without holes.
    pub position: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: an e-mail address, `credential` with its name, `operator`, or [`SYSTEM`].
    pub actor: String,
    /// What.
    pub action: Action,
    /// The id of what it was done to.
    pub object: String,
    /// More about it, in a line.
    pub description: String,
    /// The address it came from; none where no browser or program of theirs did it.
    pub address: Option<String>,
    /// What stood there before, where it changed anything that can be shown.
    pub before: Option<AuditValue>,
    /// What stands there since.
    pub after: Option<AuditValue>,
}

/// The actor of what nobody did: deadlines and the month change.
pub const SYSTEM: &str = "system";

/// One side of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditValue {
    /// What is charged in advance, before tax.
    Priced {
        /// The tier, where it is the plan's price; none for an add-on's, and where nothing is charged.
        tier: Option<u64>,
        /// The amount.
        price: String,
        /// For a month or for a year.
        frequency: BillingFrequency,
    },
    /// What is to be paid once.
    Open(String),
    /// What it is called, such as `Visa ending 4242`.
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
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its word, as it is stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The one of a word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// A part of the log, as the screens are parted.
    Section {
        /// Orders of another plan, and what is scheduled.
        Plan = "plan",
        /// Add-ons.
        AddOns = "add_ons",
        /// The life of the account: trial, locks, pause, end.
        PricedAccount = "account",
        /// Closed months and payments.
        Invoices = "invoices",
        /// Payment methods and billing details.
        Billing = "billing",
        /// Usage that came in, downloads, credentials.
        Data = "data",
        /// Tickets.
        Support = "support",
        /// Who signed in and out, and who could not.
        SignIns = "sign_ins",
    }
}

words! {
    /// What was done. Everything that the log holds is one of these.
    Action {
        /// A change of the plan was ordered, and is paid for next.
        PlanOrdered = "plan_change.ordered",
        /// It is in force.
        PlanChanged = "plan_change.done",
        /// It waits for the next 1st, or for the end of the term.
        PlanScheduled = "plan_change.scheduled",
        /// The bank declined its payment.
        PlanDeclined = "plan_change.declined",
        /// Its payment was not finished in time.
        PlanExpired = "plan_change.expired",
        /// What was scheduled was withdrawn.
        PlanKept = "scheduled_change.withdrawn",
        /// What was scheduled is in force.
        PlanTurned = "scheduled_change.applied",
        /// Somebody was not allowed to order or to withdraw a change.
        PlanRefused = "plan_change.refused",
        /// An add-on was bought.
        AddOnAdded = "add_on.added",
        /// An add-on is going to end.
        AddOnEnding = "add_on.ending",
        /// An add-on has ended.
        AddOnEnded = "add_on.ended",
        /// The end of an add-on was withdrawn.
        AddOnKept = "add_on.kept",
        /// A trial's dashboard closed.
        TrialLocked = "trial.locking",
        /// A trial is over, and charged from now on.
        TrialEnded = "trial.ended",
        /// A trial is over, and cannot be charged.
        TrialExpired = "trial.expired",
        /// The end of the account was announced.
        AccountEnding = "account.ending",
        /// The dashboard closed for unpaid invoices.
        PaymentLocked = "payment.locked",
        /// Usage reached a part of the limit.
        UsageAlert = "usage.alert",
        /// Corrected figures never reached it.
        UsageAlertWithdrawn = "usage.alert_withdrawn",
        /// The dashboard closed for its usage.
        UsageLocked = "usage.locked",
        /// The operator opened it.
        UsageLockLifted = "usage.lock_lifted",
        /// It is open again.
        UsageUnlocked = "usage.unlocked",
        /// The plan was paused.
        AccountPaused = "account.paused",
        /// Somebody asked for a paused plan to go on.
        ReactivationAsked = "account.reactivation_requested",
        /// It goes on.
        AccountReactivated = "account.reactivated",
        /// Somebody was not allowed to pause the plan.
        PauseRefused = "account.pause_refused",
        /// Somebody was not allowed to ask for a paused plan to go on.
        ReactivationRefused = "account.reactivation_refused",
        /// Somebody was not allowed to cancel the account.
        CancellationRefused = "account.cancellation_refused",
        /// The end of the account was ordered.
        CancellationOrdered = "account.cancellation_ordered",
        /// The account has ended.
        AccountCancelled = "account.cancelled",
        /// The last backup of an ended account is gone.
        AccountPurged = "account.purged",
        /// A month was closed.
        MonthClosed = "month.closed",
        /// Somebody ordered to pay what is open.
        PaymentOrdered = "payment.ordered",
        /// An invoice was paid.
        PaymentSucceeded = "payment.succeeded",
        /// A payment failed.
        PaymentFailed = "payment.failed",
        /// The bank wants a payment confirmed.
        PaymentAuthentication = "payment.authentication",
        /// A payment never reached the gateway.
        PaymentLost = "payment.lost",
        /// Somebody was not allowed to pay what is open.
        PaymentRefused = "payment.refused",
        /// A payment method was put on file.
        PaymentMethodSaved = "payment_method.saved",
        /// Billing details were saved.
        BillingDetailsSaved = "billing_details.saved",
        /// Figures of usage came in.
        UsageReceived = "usage.received",
        /// A file of usage was let in.
        UsageImported = "usage.imported",
        /// The usage summary was downloaded.
        UsageDownloaded = "usage.downloaded",
        /// Events that the plan no longer keeps were deleted.
        EventsExpired = "events.expired",
        /// Everything was exported.
        DataExported = "data.exported",
        /// This log was downloaded.
        LogDownloaded = "audit.downloaded",
        /// A program got a credential.
        CredentialIssued = "credential.issued",
        /// A credential was revoked.
        CredentialRevoked = "credential.revoked",
        /// Somebody was not allowed to issue or to revoke a credential.
        CredentialRefused = "credential.refused",
        /// Somebody was not allowed to bring usage in.
        UploadRefused = "usage.upload_refused",
        /// Somebody was not allowed to download something.
        DownloadRefused = "download.refused",
        /// A ticket was opened.
        TicketOpened = "ticket.opened",
        /// A ticket was closed.
        TicketClosed = "ticket.closed",
        /// A person signed in.
        SignedIn = "session.opened",
        /// Somebody tried, with a password that is not the person's.
        SignInFailed = "session.refused",
        /// A person signed out.
        SignedOut = "session.ended",
        /// A person ended every session of theirs.
        SignedOutEverywhere = "session.all_ended",
    }
}

impl Action {
    /// The part of the log it belongs to.
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
            | Self::AccountPurged => Section::PricedAccount,
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
    fn a_word_stands_for_one_thing_however_it_is_read() {
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
