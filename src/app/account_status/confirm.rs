//! The confirmation of an invoice payment that waits for the payer at the bank, also after a reload
//! (SPEC R17, 4.11).

use std::rc::Rc;

use api::Code;
use api::account::account_status::AccountStatus;
use api::invoicing::payment::PaymentsState;
use api::sandbox::ScriptedOutcome;

use super::LiveAccountStatus;
use crate::client::Client;
use crate::components::error_card::explain;
use crate::components::feedback::toast::Toasts;
use crate::components::form::button::patient;
use crate::messages;
use crate::view::{Element, Live, div, shared, spawn};

/// The buttons: the sandbox's own bank, and one that asks the server for the state of the payment.
pub(super) fn confirm(live_status: LiveAccountStatus, look: &str) -> Element {
    let text = messages::account_status();
    let asking = Asking {
        live_status,
        busy: Live::new(false),
        client: shared(),
        toasts: shared(),
    };
    let button = |class, label, pressed: Pressed| {
        patient(class, label, move || asking.busy.get())
            .attr("type", "button")
            .on("click", move |_| asking.go(pressed))
    };
    let at_the_bank = is_sandbox(live_status.known_now())
        .then(|| button(look, text.confirm_sandbox, Pressed::SandboxBank));
    div("lock__ways")
        .child(at_the_bank)
        .child(button("button", text.confirmed, Pressed::Confirmed))
}

/// In the sandbox: the bank's button for an order whose outcome the page polls.
pub(crate) fn at_sandbox_bank() -> Option<Element> {
    // After a reload the order may be known before the account status is.
    if !is_sandbox(LiveAccountStatus::here().known()) {
        return None;
    }
    let (client, toasts) = (shared::<Client>(), shared::<Toasts>());
    let busy = Live::new(false);
    let confirm = move |_| {
        if busy.get_now() {
            return;
        }
        busy.set(true);
        spawn(async move {
            if !confirm_at_bank(client, toasts).await {
                busy.set(false);
            }
        });
    };
    let label = messages::account_status().confirm_sandbox;
    let button = patient("button", label, move || busy.get())
        .attr("type", "button")
        .on("click", confirm);
    Some(button)
}

fn is_sandbox(known: Option<Rc<AccountStatus>>) -> bool {
    known.is_some_and(|account_status| account_status.sandbox)
}

/// Has the sandbox's bank confirm what waits there; a failure becomes a toast. Returns whether it did.
async fn confirm_at_bank(client: Client, toasts: Toasts) -> bool {
    let scripted = client.script_gateway(ScriptedOutcome::Success).await;
    if let Err(failure) = &scripted {
        toasts.say(explain(failure).0);
    }
    scripted.is_ok()
}

/// Which of the two buttons was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pressed {
    /// The sandbox's bank confirms first, and then the server is asked.
    SandboxBank,
    /// The payer has confirmed at the bank; the server is asked.
    Confirmed,
}

#[derive(Debug, Clone, Copy)]
struct Asking {
    live_status: LiveAccountStatus,
    busy: Live<bool>,
    client: Client,
    toasts: Toasts,
}

impl Asking {
    fn go(self, pressed: Pressed) {
        if self.busy.get_now() {
            return;
        }
        self.busy.set(true);
        spawn(async move {
            if pressed == Pressed::SandboxBank {
                confirm_at_bank(self.client, self.toasts).await;
            }
            let answer = self.client.payment_under_way().await;
            self.busy.set(false);
            let text = messages::account_status();
            match answer {
                Ok(payments) if payments.state == PaymentsState::Paid => {
                    self.toasts.say(text.confirmed_paid.to_owned());
                }
                Ok(_) => self.toasts.say(text.pay_pending.to_owned()),
                // The payment has ended in the meantime.
                Err(failure) if failure.code() == Some(Code::NotFound) => {}
                Err(failure) => self.toasts.say(explain(&failure).0),
            }
            self.live_status.reload();
        });
    }
}
