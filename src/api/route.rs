//! Every route: its method, its path, and what a person must be allowed to do to call it.

use billing::access::RequestUse;
use billing::permission::Action;

/// What all paths begin with.
pub const BASE: &str = "/api/v1";

/// The header that carries the key of an order: the same key acts once (SPEC R19).
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The method of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts.
    Post,
    /// Takes back.
    Delete,
}

/// What a caller must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requires {
    /// Nothing: signing in itself.
    Public,
    /// Signed in, with any role.
    SignedIn,
    /// Signed in, with a role that may do this.
    May(Action),
    /// A program that shows a credential of the organization; a session does not do.
    Credential,
    /// An admin, and the backend runs with `--sandbox`; elsewhere the route does not exist.
    Sandbox,
}

/// A route of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// Sign in: [`SignIn`](crate::session::SignIn) to [`Session`](crate::session::Session).
    SignIn,
    /// Who is signed in: [`Session`](crate::session::Session).
    Session,
    /// Sign out.
    SignOut,
    /// Sign out on every device.
    SignOutEverywhere,
    /// The organization: [`Organization`](crate::session::Organization).
    Organization,
    /// The price book in force, as [`billing::PriceBook::parse`] reads it.
    PriceBook,
    /// Everything a price depends on: [`Subscription`](crate::subscription::Subscription).
    Subscription,
    /// The month's usage: [`Usage`](crate::usage::Usage).
    Usage,
    /// Its projects, some at a time: [`ProjectPage`](crate::usage::ProjectPage).
    Projects,
    /// A priced order: [`PlanChange`](billing::PlanChange) to [`Quote`](crate::quote::Quote).
    Quotes,
    /// The order itself: [`Order`](crate::plan_change::Order) to
    /// [`PlanChange`](crate::plan_change::PlanChange), with an idempotency key.
    PlanChanges,
    /// How an order went: [`PlanChange`](crate::plan_change::PlanChange).
    PlanChange,
    /// Withdraws what is scheduled; answers the [`Subscription`](crate::subscription::Subscription).
    ScheduledChange,
    /// The invoices, newest first: [`Invoices`](crate::invoice::Invoices).
    Invoices,
    /// One invoice in full: [`Invoice`](crate::invoice::Invoice).
    Invoice,
    /// Pays what is open: [`PayOutstanding`](crate::payment::PayOutstanding) to
    /// [`Payments`](crate::payment::Payments), with an idempotency key.
    OutstandingPayments,
    /// OrderKind about the payment of an invoice that is under way, such as one that the bank waits for:
    /// [`Payments`](crate::payment::Payments).
    PaymentUnderWay,
    /// How the account stands: [`AccountStatus`](crate::account_status::AccountStatus).
    AccountStatus,
    /// The usage summary as a CSV file, every figure of it.
    UsageSheet,
    /// The coming dates as a calendar (RFC 5545).
    ComingUp,
    /// What a pause or a cancellation leads to: [`Leaving`](crate::leaving::Leaving).
    Leaving,
    /// Pauses the plan: [`Pause`](crate::leaving::Pause) to [`Left`](crate::leaving::Left), with an
    /// idempotency key.
    Pause,
    /// Cancels the account: [`Cancellation`](crate::leaving::Cancellation) to
    /// [`Left`](crate::leaving::Left), with an idempotency key.
    Cancellation,
    /// OrderKind for a paused plan to be reactivated; answers [`Requested`](crate::leaving::Requested).
    Reactivation,
    /// Figures by project and day: [`UsageRows`](crate::intake::UsageRows) to
    /// [`Taken`](crate::intake::IntakeResult). The same row again changes nothing.
    SendUsage,
    /// Uses of add-ons by day: [`AddOnUseRows`](crate::intake::AddOnUseRows) to
    /// [`AddOnUseResult`](crate::intake::AddOnUseResult). The same row again changes nothing.
    SendAddOnUse,
    /// The same as a CSV file, `add_on,day,used`.
    UploadAddOnUse,
    /// What people did: [`Events`](crate::events::Events) to
    /// [`BatchResult`](crate::events::BatchResult). The same event again is taken once.
    SendEvents,
    /// What became known of people: [`Profiles`](crate::events::Profiles) to
    /// [`BatchResult`](crate::events::BatchResult).
    SendProfiles,
    /// A CSV file of figures to [`StagedUsage`](crate::intake::StagedUsage): read and checked, line by
    /// line; nothing of it counts yet.
    StageUsage,
    /// Lets such a file count, all of it at once; answers [`Taken`](crate::intake::IntakeResult). Doing it
    /// again changes nothing.
    ApplyUsage,
    /// Gives such a file up.
    DiscardUsage,
    /// The credentials of programs: [`Credentials`](crate::credential::Credentials).
    Credentials,
    /// A new one: [`IssueCredential`](crate::credential::IssueCredential) to
    /// [`IssuedCredential`](crate::credential::IssuedCredential).
    IssueCredential,
    /// Revokes one; answers [`Credentials`](crate::credential::Credentials).
    RevokeCredential,
    /// Moves the sandbox clock: [`ClockMove`](crate::sandbox::ClockMove).
    SandboxClock,
    /// Scripts the sandbox gateway: [`GatewayScript`](crate::sandbox::GatewayScript).
    SandboxGateway,
    /// Retention, region, checklist and schema: [`Data`](crate::data::Data).
    Data,
    /// Everything the account holds, as an archive of `csv` or `json` files.
    Export,
    /// The form of a ticket, and the tickets: [`Support`](crate::support::Support).
    Support,
    /// The activity log, newest first: [`Activity`](crate::audit::Activity). Takes `section`, one or
    /// several with commas between, `from` and `to`, days of the organization, `before` and `limit`.
    Audit,
    /// The same without paging, as a CSV file.
    AuditSheet,
    /// Opens a ticket: [`NewTicket`](crate::support::NewTicket) to
    /// [`Ticket`](crate::support::Ticket), with an idempotency key.
    Tickets,
    /// Puts a test card on file: [`CardSaved`](crate::sandbox::CardSaved).
    SandboxPaymentMethod,
    /// Puts billing details on file: a [`Party`](crate::invoice::Party).
    SandboxBillingDetails,
    /// The organization's mails: [`Mailbox`](crate::mailbox::Mailbox).
    Mailbox,
    /// One mail: [`Mail`](crate::mailbox::Mail).
    Mail,
    /// One mail as its reader sees it, a page without scripts.
    MailPage,
}

