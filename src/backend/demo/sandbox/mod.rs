//! What `serve --sandbox` adds to the server: handlers for the routes that need a sandbox.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use api::Route;
use async_trait::async_trait;
use axum::Extension;
use axum::routing::{MethodRouter, on};
use billing::people::permission::Switch;
use tokio::sync::Mutex;

use super::gateway::Script;
use crate::http::routes::method;
use crate::http::{AppState, Plugin, SignInLimits};
use crate::services::Services;
use crate::store::sandbox::shown;

mod controls;
mod mailbox;
mod on_file;

/// How often one may try to sign in, per minute: tests do so often.
const SIGN_INS: NonZeroU32 = NonZeroU32::MIN.saturating_add(599);

/// The state that the handlers share beside the server's.
#[derive(Debug, Clone)]
struct Sandbox {
    script: Script,
    /// Locked while the clock is moved.
    travelling: Arc<Mutex<()>>,
}

impl AppState {
    /// Adds the sandbox, whose gateway reads the script.
    pub fn with_sandbox(mut self, script: Script) -> Self {
        self.people_policy.sandbox = Switch::On;
        self.plugin = Some(Arc::new(Sandbox {
            script,
            travelling: Arc::default(),
        }));
        self.sign_in_limits = SignInLimits::per_minute(SIGN_INS);
        self
    }
}

#[async_trait]
impl Plugin for Sandbox {
    fn handler(&self, route: Route) -> Option<MethodRouter<AppState>> {
        Some(handler(route)?.route_layer(Extension(self.clone())))
    }

    /// Stores what the clock will have shown by the next tick, so that it continues from there even if
    /// this process is killed first.
    async fn tick(&self, services: &Services, pause: Duration) {
        let shown_at = services.clock.now() + pause;
        if let Err(cause) = shown::keep(&services.store, shown_at).await {
            tracing::warn!(%cause, "what the clock shows is not noted");
        }
    }
}

fn handler(route: Route) -> Option<MethodRouter<AppState>> {
    let method = method(route);
    match route {
        Route::SandboxClock => Some(on(method, controls::move_clock)),
        Route::SandboxGateway => Some(on(method, controls::script_gateway)),
        Route::SandboxPaymentMethod => Some(on(method, on_file::save_card)),
        Route::SandboxBillingDetails => Some(on(method, on_file::save_details)),
        Route::Mailbox => Some(on(method, mailbox::mailbox)),
        Route::Mail => Some(on(method, mailbox::mail)),
        Route::MailPage => Some(on(method, mailbox::page)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::route::Requires;

    /// Each route has one handler: the sandbox's if it needs a sandbox, or else the server's.
    #[test]
    fn each_route_has_one_handler() {
        for route in Route::ALL.iter().copied() {
            let needs_sandbox = route.requires() == Requires::Sandbox;
            assert_eq!(handler(route).is_some(), needs_sandbox, "{route:?}");
            let served = crate::http::routes::handler(route).is_some();
            assert_eq!(served, !needs_sandbox, "{route:?}");
        }
    }
}
