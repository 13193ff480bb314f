//! My Plan: current usage, the projection, what it will cost, and what can be ordered.

use std::rc::Rc;

use api::audit::Section;
use api::plan::subscription::Subscription;
use billing::PriceBook;

use crate::account_status::lock;
use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::load::{Load, Loader, both};
use crate::components::activity;
use crate::components::error_card::error_card;
use crate::components::lazy::{lazy, lazy_near};
use crate::components::skeleton::{show, skeleton};
use crate::messages;
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::view::{Live, View, div, live, many, shared};

pub mod calculator;
mod facts;
mod head;
mod next;
mod so_far;
pub mod state;
mod trial;
pub mod usage;
pub mod year;

use head::head;
use next::{coming_up, next_invoice, scheduled};
use state::Plan;
use usage::usage_file::{self, Loaders, UploadState};
use usage::usage_summary;

type UploadCard = fn(UploadState, Loaders) -> View;
type Calculator = fn(&Subscription, &PriceBook) -> View;

lazy! { fn upload() -> UploadCard { |file, loaders| usage_file::card(file, loaders).into() } in extras }

lazy! { fn calculator() -> Calculator { calculator::card } in extras }

pub fn screen() -> View {
    let client: Client = shared();
    let subscription = Loader::new(move || client.subscription());
    let book = Loader::new(move || client.price_book());
    let usage = Loader::new(move || client.usage());
    let loaders = Loaders {
        subscription,
        usage,
    };
    let file = UploadState::new();
    let near = Near {
        upload: Live::new(false),
        calculator: Live::new(false),
    };
    let plan = move || both(subscription.get(), book.get());
    let again = move || {
        subscription.again();
        book.again();
    };
    let failed =
        move |failure: &Failure| error_card(messages::failure().loading_plan, failure, again);
    // All of it is shown at once, so that nothing on the page moves later (UX 56).
    let body = live(move || {
        show(
            plan(),
            waiting,
            |(plan, book)| ready(plan, book, loaders, file, near),
            failed,
        )
    });
    let is_there = move || plan().ready().is_some() && usage.get() != Load::Waiting;
    let sections = &[Section::Plan, Section::AddOns, Section::Account];
    many([head(subscription), body, activity::card(sections, is_there)])
}

/// Whether the places of what comes later have come near; the page is rebuilt when its data changes.
#[derive(Debug, Clone, Copy)]
struct Near {
    upload: Live<bool>,
    calculator: Live<bool>,
}

fn ready(
    plan: &Rc<Subscription>,
    book: &Rc<PriceBook>,
    loaders: Loaders,
    file: UploadState,
    near: Near,
) -> View {
    let Ok(figures) = Plan::of(book, plan) else {
        let title = messages::failure().other_book;
        return error_card(title, &Failure::Garbled, move || {
            loaders.subscription.again()
        });
    };
    let (whose, prices) = (Rc::clone(plan), Rc::clone(book));
    let upload = lazy_near(
        near.upload,
        upload,
        upload_skeleton,
        move |card: &UploadCard| card(file, loaders),
    );
    let calculator = {
        let (plan, book) = (Rc::clone(plan), Rc::clone(book));
        let build = move |card: &Calculator| card(&plan, &book);
        lazy_near(near.calculator, calculator, || View::Nothing, build)
    };
    let usage = live(move || usage_summary::card(&whose, &prices, loaders.usage));
    let receipts = match (plan.trial, plan.annual) {
        (Some(_), _) => trial::first_invoice(&figures, book),
        // In an annual term the month so far is on the next invoice: its usage beyond the pool.
        (None, Some(_)) => next_invoice::card(&figures, plan, book),
        (None, None) => many([
            so_far::card(&figures, plan, book),
            next_invoice::card(&figures, plan, book),
        ]),
    };
    let trial = plan.trial.as_ref().map(|trial| trial::card(trial, plan));
    let columns = div("columns")
        .child(
            div("columns__part")
                .child(usage)
                .child(coming_up::card(book))
                .child(upload),
        )
        .child(div("columns__part").child(receipts).child(calculator));
    many([
        lock(),
        facts::facts(&figures, plan, book),
        trial.into(),
        scheduled::scheduled(plan, book, loaders.subscription),
        columns.into(),
        leave(),
    ])
}

/// The links to Pause Plan and Cancel Plan: present, but not prominent.
fn leave() -> View {
    let text = messages::leaving();
    let way = |page, label: &str| link(page, "button button--quiet button--small").child(label);
    div("my-plan__leave")
        .child(way(Page::Pause, text.pause))
        .child(way(Page::Cancel, text.cancel))
        .into()
}

fn upload_skeleton() -> View {
    skeleton(&["title", "long", "short"])
}

fn facts_skeleton() -> View {
    skeleton(&["long", "title", "long"])
}

fn receipt_skeleton() -> View {
    many([
        skeleton(&["title", "row", "row", "row", "row", "short"]),
        skeleton(&["title", "row", "row", "row", "short"]),
    ])
}

/// The page while the session is being loaded.
pub fn waiting() -> View {
    let columns = div("columns")
        .child(div("columns__part").child(usage_summary::skeleton()))
        .child(div("columns__part").child(receipt_skeleton()));
    many([facts_skeleton(), columns.into()])
}
