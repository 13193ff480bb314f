//! HTTP: the routes of `api::route`, each with its handler. [`router`] puts them together.
//!
//! The modules, in reading order:
//!
//! - `response`: responses and refusals, and the middleware that completes them.
//! - `request`: the client's address, the check of texts, extractors.
//! - `authorisation`: the one middleware that authorises all routes, for users and for programs.
//! - `routes`: the handlers, and the table of them.
//! - [`server`]: the process: connections, graceful stop, the app's files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use api::Route;
use api::route::BASE;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use billing::people::permission::{Action, Grants, PeoplePolicy, Role};
use tokio_util::task::TaskTracker;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::foundation::clock::Clock;
use crate::mail::Mailer;
use crate::services::Services;

pub(crate) mod authorisation;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod routes;
pub mod server;

pub use authorisation::COOKIE;
pub use authorisation::refused::RefusedAttempts;
pub use authorisation::sign_in_limits::SignInLimits;
pub use request::client_address::{Peer, TrustedProxies};
pub use routes::plugin::Plugin;
pub use server::assets::Assets;

/// The largest body of an ordinary request, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

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
        let Some(handler) = routes::handler(route).or_else(added) else {
            continue;
        };
        let permission = from_fn_with_state((app.clone(), route), authorisation::authorise);
        let checked = handler.route_layer(from_fn(request::text::check_address));
        api = api.route(route.path(), checked.route_layer(permission));
    }
    let no_store = HeaderValue::from_static("no-store");
    let never_cached = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, no_store);
    let api = api
        .method_not_allowed_fallback(response::method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(never_cached);
    Router::new()
        .nest(BASE, api)
        .route("/api", any(response::not_found))
        .route("/api/{*rest}", any(response::not_found))
        .route("/health", get(routes::health::health))
        .route("/ready", get(routes::health::ready))
        .method_not_allowed_fallback(response::method_not_allowed)
        .fallback_service(assets.service())
        .with_state(app)
        .layer(from_fn(response::finish))
}
