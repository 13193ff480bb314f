//! HTTP: the routes of `api::route`, each with its handler. One middleware authorises all of them.
//!
//! The routes that need a sandbox have their handlers in a [`Plugin`]; without one they do not exist.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use api::Route;
use api::route::{BASE, Method};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, MethodRouter, any, get, on};
use billing::people::permission::{Action, Grants, PeoplePolicy, Role};
use tokio_util::task::TaskTracker;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::foundation::clock::Clock;
use crate::mail::Mailer;
use crate::services::Services;

mod account_status;
mod assets;
mod audit;
mod authorise;
mod client_address;
pub mod connections;
mod credentials;
mod data;
pub(crate) mod extract;
mod health;
mod intake;
mod invoices;
mod leaving;
mod limits;
pub(crate) mod member;
mod orders;
mod payments;
mod plan;
mod plugin;
mod program;
mod query;
mod refused;
pub(crate) mod respond;
pub mod serve;
mod session;
mod snapshot;
mod support;
mod text;
mod unread;
mod upload;

pub use assets::Assets;
pub use authorise::COOKIE;
pub use client_address::{Peer, TrustedProxies};
pub use limits::SignInLimits;
pub use plugin::Plugin;
pub use refused::RefusedAttempts;

/// The largest body of an ordinary request, in bytes.
const BODY_LIMIT: usize = 64 * 1024;
/// The largest body of a ticket, in bytes: its attachments in base64, and its texts.
const UPLOAD_LIMIT: usize = 5 * 1024 * 1024;
/// The largest batch that a program can send, in bytes.
const BATCH_LIMIT: usize = 1024 * 1024;

/// The state that the handlers share.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The store, the clock and the payment gateway.
    pub services: Services,
    /// The clock by which sessions end: always the machine's.
    pub session_clock: Clock,
    /// The rate limits for sign-in.
    pub sign_in_limits: SignInLimits,
    /// The rate limit for entries about refused attempts in the activity log.
    pub refused_attempts: RefusedAttempts,
    /// Sends mails; `None` when another process does.
    pub mailer: Option<Mailer>,
    /// The settings that permissions depend on.
    pub people_policy: PeoplePolicy,
    /// What is added to the server.
    pub plugin: Option<Arc<dyn Plugin>>,
    /// Tasks that handle money and continue when the client has disconnected.
    pub tasks: TaskTracker,
    draining: Arc<AtomicBool>,
}

impl AppState {
    /// The state without a plugin and without a mailer.
    pub fn new(services: Services) -> Self {
        Self {
            services,
            session_clock: Clock::system(),
            sign_in_limits: SignInLimits::strict(),
            refused_attempts: RefusedAttempts::default(),
            mailer: None,
            people_policy: PeoplePolicy::DEFAULT,
            plugin: None,
            tasks: TaskTracker::new(),
            draining: Arc::default(),
        }
    }

    /// Adds the mailer that sends mails.
    pub fn with_mailer(self, mailer: Mailer) -> Self {
        Self {
            mailer: Some(mailer),
            ..self
        }
    }

    /// Makes `/ready` return 503, because the program is about to stop.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// Whether there is a sandbox and a role may use it.
    fn offers_sandbox(&self, role: Role) -> bool {
        let grants = Grants::of(role);
        grants.may(Action::UseSandbox, &self.people_policy).is_ok()
    }

    fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }
}

/// The router of the whole service: the API, the app's files, the health checks.
pub fn router(app: AppState, assets: Assets) -> Router {
    let mut api = Router::new();
    for route in Route::ALL.iter().copied() {
        let added = || app.plugin.as_ref()?.handler(route);
        let Some(handler) = handler(route).or_else(added) else {
            continue;
        };
        let permission = from_fn_with_state((app.clone(), route), authorise::authorise);
        let checked = handler.route_layer(from_fn(text::check_address));
        api = api.route(route.path(), checked.route_layer(permission));
    }
    let no_store = HeaderValue::from_static("no-store");
    let never_cached = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, no_store);
    let api = api
        .method_not_allowed_fallback(respond::method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(never_cached);
    Router::new()
        .nest(BASE, api)
        .route("/api", any(respond::not_found))
        .route("/api/{*rest}", any(respond::not_found))
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        .method_not_allowed_fallback(respond::method_not_allowed)
        .fallback_service(assets.service())
        .with_state(app)
        .layer(from_fn(respond::finish))
}

/// The method by which a route is called.
pub(crate) const fn method(route: Route) -> MethodFilter {
    match route.method() {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Delete => MethodFilter::DELETE,
    }
}

/// The handler of a route; `None` for the routes of a sandbox. The `match` has no `_` arm, so a route
/// that is forgotten does not compile.
pub(crate) fn handler(route: Route) -> Option<MethodRouter<AppState>> {
    let method = method(route);
    Some(match route {
        Route::SignIn => on(method, session::sign_in),
        Route::Session => on(method, session::session),
        Route::SignOut => on(method, session::sign_out),
        Route::SignOutEverywhere => on(method, session::sign_out_everywhere),
        Route::Organization => on(method, plan::organization),
        Route::PriceBook => on(method, plan::price_book),
        Route::Subscription => on(method, plan::subscription),
        Route::Usage => on(method, plan::usage),
        Route::Projects => on(method, plan::projects),
        Route::Quotes => on(method, orders::quote),
        Route::PlanChanges => on(method, orders::order),
        Route::PlanChange => on(method, orders::plan_change),
        Route::ScheduledChange => on(method, orders::withdraw),
        Route::Invoices => on(method, invoices::invoices),
        Route::Invoice => on(method, invoices::invoice),
        Route::OutstandingPayments => on(method, payments::pay),
        Route::PaymentUnderWay => on(method, payments::under_way),
        Route::AccountStatus => on(method, account_status::account_status),
        Route::Leaving => on(method, leaving::leaving),
        Route::Pause => on(method, leaving::pause),
        Route::Cancellation => on(method, leaving::cancellation),
        Route::Reactivation => on(method, leaving::reactivation),
        Route::ComingUp => on(method, account_status::coming_up),
        Route::SendUsage => {
            on(method, intake::send_usage).layer(DefaultBodyLimit::max(BATCH_LIMIT))
        }
        Route::SendAddOnUse => on(method, intake::send_add_on_use),
        Route::UploadAddOnUse => on(method, intake::upload_add_on_use),
        Route::SendEvents => {
            on(method, intake::send_events).layer(DefaultBodyLimit::max(BATCH_LIMIT))
        }
        Route::SendProfiles => {
            on(method, intake::send_profiles).layer(DefaultBodyLimit::max(BATCH_LIMIT))
        }
        Route::UsageCsv => on(method, upload::summary),
        Route::StageUsage => on(method, upload::stage),
        Route::ApplyUsage => on(method, upload::apply),
        Route::DiscardUsage => on(method, upload::discard),
        Route::Credentials => on(method, credentials::credentials),
        Route::IssueCredential => on(method, credentials::issue),
        Route::RevokeCredential => on(method, credentials::revoke),
        Route::Data => on(method, data::data),
        Route::Export => on(method, data::export),
        Route::Audit => on(method, audit::activity),
        Route::AuditCsv => on(method, audit::csv),
        Route::Support => on(method, support::support),
        Route::Tickets => on(method, support::open).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)),
        Route::SandboxClock
        | Route::SandboxGateway
        | Route::SandboxPaymentMethod
        | Route::SandboxBillingDetails
        | Route::Mailbox
        | Route::Mail
        | Route::MailPage => return None,
    })
}
