//! The activity log in English.

use api::audit::{Action, Section};

use crate::messages::AuditText;

pub(super) const AUDIT: AuditText = AuditText {
    title: "Activity log",
    card: "Activity",
    all: "All activity",
    loading: "The activity could not be loaded",
    none: "Nothing has been changed here yet.",
    empty: "No activity yet",
    empty_text: "Whatever is changed, paid or downloaded appears here: by whom, when, and what it was before.",
    everything: "Everything",
    section_label: "Show",
    shown: "{0} entries, the newest first",
    older: "Show older activity",
    download: "Download CSV",
    when: "When",
    what: "What",
    change: "Before and after",
    who: "Who",
    by_itself: "Prorata",
    operator: "Support team",
    to: "became",
    nothing: "none",
    plan: "{0} MAU, {1}",
    monthly: "{0} a month",
    yearly: "{0} a year",
    open: "{0} open",
    section,
    action,
};

const fn section(section: Section) -> &'static str {
    match section {
        Section::Plan => "Plan",
        Section::AddOns => "Add-ons",
        Section::Account => "Account",
        Section::Invoices => "Invoices and payments",
        Section::Billing => "Billing",
        Section::Data => "Data",
        Section::Support => "Support",
    }
}

const fn action(action: Action) -> &'static str {
    match action {
        Action::PlanOrdered => "Plan change ordered",
        Action::PlanChanged => "Plan changed",
        Action::PlanScheduled => "Plan change scheduled",
        Action::PlanDeclined => "Plan change declined by the bank",
        Action::PlanExpired => "Plan change not paid in time",
        Action::PlanKept => "Scheduled change withdrawn",
        Action::PlanTurned => "Scheduled change in force",
        Action::AddOnAdded => "Add-on added",
        Action::AddOnEnding => "Add-on going to end",
        Action::AddOnEnded => "Add-on ended",
        Action::AddOnKept => "Add-on kept",
        Action::TrialLocked => "Trial locked",
        Action::TrialEnded => "Trial ended",
        Action::TrialExpired => "Trial expired",
        Action::PaymentLocked => "Locked for unpaid invoices",
        Action::UsageAlert => "Usage alert",
        Action::UsageLocked => "Locked for usage",
        Action::UsageUnlocked => "Unlocked",
        Action::AccountPaused => "Plan paused",
        Action::ReactivationAsked => "Reactivation asked for",
        Action::AccountReactivated => "Plan reactivated",
        Action::CancellationOrdered => "Cancellation ordered",
        Action::AccountCancelled => "Account cancelled",
        Action::AccountPurged => "Backups deleted",
        Action::MonthClosed => "Month closed",
        Action::PaymentOrdered => "Payment ordered",
        Action::PaymentSucceeded => "Payment received",
        Action::PaymentFailed => "Payment failed",
        Action::PaymentAuthentication => "Payment waits for confirmation",
        Action::PaymentLost => "Payment not delivered",
        Action::PaymentMethodSaved => "Payment method saved",
        Action::BillingDetailsSaved => "Billing details saved",
        Action::UsageReceived => "Usage received",
        Action::UsageImported => "Usage file imported",
        Action::UsageDownloaded => "Usage downloaded",
        Action::EventsExpired => "Events no longer kept",
        Action::DataExported => "Data exported",
        Action::LogDownloaded => "Activity log downloaded",
        Action::CredentialIssued => "Credential issued",
        Action::CredentialRevoked => "Credential revoked",
        Action::TicketOpened => "Ticket opened",
        Action::TicketClosed => "Ticket closed",
    }
}
