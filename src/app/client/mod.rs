//! Requests to the backend; nothing else speaks HTTP.
//!
//! [`Client`] has one function per route. Beside it: [`json`] reads a response, [`failure`] says why there
//! is none, [`session`] who is signed in, [`load`] keeps what a page has loaded, and [`intent`] keeps an
//! order until its response is final.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use api::invoicing::invoice::{Invoice, Invoices};
use api::plan::plan_change::PlanChange;
use api::plan::subscription::Subscription;
use api::route::{IDEMPOTENCY_KEY, Method, Route};
use api::session::{Session, SignIn};
use api::usage::{ProjectPage, Usage};
use api::{Code, Problem};
use billing::{PlanChangeId, PriceBook};
use gloo_net::http::RequestBuilder;
use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use crate::options::Options;
use crate::view::Live;

pub mod failure;
pub mod intent;
pub mod json;
pub mod load;
mod requests;
pub mod session;

pub use requests::audit::selected;

use failure::Failure;
use json::Json;
use session::Who;

/// How long a response may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long to wait before a failed read is repeated, once.
const BREATH: Duration = Duration::from_millis(400);

/// The HTTP client of the API.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    host: StoredValue<Host, LocalStorage>,
    who: Live<Who>,
    changes: Live<u32>,
}

#[derive(Debug, Clone)]
struct Host {
    base: String,
    get_token: Option<Function>,
}

/// A request: its route, path parameter, body and idempotency key.
struct Call {
    route: Route,
    parameter: String,
    body: Option<String>,
    key: Option<String>,
    patience: Duration,
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
            patience: PATIENCE,
        }
    }
}

/// A response that is awaited.
pub type Asked<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// The future of every call has one type, so that its code is in the binary once.
type Sent = Asked<Json>;

impl Client {
    /// A client for a host; it keeps `who` up to date.
    pub fn new(options: &Options, who: Live<Who>) -> Self {
        let host = Host {
            base: options.api_base.clone(),
            get_token: options.get_token.clone(),
        };
        Self {
            host: StoredValue::new_local(host),
            who,
            changes: Live::new(0),
        }
    }

    /// `POST /session`.
    pub fn sign_in(self, with: &SignIn) -> Asked<Session> {
        let mut call = Call::to(Route::SignIn);
        call.body = serde_json::to_string(with).ok();
        self.ask(call)
    }

    /// `GET /session`.
    pub fn session(self) -> Asked<Session> {
        self.ask(Call::to(Route::Session))
    }

    /// `DELETE /session`, or `DELETE /sessions` for every device.
    pub async fn sign_out(self, of: Route) -> Result<(), Failure> {
        self.send(Call::to(of)).await.map(drop)
    }

    /// `GET /price-book`.
    pub async fn price_book(self) -> Result<PriceBook, Failure> {
        let book = self.send(Call::to(Route::PriceBook)).await?;
        json::price_book(book).map_err(|_| Failure::Garbled)
    }

    /// `GET /subscription`.
    pub fn subscription(self) -> Asked<Subscription> {
        self.ask(Call::to(Route::Subscription))
    }

    /// `GET /usage`.
    pub fn usage(self) -> Asked<Usage> {
        self.ask(Call::to(Route::Usage))
    }

    /// `GET /usage/projects`, of those whose name contains the words, after the project `after`.
    pub fn projects(self, words: &str, after: Option<&str>) -> Asked<ProjectPage> {
        let words = String::from(js_sys::encode_uri_component(words));
        let after = after.map_or_else(String::new, |after| format!("&after={after}"));
        self.ask(Call::of(Route::Projects, &format!("?words={words}{after}")))
    }

    /// `POST /plan-changes`, with an [`Order`](api::plan::plan_change::Order) as it was stored: the same key
    /// acts once, however often it is sent.
    pub fn change_plan(self, key: &str, order: &str) -> Asked<PlanChange> {
        let mut call = Call::to(Route::PlanChanges);
        call.body = Some(order.to_owned());
        call.key = Some(key.to_owned());
        self.ask(call)
    }

    /// `GET /plan-changes/{id}`.
    pub fn plan_change(self, id: &PlanChangeId) -> Asked<PlanChange> {
        self.ask(Call::of(Route::PlanChange, id.as_str()))
    }

    /// `DELETE /scheduled-changes/{id}`.
    pub fn withdraw(self, id: &PlanChangeId) -> Asked<Subscription> {
        self.ask(Call::of(Route::ScheduledChange, id.as_str()))
    }

    /// `GET /invoices`, from the newest, or after the invoice `after`.
    pub fn invoices(self, after: Option<&str>) -> Asked<Invoices> {
        let query = after.map_or_else(String::new, |after| format!("?after={after}"));
        self.ask(Call::of(Route::Invoices, &query))
    }

    /// `GET /invoices/{number}`.
    pub fn invoice(self, number: &str) -> Asked<Invoice> {
        self.ask(Call::of(Route::Invoice, number))
    }

    /// The address of a route, for a link.
    fn address(self, route: Route, parameter: &str) -> String {
        let host = self.host.try_get_value();
        let base = host.map_or_else(String::new, |host| host.base);
        format!("{base}{}", route.path_with(parameter))
    }

    /// The address of a download, for a link; `None` when the host uses tokens, which a link cannot send.
    fn download(self, route: Route, query: &str) -> Option<String> {
        let host = self.host.try_get_value()?;
        let plain = host.get_token.is_none();
        plain.then(|| format!("{}{}{query}", host.base, route.path()))
    }

    fn ask<T: json::Read + 'static>(self, call: Call) -> Asked<T> {
        let sent = self.send(call);
        Box::pin(async move { json::finish(sent.await?).map_err(|_| Failure::Garbled) })
    }

    /// Sends a call; a read that failed temporarily is repeated once.
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

    async fn send_once(self, call: &Call) -> Result<Json, Failure> {
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
            call.patience,
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
            self.who.set(self.who.get_now().lapsed());
        }
        self.notice_change(call, &answer);
        answer
    }
}

async fn exchange(
    base: &str,
    call: &Call,
    token: Option<&str>,
    abort: &AbortController,
) -> Result<Json, Failure> {
    let path = if call.parameter.starts_with('?') {
        format!("{}{}", call.route.path(), call.parameter)
    } else {
        call.route.path_with(&call.parameter)
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
    answer(response.status(), &text)
}

fn answer(status: u16, text: &str) -> Result<Json, Failure> {
    let is_ok = (200..300).contains(&status);
    if is_ok && text.is_empty() {
        return Ok(Json::Null);
    }
    let json = Json::parse(text).map_err(|_| Failure::Garbled)?;
    if is_ok {
        return Ok(json);
    }
    let problem: Problem = json::finish(json).map_err(|_| Failure::Garbled)?;
    Err(Failure::Refused(Rc::new(problem)))
}

/// Asks the host for a token; without one nobody is signed in.
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

pub async fn wait(time: Duration) {
    let millis = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        }
    });
    let _ = JsFuture::from(promise).await;
}
