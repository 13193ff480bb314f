//! The only place that speaks HTTP: one function per endpoint.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use api::invoice::{Invoice, Invoices};
use api::plan_change::PlanChange;
use api::route::{IDEMPOTENCY_KEY, Method, Route};
use api::session::{Session, SignIn};
use api::subscription::Subscription;
use api::usage::Usage;
use api::{Code, Problem};
use billing::PriceBook;
use gloo_net::http::{RequestBuilder, Response};
use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use crate::failure::Failure;
use crate::json;
use crate::options::Options;
use crate::session::Who;
use crate::view::Live;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long to wait before the one repetition of a read.
const BREATH: Duration = Duration::from_millis(400);

/// The way to the backend.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    host: StoredValue<Host, LocalStorage>,
    who: Live<Who>,
}

#[derive(Debug, Clone)]
struct Host {
    base: String,
    get_token: Option<Function>,
}

/// A request: the route, its parameter, its body, its idempotency key.
struct Call {
    route: Route,
    parameter: String,
    body: Option<String>,
    key: Option<String>,
}

impl Call {
    fn to(route: Route) -> Self {
        Self::of(route, "")
    }

    fn of(route: Route, parameter: &str) -> Self {
        Self {
            route,
            parameter: parameter.to_owned(),
            body: None,
            key: None,
        }
    }
}

/// One future for every call, so that its code is there once.
type Sent = Pin<Box<dyn Future<Output = Result<String, Failure>>>>;

impl Client {
    /// A client for a host; who is signed in is kept in `who`.
    #[must_use]
    pub fn new(options: &Options, who: Live<Who>) -> Self {
        let host = Host {
            base: options.api_base.clone(),
            get_token: options.get_token.clone(),
        };
        Self {
            host: StoredValue::new_local(host),
            who,
        }
    }

    /// `POST /session`.
    pub async fn sign_in(self, with: &SignIn) -> Result<Session, Failure> {
        let body = serde_json::to_string(with).map_err(|_| Failure::Garbled)?;
        let call = Call {
            body: Some(body),
            ..Call::to(Route::SignIn)
        };
        read(&self.send(call).await?)
    }

    /// `GET /session`.
    pub async fn session(self) -> Result<Session, Failure> {
        read(&self.send(Call::to(Route::Session)).await?)
    }

    /// `DELETE /session`.
    pub async fn sign_out(self) -> Result<(), Failure> {
        self.send(Call::to(Route::SignOut)).await.map(drop)
    }

    /// `GET /price-book`.
    pub async fn price_book(self) -> Result<PriceBook, Failure> {
        let text = self.send(Call::to(Route::PriceBook)).await?;
        json::price_book(&text).map_err(|_| Failure::Garbled)
    }

    /// `GET /subscription`.
    pub async fn subscription(self) -> Result<Subscription, Failure> {
        read(&self.send(Call::to(Route::Subscription)).await?)
    }

    /// `GET /usage`.
    pub async fn usage(self) -> Result<Usage, Failure> {
        read(&self.send(Call::to(Route::Usage)).await?)
    }

    /// `POST /plan-changes`, with an [`Order`](api::plan_change::Order) as it was kept: the same
    /// key acts once, however often it is sent.
    pub async fn change_plan(self, key: &str, order: &str) -> Result<PlanChange, Failure> {
        let call = Call {
            body: Some(order.to_owned()),
            key: Some(key.to_owned()),
            ..Call::to(Route::PlanChanges)
        };
        read(&self.send(call).await?)
    }

    /// `GET /plan-changes/{id}`.
    pub async fn plan_change(self, id: &str) -> Result<PlanChange, Failure> {
        read(&self.send(Call::of(Route::PlanChange, id)).await?)
    }

    /// `DELETE /scheduled-changes/{id}`.
    pub async fn withdraw(self, id: &str) -> Result<Subscription, Failure> {
        read(&self.send(Call::of(Route::ScheduledChange, id)).await?)
    }

