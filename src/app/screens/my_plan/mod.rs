//! My Plan: where am I, where will I end, what will it cost, what can I do.

use api::subscription::Subscription;
use billing::{PriceBook, Status};
use leptos::prelude::*;

use crate::client::Client;
use crate::failure::Failure;
use crate::icon::{Icon, Sign};
use crate::load::{Load, Loader};
use crate::messages::messages;
use crate::navigation::NavLink;
use crate::root::show;
use crate::route::Page;
use crate::shell::PageHead;
use crate::trouble::{Trouble, bones};

pub mod chart;
mod chart_view;
mod facts;
mod meter;
mod next_invoice;
mod scheduled;
mod so_far;
pub mod state;
mod usage_summary;

use state::Plan;

/// My Plan.
#[component]
pub fn Screen() -> impl IntoView {
    let client = expect_context::<Client>();
    let subscription = Loader::new(move || client.subscription());
    let book = Loader::new(move || client.price_book());
    let usage = Loader::new(move || client.usage());
    let both = Memo::new(move |_| subscription.get().with(book.get()));
    let again = Callback::new(move |()| {
        subscription.again();
        book.again();
    });
    let failed = move |failure| trouble(failure, again);
    view! {
        {move || head(&subscription.get())}
        {move || show(both.get(), || bones(&["long", "title", "long"]), |(subscription, book)| {
            facts::facts(&subscription, &book)
        }, failed)}
        {move || match subscription.get() {
            Load::Ready(plan) => scheduled::scheduled(plan, subscription),
            _ => ().into_any(),
        }}
        <div class="columns">
            <div class="columns__part">
                {move || usage_summary::card(both.get(), usage)}
            </div>
            <div class="columns__part">
                {move || show(both.get(), receipt_bones, |(subscription, book)| {
                    receipts(&subscription, &book, again)
                }, |_| ().into_any())}
            </div>
        </div>
    }
    .into_any()
}

fn receipts(subscription: &Subscription, book: &PriceBook, again: Callback<()>) -> AnyView {
    match Plan::of(book, subscription) {
        Ok(plan) => view! {
            {so_far::card(&plan, subscription)}
            {next_invoice::card(&plan, subscription)}
        }
        .into_any(),
        Err(_) => trouble(Failure::Garbled, again),
    }
}

fn head(subscription: &Load<Subscription>) -> AnyView {
    let text = &messages().plan;
    let status = match subscription {
        Load::Ready(subscription) => Some(match subscription.status {
            Status::Active => (text.active, "chip chip--ok", Sign::Check),
            Status::Trial => (text.trial, "chip chip--accent", Sign::Clock),
        }),
        _ => None,
    };
    let chip = status.map(|(label, class, sign)| view! { <span class=class><Icon sign />{label}</span> });
    view! {
        <PageHead title=text.title>
            {chip}
            <div class="page-head__actions">
                <NavLink to=Page::ChangePlan(None) class="button button--primary">{text.change}</NavLink>
            </div>
        </PageHead>
    }
    .into_any()
}

fn trouble(failure: Failure, again: Callback<()>) -> AnyView {
    view! {
        <section class="card">
            <Trouble title=messages().failure.loading_plan failure retry=again />
        </section>
    }
    .into_any()
}

fn receipt_bones() -> AnyView {
    view! {
        {bones(&["title", "row", "row", "row", "row", "short"])}
        {bones(&["title", "row", "row", "row", "short"])}
    }
    .into_any()
}

/// The page while it is not known who looks at it.
#[must_use]
pub fn waiting() -> AnyView {
    view! {
        {bones(&["long", "title", "long"])}
        <div class="columns">
            <div class="columns__part">{usage_summary::bones()}</div>
            <div class="columns__part">{receipt_bones()}</div>
        </div>
    }
    .into_any()
}
