//! Every route: its method, its path, and the permission that it requires.

use billing::access::RequestUse;
use billing::people::permission::Action;

mod refused;

/// The prefix of all paths.
pub const BASE: &str = "/api/v1";

/// The header with the idempotency key of an order: the same key acts once (SPEC R19).
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The HTTP method of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`: reads.
    Get,
    /// `POST`: creates or changes something.
    Post,
    /// `DELETE`: withdraws or removes something.
    Delete,
}

/// What a caller needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requires {
    /// Nothing: the route signs the caller in.
    Public,
    /// A session, with any role.
    SignedIn,
    /// A session, with a role that may do this.
    May(Action),
    /// A credential of the organization; a session is refused.
    Credential,
    /// An admin's session in a backend with `--sandbox`; without it the route does not exist.
    Sandbox,
}

/// A route of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// Signs in: [`SignIn`](crate::session::SignIn) to [`Session`](crate::session::Session).
    SignIn,
    /// The session of the caller: [`Session`](crate::session::Session).
    Session,
    /// Signs out.
    SignOut,
    /// Signs out on every device.
    SignOutEverywhere,
    /// The organization of the caller: [`Organization`](crate::session::Organization).
    Organization,
    /// The price book in force, as [`billing::PriceBook::parse`] reads it.
    PriceBook,
    /// Everything a price depends on: [`Subscription`](crate::plan::subscription::Subscription).
    Subscription,
    /// The month's usage: [`Usage`](crate::usage::Usage).
    Usage,
    /// The usage by project, in pages: [`ProjectPage`](crate::usage::ProjectPage).
    Projects,
    /// Prices an order: [`PlanChange`](billing::PlanChange) to [`Quote`](crate::plan::quote::Quote).
    Quotes,
    /// Orders a change: [`Order`](crate::plan::plan_change::Order) to
    /// [`PlanChange`](crate::plan::plan_change::PlanChange), with an idempotency key.
    PlanChanges,
    /// The state of an order: [`PlanChange`](crate::plan::plan_change::PlanChange).
    PlanChange,
    /// Withdraws a scheduled change; returns the [`Subscription`](crate::plan::subscription::Subscription).
    ScheduledChange,
    /// The invoices, newest first: [`Invoices`](crate::invoicing::invoice::Invoices).
    Invoices,
    /// One invoice with all its lines: [`Invoice`](crate::invoicing::invoice::Invoice).
    Invoice,
    /// Pays what is outstanding: [`PayOutstanding`](crate::invoicing::payment::PayOutstanding) to
    /// [`Payments`](crate::invoicing::payment::Payments), with an idempotency key.
    OutstandingPayments,
    /// The state of a payment of invoices that is in progress, such as one that the bank wants confirmed:
    /// [`Payments`](crate::invoicing::payment::Payments).
    PaymentUnderWay,
    /// The account status: [`AccountStatus`](crate::account::account_status::AccountStatus).
    AccountStatus,
    /// The usage summary as a CSV file, with every figure.
    UsageCsv,
    /// The coming dates as a calendar (RFC 5545).
    ComingUp,
    /// What a pause or a cancellation would cost and delete: [`Leaving`](crate::account::leaving::Leaving).
    Leaving,
    /// Pauses the plan: [`Pause`](crate::account::leaving::Pause) to
    /// [`Left`](crate::account::leaving::Left), with an idempotency key.
    Pause,
    /// Cancels the account: [`Cancellation`](crate::account::leaving::Cancellation) to
    /// [`Left`](crate::account::leaving::Left), with an idempotency key.
    Cancellation,
    /// Asks to reactivate a paused plan; returns [`Requested`](crate::account::leaving::Requested).
    Reactivation,
    /// Figures by project and day: [`UsageRows`](crate::usage::intake::UsageRows) to
    /// [`IntakeResult`](crate::usage::intake::IntakeResult). Sending a row again changes nothing.
    SendUsage,
    /// Uses of add-ons by day: [`AddOnUseRows`](crate::usage::intake::AddOnUseRows) to
    /// [`AddOnUseResult`](crate::usage::intake::AddOnUseResult). Sending a row again changes nothing.
    SendAddOnUse,
    /// Uses of add-ons by day as a CSV file, `add_on,day,used`.
    UploadAddOnUse,
    /// Events: [`Events`](crate::usage::events::Events) to
    /// [`BatchResult`](crate::usage::events::BatchResult). An event that is sent again is stored once.
    SendEvents,
    /// Profile updates: [`Profiles`](crate::usage::events::Profiles) to
    /// [`BatchResult`](crate::usage::events::BatchResult).
    SendProfiles,
    /// Reads and checks a CSV file of figures, line by line; returns
    /// [`StagedUsage`](crate::usage::intake::StagedUsage). None of it counts until it is applied.
    StageUsage,
    /// Applies a staged file, all of it at once; returns
    /// [`IntakeResult`](crate::usage::intake::IntakeResult). Applying it again changes nothing.
    ApplyUsage,
    /// Discards a staged file.
    DiscardUsage,
    /// The credentials of programs: [`Credentials`](crate::usage::credential::Credentials).
    Credentials,
    /// Issues a credential: [`IssueCredential`](crate::usage::credential::IssueCredential) to
    /// [`IssuedCredential`](crate::usage::credential::IssuedCredential).
    IssueCredential,
    /// Revokes a credential; returns [`Credentials`](crate::usage::credential::Credentials).
    RevokeCredential,
    /// Moves the sandbox clock: [`ClockMove`](crate::sandbox::ClockMove).
    SandboxClock,
    /// Scripts the sandbox gateway: [`GatewayScript`](crate::sandbox::GatewayScript).
    SandboxGateway,
    /// Retention, region, checklist and schema: [`Data`](crate::data::Data).
    Data,
    /// All data of the account, as an archive of `csv` or `json` files.
    Export,
    /// What the support form needs, and the tickets: [`Support`](crate::support::Support).
    Support,
    /// The audit log, newest first: [`Activity`](crate::audit::Activity). Takes `section`, one or several
    /// separated by commas, `from` and `to`, days in the organization's time zone, `before` and `limit`.
    Audit,
    /// The audit log without paging, as a CSV file.
    AuditCsv,
    /// Opens a ticket: [`NewTicket`](crate::support::NewTicket) to
    /// [`Ticket`](crate::support::Ticket), with an idempotency key.
    Tickets,
    /// Saves a test card as the payment method: [`CardSaved`](crate::sandbox::CardSaved).
    SandboxPaymentMethod,
    /// Saves billing details: a [`Party`](crate::invoicing::invoice::Party).
    SandboxBillingDetails,
    /// The organization's mails: [`Mailbox`](crate::sandbox::mailbox::Mailbox).
    Mailbox,
    /// One mail: [`Mail`](crate::sandbox::mailbox::Mail).
    Mail,
    /// One mail as an HTML page without scripts, as its recipient sees it.
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
        Self::UsageCsv,
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
        Self::AuditCsv,
        Self::Support,
        Self::Tickets,
        Self::SandboxPaymentMethod,
        Self::SandboxBillingDetails,
        Self::Mailbox,
        Self::Mail,
        Self::MailPage,
    ];

    /// The HTTP method of the route.
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
            | Self::AuditCsv
            | Self::ComingUp
            | Self::Support
            | Self::Leaving
            | Self::Mailbox
            | Self::Mail
            | Self::MailPage
            | Self::UsageCsv
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
            Self::UsageCsv => "/usage/summary.csv",
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
            Self::AuditCsv => "/audit.csv",
            Self::Support => "/support",
            Self::Tickets => "/support/tickets",
            Self::SandboxPaymentMethod => "/sandbox/payment-method",
            Self::SandboxBillingDetails => "/sandbox/billing-details",
            Self::Mailbox => "/sandbox/mailbox",
            Self::Mail => "/sandbox/mailbox/{id}",
            Self::MailPage => "/sandbox/mail-pages/{id}",
        }
    }

    /// The path with its parameter filled in; the parameter must not need percent-encoding.
    pub fn path_with(self, parameter: &str) -> String {
        match self.path().split_once('{') {
            Some((before, _)) => format!("{before}{parameter}"),
            None => self.path().to_owned(),
        }
    }

    /// What the route requires of its caller (SPEC 7.2).
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
            Self::AuditCsv => Requires::May(Action::DownloadAudit),
            Self::Support | Self::Tickets => Requires::May(Action::OpenTicket),
            Self::Leaving | Self::Cancellation => Requires::May(Action::CancelPlan),
            Self::Pause => Requires::May(Action::PausePlan),
            Self::Reactivation => Requires::May(Action::RequestReactivation),
            Self::Invoices | Self::Invoice => Requires::May(Action::ViewInvoices),
            Self::UsageCsv => Requires::May(Action::DownloadUsage),
            Self::OutstandingPayments | Self::PaymentUnderWay => {
                Requires::May(Action::RetryPayment)
            }
            Self::SendUsage | Self::SendAddOnUse | Self::SendEvents | Self::SendProfiles => {
                Requires::Credential
            }
            // A role that may upload usage may also issue credentials to programs that send it.
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

    /// The use that a lock, a pause or the end of the account can forbid (SPEC 6).
    pub const fn uses(self) -> RequestUse {
        match self.requires() {
            Requires::Public | Requires::SignedIn | Requires::Sandbox => RequestUse::Nothing,
            // The intake checks access in the transaction that stores the usage.
            Requires::Credential => RequestUse::Nothing,
            Requires::May(action) => action.uses(),
        }
    }
}