impl Route {
    /// Every route.
    pub const ALL: &'static [Self] = &[
        Self::SignIn,
        Self::Session,
        Self::SignOut,
        Self::SignOutEverywhere,
        Self::Organization,
        Self::PriceBook,
        Self::Subscription,
        Self::Usage,
        Self::Projects,
        Self::Quotes,
        Self::PlanChanges,
        Self::PlanChange,
        Self::ScheduledChange,
        Self::Invoices,
        Self::Invoice,
        Self::OutstandingPayments,
        Self::PaymentUnderWay,
        Self::AccountStatus,
        Self::UsageSheet,
        Self::ComingUp,
        Self::Leaving,
        Self::Pause,
        Self::Cancellation,
        Self::Reactivation,
        Self::SendUsage,
        Self::SendAddOnUse,
        Self::UploadAddOnUse,
        Self::SendEvents,
        Self::SendProfiles,
        Self::StageUsage,
        Self::ApplyUsage,
        Self::DiscardUsage,
        Self::Credentials,
        Self::IssueCredential,
        Self::RevokeCredential,
        Self::SandboxClock,
        Self::SandboxGateway,
        Self::Data,
        Self::Export,
        Self::Audit,
        Self::AuditSheet,
        Self::Support,
        Self::Tickets,
        Self::SandboxPaymentMethod,
        Self::SandboxBillingDetails,
        Self::Mailbox,
        Self::Mail,
        Self::MailPage,
    ];

    /// The method.
    pub const fn method(self) -> Method {
        match self {
            Self::Session
            | Self::Organization
            | Self::PriceBook
            | Self::Subscription
            | Self::Usage
            | Self::Projects
            | Self::PlanChange
            | Self::Invoices
            | Self::Invoice
            | Self::AccountStatus
            | Self::Data
            | Self::Export
            | Self::Audit
            | Self::AuditSheet
            | Self::ComingUp
            | Self::Support
            | Self::Leaving
            | Self::Mailbox
            | Self::Mail
            | Self::MailPage
            | Self::UsageSheet
            | Self::PaymentUnderWay
            | Self::Credentials => Method::Get,
            Self::SignIn
            | Self::SendUsage
            | Self::SendAddOnUse
            | Self::UploadAddOnUse
            | Self::SendEvents
            | Self::SendProfiles
            | Self::StageUsage
            | Self::ApplyUsage
            | Self::IssueCredential
            | Self::Quotes
            | Self::PlanChanges
            | Self::OutstandingPayments
            | Self::Tickets
            | Self::Pause
            | Self::Cancellation
            | Self::Reactivation
            | Self::SandboxClock
            | Self::SandboxGateway
            | Self::SandboxPaymentMethod
            | Self::SandboxBillingDetails => Method::Post,
            Self::SignOut
            | Self::SignOutEverywhere
            | Self::ScheduledChange
            | Self::DiscardUsage
            | Self::RevokeCredential => Method::Delete,
        }
    }

    /// The path below [`BASE`], with `{id}` or `{number}` where it has a parameter.
    pub const fn path(self) -> &'static str {
        match self {
            Self::SignIn | Self::Session | Self::SignOut => "/session",
            Self::SignOutEverywhere => "/sessions",
            Self::Organization => "/organization",
            Self::PriceBook => "/price-book",
            Self::Subscription => "/subscription",
            Self::Usage | Self::SendUsage => "/usage",
            Self::Projects => "/usage/projects",
            Self::UsageSheet => "/usage/summary.csv",
            Self::SendAddOnUse => "/usage/add-ons",
            Self::UploadAddOnUse => "/usage/add-ons/file",
            Self::SendEvents => "/events",
            Self::SendProfiles => "/profiles",
            Self::StageUsage => "/usage-imports",
            Self::ApplyUsage | Self::DiscardUsage => "/usage-imports/{id}",
            Self::Credentials | Self::IssueCredential => "/credentials",
            Self::RevokeCredential => "/credentials/{id}",
            Self::Quotes => "/quotes",
            Self::PlanChanges => "/plan-changes",
            Self::PlanChange => "/plan-changes/{id}",
            Self::ScheduledChange => "/scheduled-changes/{id}",
            Self::Invoices => "/invoices",
            Self::Invoice => "/invoices/{number}",
            Self::OutstandingPayments | Self::PaymentUnderWay => "/outstanding/payments",
            Self::AccountStatus => "/account-status",
            Self::ComingUp => "/coming-up.ics",
            Self::Leaving => "/leaving",
            Self::Pause => "/pause",
            Self::Cancellation => "/cancellation",
            Self::Reactivation => "/reactivation",
            Self::SandboxClock => "/sandbox/clock",
            Self::SandboxGateway => "/sandbox/gateway",
            Self::Data => "/data",
            Self::Export => "/exports/{format}",
            Self::Audit => "/audit",
            Self::AuditSheet => "/audit.csv",
            Self::Support => "/support",
            Self::Tickets => "/support/tickets",
            Self::SandboxPaymentMethod => "/sandbox/payment-method",
            Self::SandboxBillingDetails => "/sandbox/billing-details",
            Self::Mailbox => "/sandbox/mailbox",
            Self::Mail => "/sandbox/mailbox/{id}",
            Self::MailPage => "/sandbox/mail-pages/{id}",
        }
    }

    /// The path with its parameter filled in; the parameter must be safe in an address.
    pub fn path_with(self, parameter: &str) -> String {
        match self.path().split_once('{') {
            Some((before, _)) => format!("{before}{parameter}"),
            None => self.path().to_owned(),
        }
    }

    /// What a caller must be (SPEC 7.2).
    pub const fn requires(self) -> Requires {
        match self {
            Self::SignIn => Requires::Public,
            Self::Session | Self::SignOut | Self::SignOutEverywhere => Requires::SignedIn,
            Self::Organization | Self::AccountStatus => Requires::May(Action::OpenOrganization),
            Self::PriceBook
            | Self::Subscription
            | Self::Usage
            | Self::Projects
            | Self::ComingUp => Requires::May(Action::ViewPlan),
            Self::Quotes | Self::PlanChanges | Self::PlanChange | Self::ScheduledChange => {
                Requires::May(Action::ChangePlan)
            }
            Self::Data => Requires::May(Action::ViewData),
            Self::Export => Requires::May(Action::ExportData),
            Self::Audit => Requires::May(Action::ViewAudit),
            Self::AuditSheet => Requires::May(Action::DownloadAudit),
            Self::Support | Self::Tickets => Requires::May(Action::OpenTicket),
            Self::Leaving | Self::Cancellation => Requires::May(Action::CancelPlan),
            Self::Pause => Requires::May(Action::PausePlan),
            Self::Reactivation => Requires::May(Action::RequestReactivation),
            Self::Invoices | Self::Invoice => Requires::May(Action::ViewInvoices),
            Self::UsageSheet => Requires::May(Action::DownloadUsage),
            Self::OutstandingPayments | Self::PaymentUnderWay => {
                Requires::May(Action::RetryPayment)
            }
            Self::SendUsage | Self::SendAddOnUse | Self::SendEvents | Self::SendProfiles => {
                Requires::Credential
            }
            // Whoever may upload usage may let a program send it.
            Self::StageUsage
            | Self::ApplyUsage
            | Self::DiscardUsage
            | Self::UploadAddOnUse
            | Self::Credentials
            | Self::IssueCredential
            | Self::RevokeCredential => Requires::May(Action::UploadUsage),
            Self::SandboxClock
            | Self::SandboxGateway
            | Self::SandboxPaymentMethod
            | Self::SandboxBillingDetails
            | Self::Mailbox
            | Self::Mail
            | Self::MailPage => Requires::Sandbox,
        }
    }

    /// What it uses of what a lock, a pause or the end of the account may shut (SPEC 6).
    pub const fn uses(self) -> RequestUse {
        match self.requires() {
            Requires::Public | Requires::SignedIn | Requires::Sandbox => RequestUse::Nothing,
            // The intake asks in the transaction of what comes in.
            Requires::Credential => RequestUse::Nothing,
            Requires::May(action) => action.uses(),
        }
    }
}