    /// `GET /invoices`, from the newest, or from behind `after`.
    pub async fn invoices(self, after: Option<&str>) -> Result<Invoices, Failure> {
        let query = after.map_or_else(String::new, |after| format!("?after={after}"));
        read(&self.send(Call::of(Route::Invoices, &query)).await?)
    }

    /// `GET /invoices/{number}`.
    pub async fn invoice(self, number: &str) -> Result<Invoice, Failure> {
        read(&self.send(Call::of(Route::Invoice, number)).await?)
    }

    /// Sends a call; a read that failed in passing is repeated once.
    fn send(self, call: Call) -> Sent {
        Box::pin(async move {
            let mut reads_left = u8::from(call.route.method() == Method::Get);
            loop {
                match self.send_once(&call).await {
                    Err(failure) if reads_left > 0 && failure.is_passing() => {
                        reads_left -= 1;
                        wait(BREATH).await;
                    }
                    answer => return answer,
                }
            }
        })
    }

    async fn send_once(self, call: &Call) -> Result<String, Failure> {
        let Some(host) = self.host.try_get_value() else {
            return Err(Failure::Offline);
        };
        let token = match &host.get_token {
            Some(get_token) => Some(token(get_token).await?),
            None => None,
        };
        let abort = AbortController::new().map_err(|_| Failure::Offline)?;
        let timer = set_timeout_with_handle(
            {
                let abort = abort.clone();
                move || abort.abort()
            },
            PATIENCE,
        );
        let answer = exchange(&host.base, call, token.as_deref(), &abort).await;
        if let Ok(timer) = timer {
            timer.clear();
        }
        let answer = match answer {
            Err(_) if abort.signal().aborted() => Err(Failure::Timeout),
            answer => answer,
        };
        if answer.as_ref().err().and_then(Failure::code) == Some(Code::NotSignedIn) {
            self.who.set(Who::Nobody);
        }
        answer
    }
}

async fn exchange(
    base: &str,
    call: &Call,
    token: Option<&str>,
    abort: &AbortController,
) -> Result<String, Failure> {
    let path = match call.route {
        Route::Invoices => format!("{}{}", call.route.path(), call.parameter),
        route => route.path_with(&call.parameter),
    };
    let mut request = RequestBuilder::new(&format!("{base}{path}"))
        .method(match call.route.method() {
            Method::Get => gloo_net::http::Method::GET,
            Method::Post => gloo_net::http::Method::POST,
            Method::Delete => gloo_net::http::Method::DELETE,
        })
        .header("accept", "application/json")
        .abort_signal(Some(&abort.signal()));
    if let Some(token) = token {
        request = request.header("authorization", &format!("Bearer {token}"));
    }
    if let Some(key) = &call.key {
        request = request.header(IDEMPOTENCY_KEY, key);
    }
    let request = match &call.body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(body.as_str()),
        None => request.build(),
    };
    let request = request.map_err(|_| Failure::Garbled)?;
    let response = request.send().await.map_err(|_| Failure::Offline)?;
    let text = response.text().await.map_err(|_| Failure::Offline)?;
    answer(&response, text)
}

fn answer(response: &Response, text: String) -> Result<String, Failure> {
    if response.ok() {
        return Ok(text);
    }
    match json::read::<Problem>(&text) {
        Ok(problem) => Err(Failure::Refused(Box::new(problem))),
        Err(_) => Err(Failure::Garbled),
    }
}

fn read<T: json::Read>(text: &str) -> Result<T, Failure> {
    json::read(text).map_err(|_| Failure::Garbled)
}

/// Asks the host for a token; a host that has none stands for nobody signed in.
async fn token(get_token: &Function) -> Result<String, Failure> {
    let promise = get_token
        .call0(&JsValue::NULL)
        .ok()
        .and_then(|promise| promise.dyn_into::<Promise>().ok());
    let token = match promise {
        Some(promise) => JsFuture::from(promise).await.ok(),
        None => None,
    };
    token
        .and_then(|token| token.as_string())
        .ok_or(Failure::Offline)
}

/// Waits.
pub async fn wait(time: Duration) {
    let millis = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        }
    });
    let _ = JsFuture::from(promise).await;
}
