//! Sends an order with one idempotency key until its response is final, whatever the network does.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use super::order::{Asking, Next, Phase, after};
use crate::client::failure::Failure;
use crate::client::intent::Intent;
use crate::client::load::{Load, Loader};
use crate::client::{Client, wait};
use crate::components::feedback::toast::Toasts;
use crate::messages::{self, fill, format};
use crate::view::{Live, Slot, shared, spawn};
use api::plan::plan_change::{Order, PlanChange, State};
use api::plan::quote::Quote;
use api::plan::subscription::Subscription;
use billing::account::reason::Reason;
use billing::{AddOnId, PlanChangeId, UserId};
use leptos::prelude::request_animation_frame;

/// How often an unknown outcome is polled before the person has to ask again.
const PATIENCE: u32 = 12;

/// The order of a page, and its state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ordering {
    phase: Live<Phase>,
    seen: Live<Option<Rc<Quote>>>,
    /// Set before anything is sent, in the same turn of the event loop as the click, so that a second
    /// click or a held key does nothing.
    running: Live<bool>,
    client: Client,
    user_id: Live<Option<UserId>>,
    subscription: Loader<Subscription>,
    toasts: Toasts,
    /// The button that confirms. It is rebuilt with every price, and keeps the focus.
    button: Slot,
    keeps_focus: Live<bool>,
}

impl Ordering {
    pub(crate) fn new(
        client: Client,
        user_id: Option<UserId>,
        subscription: Loader<Subscription>,
    ) -> Self {
        Self {
            phase: Live::new(Phase::Idle),
            seen: Live::new(None),
            running: Live::new(false),
            client,
            user_id: Live::new(user_id),
            subscription,
            toasts: shared(),
            button: Slot::default(),
            keeps_focus: Live::new(false),
        }
    }

    /// The slot of the button that confirms, whichever element it holds now.
    pub(crate) fn button(self) -> Slot {
        self.button
    }

    /// Moves the focus to the new button, if the old one has it. Called before the button is rebuilt.
    pub(crate) fn hand_on_focus(self) {
        if self.button.has_focus() {
            self.take_focus();
        }
    }

    /// Focuses the button as soon as it is on the page.
    pub(crate) fn take_focus(self) {
        self.keeps_focus.set(true);
        request_animation_frame(move || {
            if self.keeps_focus.try_get_now() == Some(true) {
                self.keeps_focus.set(false);
                self.button.focus();
            }
        });
    }

    /// The state of the order.
    pub(crate) fn phase(self) -> Live<Phase> {
        self.phase
    }

    /// The quote that was confirmed.
    pub(crate) fn seen(self) -> Option<Rc<Quote>> {
        self.seen.get_now()
    }

    /// Whether the order is being sent or polled.
    pub(crate) fn is_busy(self) -> bool {
        matches!(self.phase.get(), Phase::Busy(_))
    }

    /// Whether the choice is disabled because of an order.
    pub(crate) fn is_locked(self) -> bool {
        self.is_busy() || self.is_pending()
    }

    /// Whether an order waits for its payment, this person's or another's.
    pub(crate) fn is_pending(self) -> bool {
        let other = match self.subscription.get() {
            Load::Ready(subscription) => subscription.pending.is_some(),
            _ => false,
        };
        other
            || matches!(
                self.phase.get(),
                Phase::Authentication { .. } | Phase::Unclear(_)
            )
    }

    /// Orders what is shown, with a reason for each removed add-on: once.
    pub(crate) fn confirm(self, quote: &Rc<Quote>, reasons: BTreeMap<AddOnId, Reason>) {
        if self.running.get_now() || self.is_pending() {
            return;
        }
        let order = Order {
            reasons,
            ..quote.order()
        };
        let user_id = self.user_id.get_now();
        let Some(intent) = user_id.and_then(|user_id| Intent::keep(user_id, &order)) else {
            self.phase.set(Phase::Refused(Failure::Garbled));
            return;
        };
        self.seen.set(Some(Rc::clone(quote)));
        self.run(Some(intent), None, Asking::First);
    }

    /// Resumes an order that a reload interrupted: asks for its outcome, with its own key.
    pub(crate) fn resume(self) {
        if let Some(intent) = self.kept_intent() {
            self.run(Some(intent), None, Asking::Outcome);
        }
    }

    /// Asks again for an outcome that stayed unknown.
    pub(crate) fn ask_again(self, id: Option<PlanChangeId>) {
        let intent = self.kept_intent();
        if intent.is_some() || id.is_some() {
            self.run(intent, id, Asking::Outcome);
        }
    }

    /// Polls the payment of an order of another person, or of an earlier session.
    pub(crate) fn follow(self, id: PlanChangeId) {
        self.run(None, Some(id), Asking::Outcome);
    }

    fn kept_intent(self) -> Option<Intent> {
        Intent::kept(&self.user_id.get_now()?)
    }

    /// Clears the result, so that a new choice can be made.
    pub(crate) fn dismiss(self) {
        self.phase.set(Phase::Idle);
    }

    fn run(self, intent: Option<Intent>, id: Option<PlanChangeId>, asking: Asking) {
        if self.running.get_now() {
            return;
        }
        self.running.set(true);
        self.phase.set(Phase::Busy(asking));
        spawn(async move {
            let phase = self.ask(intent, id).await;
            if self.running.set(false) {
                self.settle(phase);
            }
        });
    }

    /// Sends and polls until the response is final or the attempts are used up.
    async fn ask(self, intent: Option<Intent>, mut id: Option<PlanChangeId>) -> Phase {
        let mut tries = 0;
        loop {
            let answer = match (&id, &intent) {
                (Some(id), _) => self.client.plan_change(id).await,
                (None, Some(intent)) => self.client.change_plan(&intent.key, &intent.order).await,
                (None, None) => return Phase::Unclear(None),
            };
            let was_lost = tries > 0 || id.is_some();
            if was_lost && is_signed_out(&answer) {
                return Phase::Unclear(id);
            }
            let waiting = match after(answer) {
                Next::Settled(phase) => {
                    Intent::forget();
                    return phase;
                }
                Next::Ask(phase, order) => {
                    id = Some(order);
                    phase
                }
                Next::Resend => Phase::Busy(Asking::Outcome),
            };
            let is_at_bank = matches!(waiting, Phase::Authentication { .. });
            if !self.phase.set(waiting) {
                return Phase::Idle;
            }
            tries += 1;
            if tries > PATIENCE && !is_at_bank {
                return Phase::Unclear(id);
            }
            wait(Duration::from_millis(u64::from(tries.min(6)) * 400)).await;
        }
    }

    fn settle(self, phase: Phase) {
        if let Phase::Accepted(order) = &phase {
            self.toasts.say(news(order));
        } else {
            self.subscription.again();
        }
        self.phase.set(phase);
    }
}

/// An accepted order in a few words.
fn news(order: &PlanChange) -> String {
    let is_scheduled = order.state == State::Scheduled;
    match order.change.tier.map(format::count) {
        Some(tier) if is_scheduled => fill(messages::change().toast_scheduled, &[&tier]),
        Some(tier) => fill(messages::change().toast_done, &[&tier]),
        None if order.change.frequency.is_some() => messages::annual().toast.to_owned(),
        None if is_scheduled => messages::add_ons().toast_scheduled.to_owned(),
        None => messages::add_ons().toast_done.to_owned(),
    }
}

fn is_signed_out<T>(answer: &Result<T, Failure>) -> bool {
    answer.as_ref().err().and_then(Failure::code) == Some(api::Code::NotSignedIn)
}
