//! A backend for a test: a database, a clock that does not run, a scripted gateway, customers, and
//! requests that go through the router as a browser's do, without a socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use api::plan::plan_change::Order;
use api::plan::quote::Quote;
use api::route::{BASE, IDEMPOTENCY_KEY};
use api::{Code, Problem};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use backend::demo::gateway::{Script, ScriptedGateway};
use backend::foundation::clock::Clock;
use backend::http::{AppState, Assets, router};
use backend::services::Services;
use backend::services::gateway::PaymentGateway;
use backend::store::{Engine, Store};
use billing::account::reason::Reason;
use billing::catalog::policy::Policy;
use billing::{Currency, Money, OrganizationId, PlanChange};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;
use tower::ServiceExt;

use super::cluster;

mod customer;
mod held;
mod program;

pub(crate) use customer::{Customer, Tenant, Year, organization, user};
pub(crate) use held::{Held, HoldPoint};

/// The organization of most tests.
pub(crate) static ACME: OrganizationId = OrganizationId::from_static("acme");
/// The time at which every test begins.
pub(crate) const START: &str = "2026-06-20T10:00:00Z";

/// A running backend.
pub(crate) struct World {
    pub(crate) services: Services,
    pub(crate) app: AppState,
    pub(crate) script: Script,
    pub(crate) url: String,
    router: Router,
    folder: Option<TempDir>,
}

