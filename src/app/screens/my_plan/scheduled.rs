//! What waits for the next 1st, with a way back; and a payment that has not ended yet.

use api::subscription::{ScheduledChange, ScheduledKind, Subscription};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::banner::{Tone, banner};
use crate::client::Client;
use crate::failure::Failure;
use crate::format;
use crate::icon::{Icon, Sign};
use crate::load::Loader;
use crate::messages::{fill, messages};
use crate::navigation::NavLink;
use crate::online::Online;
use crate::receipt::add_on_name;
use crate::route::Page;
use crate::toast::Toasts;
use crate::trouble::explain;

/// One banner for each change that waits.
pub(super) fn scheduled(plan: Subscription, loader: Loader<Subscription>) -> AnyView {
    let pending = plan.pending.as_ref().map(pending);
    let tier = plan.tier;
    let changes = plan
        .scheduled
        .into_iter()
        .map(|change| view! { <Waiting change tier loader /> })
        .collect_view();
    view! { {pending} {changes} }.into_any()
}

fn pending(order: &api::plan_change::PlanChange) -> AnyView {
    let text = &messages().plan;
    let tier = order.change.tier.map_or_else(String::new, format::count);
    let total = format::money(&order.total, &order.currency);
    let details = vec![fill(text.pending_detail, &[&tier, &total])];
    let see = view! {
        <NavLink to=Page::ChangePlan(None) class="button">{text.pending_open}</NavLink>
    };
    banner(Tone::Coming, text.pending.to_owned(), details, Some(see.into_any()))
}

#[component]
fn Waiting(change: ScheduledChange, tier: u64, loader: Loader<Subscription>) -> impl IntoView {
    let client = expect_context::<Client>();
    let online = expect_context::<Online>();
    let toasts = expect_context::<Toasts>();
    let text = &messages().plan;
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<Failure>);
    let (title, detail) = words(&change, tier);
    let id = change.id;
    let undo = move |_| {
        if busy.get_untracked() || !online.get_now() {
            return;
        }
        busy.set(true);
        failed.set(None);
        let id = id.clone();
        spawn_local(async move {
            let answer = client.withdraw(&id).await;
            busy.try_set(false);
            match answer {
                Ok(subscription) => {
                    toasts.say(messages().plan.undone.to_owned());
                    loader.set(subscription);
                }
                Err(failure) if failure.code() == Some(api::Code::NotScheduled) => loader.again(),
                Err(failure) => {
                    failed.try_set(Some(failure));
                }
            }
        });
    };
    let said = move |failure: Failure| {
        let (why, request) = explain(&failure);
        format!("{}. {why} {request}", text.undo_failed)
    };
    view! {
        <div class="banner banner--accent banner--row">
            <Icon sign=Sign::Clock />
            <div class="banner__text">
                <p class="banner__title">{title}</p>
                <p class="banner__detail">{detail}</p>
                <p class="field__error" role="alert">{move || failed.get().map(said)}</p>
            </div>
            <div class="banner__actions">
                <button
                    type="button"
                    class="button"
                    aria-busy=move || busy.get().to_string()
                    aria-disabled=move || (!online.get()).to_string()
                    title=move || (!online.get()).then_some(messages().shell.offline_reason)
                    on:click=undo
                >
                    <span class="button__stack">
                        <span class="button__label">{text.undo}</span>
                        <span class="button__spinner"></span>
                    </span>
                </button>
            </div>
        </div>
    }
    .into_any()
}

fn words(change: &ScheduledChange, tier: u64) -> (String, String) {
    let text = &messages().plan;
    let from = format::date(change.effective);
    let asked = format::date(change.requested_at.date_naive());
    match &change.kind {
        ScheduledKind::Downgrade(lower) => (
            fill(text.downgrade, &[&format::count(*lower), &from]),
            fill(
                text.downgrade_detail,
                &[&format::count(tier), &change.requested_by, &asked],
            ),
        ),
        ScheduledKind::Removal(add_on) => (
            fill(text.removal, &[&add_on_name(add_on.as_str()), &from]),
            fill(text.removal_detail, &[&change.requested_by, &asked]),
        ),
    }
}
