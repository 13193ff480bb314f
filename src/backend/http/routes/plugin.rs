//! What a build may add to the server. The server itself knows no such addition.

use std::fmt;
use std::time::Duration;

use api::Route;
use async_trait::async_trait;
use axum::routing::MethodRouter;

use crate::http::AppState;
use crate::services::Services;

#[async_trait]
pub trait Plugin: fmt::Debug + Send + Sync {
    /// The handler of a route that the server has none for.
    fn handler(&self, route: Route) -> Option<MethodRouter<AppState>>;

    /// Runs each time before the server looks for due jobs; the next time is after this pause.
    async fn tick(&self, services: &Services, pause: Duration);
}
