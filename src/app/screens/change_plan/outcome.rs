//! How an order stands, where it has not simply succeeded.

use leptos::prelude::*;

use super::Shared;
use super::order::{Asking, NotPaid, Phase};
use super::ordering::Ordering;
use crate::banner::{Tone, banner};
use crate::format;
use crate::load::Load;
use crate::messages::{fill, messages};
use crate::trouble::explain;

/// The banner of the order's state; none while there is nothing to say.
pub(super) fn outcome(shared: Shared) -> AnyView {
    let ordering = shared.ordering;
    let say = move || match ordering.phase().get() {
        Phase::Idle => pending(shared),
        Phase::Unclear(id) => unclear(ordering, id),
        Phase::Busy(Asking::Outcome) => checking(),
        Phase::Authentication { expires, .. } => {
            let offset = match shared.subscription.get() {
                Load::Ready(subscription) => subscription.offset_minutes,
                _ => 0,
            };
            let text = &messages().change;
            let until = format::instant(expires, offset);
            let details = vec![fill(text.bank_text, &[&until])];
            banner(Tone::Coming, text.bank.to_owned(), details, None)
        }
        Phase::NotPaid(why) => not_paid(&why),
        Phase::Refused(failure) => {
            let (why, request) = explain(&failure);
            let details = vec![messages().change.refused_text.to_owned(), request];
            banner(Tone::Failed, why, details, reload(&failure))
        }
        Phase::Busy(Asking::First) | Phase::Accepted(_) | Phase::Changed(_) => ().into_any(),
    };
    view! { <div class="change-plan__outcome">{say}</div> }.into_any()
}

fn checking() -> AnyView {
    let text = &messages().change;
    let details = vec![text.checking_text.to_owned()];
    banner(Tone::Coming, text.checking.to_owned(), details, None)
}

fn unclear(ordering: Ordering, id: Option<String>) -> AnyView {
    let text = &messages().change;
    let ask = view! {
        <button type="button" class="button" on:click=move |_| ordering.ask_again(id.clone())>
            {text.check_again}
        </button>
    };
    let details = vec![text.unclear_text.to_owned()];
    banner(Tone::Over, text.unclear.to_owned(), details, Some(ask.into_any()))
}

fn not_paid(why: &NotPaid) -> AnyView {
    let text = &messages().change;
    let (title, details) = match why {
        NotPaid::Declined(reason) => {
            let reason = reason.as_deref().map(|reason| format!("{}.", reason.trim_end_matches('.')));
            let details = vec![text.declined_text.to_owned(), reason.unwrap_or_default()];
            (text.declined, details)
        }
        NotPaid::Expired => (text.expired, vec![text.expired_text.to_owned()]),
    };
    banner(Tone::Failed, title.to_owned(), details, None)
}

/// A payment that is not ours to wait for, but that every change waits for.
fn pending(shared: Shared) -> AnyView {
    let Load::Ready(subscription) = shared.subscription.get() else {
        return ().into_any();
    };
    let Some(order) = subscription.pending else {
        return ().into_any();
    };
    let text = &messages().change;
    let tier = order.change.tier.map_or_else(String::new, format::count);
    let details = vec![fill(
        text.pending_text,
        &[&tier, &format::money(&order.total, &order.currency)],
    )];
    let ordering = shared.ordering;
    let id = order.id;
    let ask = view! {
        <button type="button" class="button" on:click=move |_| ordering.follow(id.clone())>
            {text.check_again}
        </button>
    };
    banner(Tone::Coming, text.pending.to_owned(), details, Some(ask.into_any()))
}

/// Rules of another version are loaded with the page.
fn reload(failure: &crate::failure::Failure) -> Option<AnyView> {
    let navigation = crate::navigation::Navigation::here();
    (failure.code() == Some(api::Code::EngineChanged)).then(|| {
        view! {
            <button type="button" class="button" on:click=move |_| navigation.reload()>
                {messages().failure.reload}
            </button>
        }
        .into_any()
    })
}
