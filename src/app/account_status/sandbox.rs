//! The sandbox bar: the server's time, how to move it, and the outcome of the next payment.

use api::account::account_status::AccountStatus;
use api::sandbox::ScriptedOutcome;
use billing::BillingPeriod;
use billing::period::{billing_day, day_end};
use chrono::{DateTime, TimeDelta, Utc};

use super::LiveAccountStatus;
use crate::client::{Client, json};
use crate::components::error_card::explain;
use crate::components::feedback::live_region::said;
use crate::components::feedback::toast::Toasts;
use crate::components::form::button::patient;
use crate::messages::{self, fill, format};
use crate::view::{Element, Live, Slot, View, button, div, el, p, shared, spawn};

/// The outcomes that the sandbox gateway can be given, in display order.
const OUTCOMES: [(&str, ScriptedOutcome); 5] = [
    ("success", ScriptedOutcome::Success),
    ("decline", ScriptedOutcome::Decline),
    ("authentication", ScriptedOutcome::Authentication),
    ("timeout_after", ScriptedOutcome::TimeoutAfterCapture),
    ("timeout_before", ScriptedOutcome::TimeoutBeforeCapture),
];

/// What the bar holds, once it is open.
pub(super) fn body() -> View {
    let bar = Bar {
        live_status: LiveAccountStatus::here(),
        field: Slot::default(),
        outcome: Slot::default(),
        busy: Live::new(false),
        wrong: Live::new(String::new()),
    };
    div("sandbox-bar__body")
        .child(bar.clock())
        .child(bar.gateway())
        .child(said("alert", move || {
            let wrong = bar.wrong.get();
            (!wrong.is_empty()).then(|| p("field__error").child(wrong))
        }))
        .into()
}

/// The state of the bar.
#[derive(Debug, Clone, Copy)]
struct Bar {
    live_status: LiveAccountStatus,
    field: Slot,
    outcome: Slot,
    busy: Live<bool>,
    wrong: Live<String>,
}

impl Bar {
    fn clock(self) -> Element {
        let text = messages::sandbox();
        let steps = [
            (text.day, tomorrow as Step),
            (text.next, what_comes_next as Step),
            (text.first, next_first as Step),
        ];
        let (client, toasts) = (shared::<Client>(), shared::<Toasts>());
        let steps = steps.map(|(label, step)| {
            patient("button button--small", label, move || self.busy.get())
                .attr("type", "button")
                .on("click", move |_| {
                    let to = self
                        .live_status
                        .known_now()
                        .and_then(|account_status| step(&account_status));
                    self.go(to, client, toasts);
                })
        });
        let id = "sandbox-instant";
        let input = el("input")
            .class("field__input sandbox-bar__input")
            .id(id)
            .attr("type", "datetime-local")
            .slot(self.field);
        let go = button("button button--small")
            .attr("type", "submit")
            .child(text.go);
        let form = el("form")
            .class("sandbox-bar__form")
            .attr("novalidate", "")
            .on("submit", move |event| {
                event.prevent_default();
                self.go(self.typed(), client, toasts);
            })
            .child(
                el("label")
                    .class("sandbox-bar__label")
                    .attr("for", id)
                    .child(text.field),
            )
            .child(input)
            .child(go);
        div("sandbox-bar__group")
            .child(div("sandbox-bar__steps").children(steps))
            .child(form)
    }

    /// The text of the field, as an instant.
    fn typed(self) -> Option<DateTime<Utc>> {
        let value = value(self.field)?;
        let seconds = if value.len() == 16 { ":00" } else { "" };
        json::read(&format!("\"{value}{seconds}Z\"")).ok()
    }

    /// Moves the clock. The server runs the jobs that fall due before it responds, then every page reloads.
    fn go(self, to: Option<DateTime<Utc>>, client: Client, toasts: Toasts) {
        let text = messages::sandbox();
        let Some(account_status) = self
            .live_status
            .known_now()
            .filter(|_| !self.busy.get_now())
        else {
            return;
        };
        let Some(to) = to else {
            self.wrong.set(text.no_instant.to_owned());
            return;
        };
        if to <= account_status.now {
            self.wrong.set(text.backwards.to_owned());
            return;
        }
        self.busy.set(true);
        self.wrong.set(String::new());
        spawn(async move {
            let answer = client.move_clock(to).await;
            self.busy.set(false);
            match answer {
                Ok(()) => {
                    let now = format::instant(to, account_status.offset_minutes);
                    toasts.say(fill(text.moved, &[&now]));
                    self.live_status.reload();
                }
                Err(failure) => {
                    self.wrong.set(explain(&failure).0);
                }
            }
        });
    }

    fn gateway(self) -> Element {
        let text = messages::sandbox();
        let (client, toasts) = (shared::<Client>(), shared::<Toasts>());
        let id = "sandbox-outcome";
        let options =
            OUTCOMES.map(|(word, outcome)| el("option").attr("value", word).child(label(outcome)));
        let choice = el("select")
            .class("field__input sandbox-bar__input")
            .id(id)
            .slot(self.outcome)
            .children(options);
        let set = button("button button--small")
            .attr("type", "submit")
            .child(text.script);
        el("form")
            .class("sandbox-bar__form")
            .on("submit", move |event| {
                event.prevent_default();
                self.script(client, toasts);
            })
            .child(
                el("label")
                    .class("sandbox-bar__label")
                    .attr("for", id)
                    .child(text.gateway),
            )
            .child(choice)
            .child(set)
    }

    fn script(self, client: Client, toasts: Toasts) {
        let chosen = value(self.outcome).unwrap_or_default();
        let Some((_, outcome)) = OUTCOMES.into_iter().find(|(word, _)| *word == chosen) else {
            return;
        };
        spawn(async move {
            match client.script_gateway(outcome).await {
                Ok(()) => {
                    self.wrong.set(String::new());
                    toasts.say(fill(messages::sandbox().scripted, &[label(outcome)]));
                }
                Err(failure) => {
                    self.wrong.set(explain(&failure).0);
                }
            }
        });
    }
}

type Step = fn(&AccountStatus) -> Option<DateTime<Utc>>;

fn tomorrow(account_status: &AccountStatus) -> Option<DateTime<Utc>> {
    account_status.now.checked_add_signed(TimeDelta::days(1))
}

/// The nearest instant at which something happens by itself.
fn what_comes_next(account_status: &AccountStatus) -> Option<DateTime<Utc>> {
    let ahead = account_status.coming.iter().filter_map(|one| one.at);
    ahead.filter(|at| *at > account_status.now).min()
}

/// The start of the next month, in the organization's time zone.
fn next_first(account_status: &AccountStatus) -> Option<DateTime<Utc>> {
    let today = billing_day(account_status.now, account_status.offset_minutes)?;
    let last = BillingPeriod::of(today)?.end().pred_opt()?;
    day_end(last, account_status.offset_minutes)
}

fn label(outcome: ScriptedOutcome) -> &'static str {
    let text = messages::sandbox();
    match outcome {
        ScriptedOutcome::Success => text.success,
        ScriptedOutcome::Decline => text.decline,
        ScriptedOutcome::Authentication => text.authentication,
        ScriptedOutcome::TimeoutAfterCapture => text.timeout_after,
        ScriptedOutcome::TimeoutBeforeCapture => text.timeout_before,
    }
}

fn value(slot: Slot) -> Option<String> {
    let field = slot.get_now()?;
    let value = js_sys::Reflect::get(&field, &wasm_bindgen::JsValue::from_str("value"));
    value.ok()?.as_string()
}