/// The response to a request.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl World {
    /// A new database of this engine.
    pub(crate) async fn on(engine: Engine) -> Self {
        Self::with_gateway(engine, |sandbox| Arc::new(sandbox)).await
    }

    /// As [`World::on`], with a gateway that wraps the sandbox's.
    pub(crate) async fn with_gateway(
        engine: Engine,
        gateway: impl FnOnce(ScriptedGateway) -> Arc<dyn PaymentGateway>,
    ) -> Self {
        let (url, folder) = match engine {
            Engine::Sqlite => {
                let (url, folder) = cluster::sqlite().await;
                (url, Some(folder))
            }
            Engine::Postgres => (cluster::postgres().await, None),
        };
        let mut world = Self::open(&url, at(START), gateway).await;
        world.folder = folder;
        world
    }

    /// A backend on an existing database.
    pub(crate) async fn open(
        url: &str,
        now: DateTime<Utc>,
        gateway: impl FnOnce(ScriptedGateway) -> Arc<dyn PaymentGateway>,
    ) -> Self {
        let store = Store::open(url).await.unwrap();
        let (clock, script) = (Clock::fixed_at(now), Script::default());
        let gateway = gateway(ScriptedGateway::new(
            store.clone(),
            clock.clone(),
            script.clone(),
        ));
        let services = Services {
            store,
            clock,
            gateway,
        };
        let app = AppState::new(services.clone()).with_sandbox(script.clone());
        let router = router(app.clone(), Assets::none());
        Self {
            services,
            app,
            script,
            url: url.to_owned(),
            router,
            folder: None,
        }
    }

    /// The same backend with another policy.
    pub(crate) fn under(mut self, policy: Policy) -> Self {
        self.services.store = self.services.store.under(policy);
        let app = AppState::new(self.services.clone());
        self.route(app);
        self
    }

    /// Another process on the same database, at the same time.
    pub(crate) async fn another(&self) -> Self {
        Self::open(&self.url, self.services.clock.now(), |sandbox| {
            Arc::new(sandbox)
        })
        .await
    }

    /// Another world of the same engine, with an empty database.
    pub(crate) async fn fresh(&self) -> Self {
        Self::on(self.services.store.engine()).await
    }

    /// Replaces the router of the backend.
    pub(crate) fn route(&mut self, app: AppState) {
        self.app = app.clone();
        self.router = router(app, Assets::none());
    }

    /// Moves the clock forward.
    pub(crate) fn move_to(&self, instant: &str) {
        self.services.clock.move_to(at(instant)).unwrap();
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        Reply::of(&self.router, request).await
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Reply {
        self.send(
            request(Method::GET, token, path)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn delete(&self, token: &str, path: &str) -> Reply {
        self.send(
            request(Method::DELETE, token, path)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: &impl Serialize) -> Reply {
        let body = Body::from(serde_json::to_string(body).unwrap());
        let request =
            request(Method::POST, token, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(body).unwrap()).await
    }

    /// The backend's current quote for a change.
    pub(crate) async fn quote(&self, token: &str, change: &PlanChange) -> Quote {
        self.post(token, "/quotes", change).await.json()
    }

    /// Orders exactly this, with a key.
    pub(crate) async fn order(&self, token: &str, key: &str, order: &Order) -> Reply {
        self.send(order_request(token, key, order)).await
    }

    /// Asks for a quote and orders at it, with a new key.
    pub(crate) async fn buy(&self, token: &str, change: &PlanChange) -> Reply {
        let order = reasoned(self.quote(token, change).await.order());
        self.order(token, &new_key(), &order).await
    }

    /// Orders the payment of the outstanding invoices, with a key.
    pub(crate) async fn pay(
        &self,
        token: &str,
        key: &str,
        order: &api::invoicing::payment::PayOutstanding,
    ) -> Reply {
        let request = request(Method::POST, token, "/outstanding/payments")
            .header(header::CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, key)
            .body(Body::from(serde_json::to_string(order).unwrap()));
        self.send(request.unwrap()).await
    }

    /// A number from the database.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        let number = sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
            .fetch_one(&mut connection)
            .await
            .unwrap_or_else(|cause| panic!("{query}: {cause}"));
        connection.close().await.unwrap();
        number
    }

    /// Texts from the database.
    pub(crate) async fn names(&self, query: &str) -> Vec<String> {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        let names = sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
            .fetch_all(&mut connection)
            .await
            .unwrap_or_else(|cause| panic!("{query}: {cause}"));
        connection.close().await.unwrap();
        names
    }

    /// The router, for responses whose body is not text.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// Runs a statement on the database directly.
    pub(crate) async fn run(&self, statement: &str) -> Result<(), sqlx::Error> {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        connection
            .execute(AssertSqlSafe(statement.to_owned()))
            .await
            .map(drop)
    }

    /// The number of charges that the gateway has captured.
    pub(crate) async fn captures(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM sandbox_charges WHERE outcome = 'captured'")
            .await
    }

    /// Waits until payment tasks without a waiting request have ended.
    pub(crate) async fn rest(&self) {
        self.app.tasks.close();
        self.app.tasks.wait().await;
        self.app.tasks.reopen();
    }
}

impl Reply {
    /// The response of a router.
    pub(crate) async fn of(router: &Router, request: Request<Body>) -> Self {
        let response = router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self {
            status,
            headers,
            text,
        }
    }

    /// The body of a success.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        serde_json::from_str(&self.text).unwrap_or_else(|cause| panic!("{cause}: {}", self.text))
    }

    /// The problem of a refusal, after a check of its form.
    pub(crate) fn problem(&self) -> Problem {
        let problem: Problem = serde_json::from_str(&self.text)
            .unwrap_or_else(|cause| panic!("{cause}: {} {}", self.status, self.text));
        assert_eq!(self.headers[header::CONTENT_TYPE], api::problem::MEDIA_TYPE);
        assert_eq!(
            (problem.status, problem.code.status()),
            (self.status.as_u16(), self.status.as_u16())
        );
        assert!(
            !problem.request_id.is_empty() && !problem.detail.ends_with('.'),
            "{problem:?}"
        );
        problem
    }

    /// The code of a refusal.
    pub(crate) fn code(&self) -> Code {
        self.problem().code
    }
}

/// An instant from its text.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// An amount of US dollars.
pub(crate) fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::new("USD", 2).unwrap()).unwrap()
}

/// An amount of Indian rupees.
pub(crate) fn inr(amount: &str) -> Money {
    Money::parse(amount, Currency::new("INR", 2).unwrap()).unwrap()
}

/// An order with a reason for each removal.
pub(crate) fn reasoned(order: Order) -> Order {
    let removed = order.change.remove.iter().cloned();
    let reasons = removed.map(|add_on| (add_on, Reason::LowUsage)).collect();
    Order { reasons, ..order }
}

/// An idempotency key as a browser creates one: never the same.
pub(crate) fn new_key() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("key-{:08}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A request with a bearer token; without one if the token is empty.
pub(crate) fn request(method: Method, token: &str, path: &str) -> axum::http::request::Builder {
    let request = Request::builder()
        .method(method)
        .uri(format!("{BASE}{path}"));
    if token.is_empty() {
        request
    } else {
        request.header(header::AUTHORIZATION, format!("Bearer {token}"))
    }
}

/// The request of an order.
pub(crate) fn order_request(token: &str, key: &str, order: &Order) -> Request<Body> {
    request(Method::POST, token, "/plan-changes")
        .header(header::CONTENT_TYPE, "application/json")
        .header(IDEMPOTENCY_KEY, key)
        .body(Body::from(serde_json::to_string(order).unwrap()))
        .unwrap()
}
