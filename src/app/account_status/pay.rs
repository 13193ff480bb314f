//! The button that pays outstanding invoices with the default payment method, once per click.

use api::Code;
use api::invoicing::payment::PaymentsState;
use billing::Money;
use billing::account::lifecycle::Lifecycle;

use super::LiveAccountStatus;
use crate::client::Client;
use crate::client::intent::new_key;
use crate::components::error_card::explain;
use crate::components::feedback::live_region::said;
use crate::components::feedback::toast::Toasts;
use crate::components::form::button::patient;
use crate::messages::{self, fill, format};
use crate::view::{Element, Live, div, p, shared, spawn};

/// The button that pays, and why a payment failed; nothing when nothing is due.
pub(super) fn pay(live_status: LiveAccountStatus, look: &str) -> Option<Element> {
    let text = messages::account_status();
    let account_status = live_status.known_now()?;
    let outstanding = account_status.outstanding.as_ref()?;
    if outstanding.due.is_zero() {
        return None;
    }
    let amount = format::money(outstanding.due);
    let paying = Paying {
        live_status,
        busy: Live::new(false),
        wrong: Live::new(String::new()),
        key: Live::new(None),
        client: shared(),
        toasts: shared(),
    };
    let total = outstanding.due;
    let news = match account_status.lifecycle {
        Lifecycle::Paused { .. } => text.paid_in_pause,
        Lifecycle::Trial { .. } | Lifecycle::Active { .. } | Lifecycle::Cancelled { .. } => {
            text.paid
        }
    };
    let news = fill(news, &[&amount]);
    let label = fill(text.pay, &[&amount]);
    let go = patient(look, &label, move || paying.busy.get())
        .attr("type", "button")
        .on("click", move |_| {
            paying.go(total, news.clone());
        });
    let wrong = said("alert", move || {
        let wrong = paying.wrong.get();
        (!wrong.is_empty()).then(|| p("field__error").child(wrong))
    });
    Some(div("lock__pay").child(go).child(wrong))
}

/// The state of the button.
#[derive(Debug, Clone, Copy)]
struct Paying {
    live_status: LiveAccountStatus,
    busy: Live<bool>,
    wrong: Live<String>,
    /// The idempotency key of a payment whose outcome is not known.
    key: Live<Option<String>>,
    client: Client,
    toasts: Toasts,
}

impl Paying {
    fn go(self, total: Money, news: String) {
        if self.busy.get_now() {
            return;
        }
        let Some(key) = self.key.get_now().or_else(new_key) else {
            return;
        };
        self.busy.set(true);
        self.wrong.set(String::new());
        self.key.set(Some(key.clone()));
        spawn(async move {
            let text = messages::account_status();
            let answer = self.client.pay_outstanding(&key, total).await;
            self.busy.set(false);
            match answer {
                Ok(payments) if payments.state == PaymentsState::Paid => {
                    self.key.set(None);
                    self.toasts.say(news);
                    self.live_status.reload();
                }
                Ok(_) => {
                    self.wrong.set(text.pay_pending.to_owned());
                }
                Err(failure) => {
                    if !failure.leaves_outcome_open() {
                        self.key.set(None);
                    }
                    let (why, request) = explain(&failure);
                    let words = format!("{}. {why} {request}", text.pay_failed);
                    // The sum on the button is out of date.
                    if let Some(Code::NothingOpen | Code::OutstandingChanged) = failure.code() {
                        self.toasts.say(words);
                        self.live_status.reload();
                    } else {
                        self.wrong.set(words);
                    }
                }
            }
        });
    }
}
