//! My Plan: where am I, where will I end, what will it cost, what can I do.

use api::subscription::Subscription;
use billing::{PriceBook, Status};

use crate::client::Client;
use crate::failure::Failure;
use crate::icon::{Sign, icon};
use crate::load::{Load, Loader, both};
use crate::messages::messages;
use crate::navigation::link;
use crate::root::show;
use crate::route::Page;
use crate::shell::page_head;
use crate::trouble::{bones, trouble};
use crate::view::{View, div, live, many, shared, span};

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
#[must_use]
pub fn screen() -> View {
    let client: Client = shared();
    let subscription = Loader::new(move || client.subscription());
    let book = Loader::new(move || client.price_book());
    let usage = Loader::new(move || client.usage());
    let plan = move || both(subscription.get(), book.get());
    let again = move || {
        subscription.again();
        book.again();
    };
    let failed = move |failure: &Failure| trouble(messages().failure.loading_plan, failure, again);
    let facts = live(move || {
        show(plan(), facts_bones, |(subscription, book)| facts::facts(subscription, book), failed)
    });
    let scheduled = live(move || match subscription.get() {
        Load::Ready(plan) => scheduled::scheduled(&plan, subscription),
        _ => View::Nothing,
    });
    let receipts = move || {
        show(
            plan(),
            receipt_bones,
            |(subscription, book)| receipts(subscription, book, again),
            |_| View::Nothing,
        )
    };
    let columns = div("columns")
        .child(div("columns__part").live(move || usage_summary::card(plan(), usage)))
        .child(div("columns__part").live(receipts));
    many([head(subscription), facts, scheduled, columns.into()])
}

fn receipts(subscription: &Subscription, book: &PriceBook, again: impl Fn() + 'static) -> View {
    match Plan::of(book, subscription) {
        Ok(plan) => many([
            so_far::card(&plan, subscription),
            next_invoice::card(&plan, subscription),
        ]),
        Err(_) => trouble(messages().failure.other_book, &Failure::Garbled, again),
    }
}

fn head(subscription: Loader<Subscription>) -> View {
    let text = &messages().plan;
    let chip = live(move || {
        let (label, class, sign) = match subscription.get().ready()?.status {
            Status::Active => (text.active, "chip chip--ok", Sign::Check),
            Status::Trial => (text.trial, "chip chip--accent", Sign::Clock),
        };
        Some(span(class).child(icon(sign)).child(label))
    });
    let change = link(Page::ChangePlan(None), "button button--primary").child(text.change);
    let actions = div("page-head__actions").child(change);
    page_head(text.title, None, many([chip, actions.into()])).into()
}

fn facts_bones() -> View {
    bones(&["long", "title", "long"])
}

fn receipt_bones() -> View {
    many([
        bones(&["title", "row", "row", "row", "row", "short"]),
        bones(&["title", "row", "row", "row", "short"]),
    ])
}

/// The page while it is not known who looks at it.
#[must_use]
pub fn waiting() -> View {
    let columns = div("columns")
        .child(div("columns__part").child(usage_summary::bones()))
        .child(div("columns__part").child(receipt_bones()));
    many([facts_bones(), columns.into()])
}
