//! An accepted order: its result, and the receipt.

use api::plan::plan_change::{PlanChange, State};
use billing::invoicing::invoice::InvoiceNumber;
use billing::{BillingFrequency, PriceBook};
use leptos::prelude::request_animation_frame;

use super::Checkout;
use super::order::Phase;
use super::ordering::Ordering;
use crate::client::Client;
use crate::client::load::Loader;
use crate::components::icon::{Sign, icon};
use crate::components::receipt;
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::view::{Live, Slot, View, div, h2, live, p, section, shared, span, watch};

/// The accepted order; its heading receives the focus.
pub(super) fn done(checkout: Checkout) -> View {
    let ordering = checkout.ordering;
    let Phase::Accepted(order) = ordering.phase().get_now() else {
        return View::Nothing;
    };
    let text = messages::change();
    let heading = Slot::default();
    watch(move || {
        if heading.get().is_some() {
            request_animation_frame(move || heading.focus());
        }
    });
    let book = checkout.book.get();
    let (title, words) = words(&order, ordering, book.ready().map(|book| &**book));
    let invoice = order.invoice.clone();
    let see = invoice.clone().map(|number| {
        let label = fill(text.done_invoice, &[number.as_str()]);
        link(Page::Invoice(number), "button").child(label)
    });
    let back = link(Page::MyPlan, "button button--primary").child(text.to_plan);
    section("card checkout__done")
        .child(span("state__icon state__icon--ok").child(icon(Sign::Check)))
        .child(
            h2("page-head__title")
                .attr("tabindex", "-1")
                .slot(heading)
                .child(title),
        )
        .child(p("state__text").child(words))
        .child(invoice.map(|number| lines(checkout, number)))
        .child(div("card__foot").child(back).child(see))
        .into()
}

/// The heading, and what the result means.
fn words(order: &PlanChange, ordering: Ordering, book: Option<&PriceBook>) -> (String, String) {
    match (order.change.tier, order.change.frequency) {
        (Some(tier), _) => tier_words(order, ordering, tier),
        (None, Some(frequency)) => turn_words(order, frequency),
        (None, None) => add_on_words(order, ordering, book),
    }
}

fn tier_words(order: &PlanChange, ordering: Ordering, tier: u64) -> (String, String) {
    let text = messages::change();
    let tier = format::count(tier);
    if order.state == State::Scheduled {
        let day = format::date(order.effective);
        let today = ordering.seen().map(|quote| format::count(quote.tier_after));
        let words = fill(
            text.scheduled_text,
            &[&today.unwrap_or_default(), &day, &tier],
        );
        return (fill(text.scheduled_title, &[&day]), words);
    }
    (fill(text.done_title, &[&tier]), charged(order))
}

/// A change of billing frequency: from when on, or that it stays.
fn turn_words(order: &PlanChange, frequency: BillingFrequency) -> (String, String) {
    let text = messages::annual();
    let title = match frequency {
        BillingFrequency::Annual => text.begins,
        BillingFrequency::Monthly => text.ends,
    };
    if order.state == State::Scheduled {
        let title = fill(title, &[&format::date(order.effective)]);
        return (title, text.done_text.to_owned());
    }
    (text.stays.to_owned(), charged(order))
}

fn add_on_words(
    order: &PlanChange,
    ordering: Ordering,
    book: Option<&PriceBook>,
) -> (String, String) {
    let text = messages::add_ons();
    let removed = order.change.remove.iter();
    let names: Vec<&str> = removed
        .filter_map(|id| Some(book?.add_on_name(id)))
        .collect();
    let ends = |day| fill(text.ends_text, &[&names.join(", "), &format::date(day)]);
    if order.state == State::Scheduled {
        let title = fill(text.scheduled_title, &[&format::date(order.effective)]);
        return (title, ends(order.effective));
    }
    let seen = ordering.seen();
    let later = seen.filter(|quote| !quote.add_ons_after.is_disjoint(&order.change.remove));
    let later = later.map_or_else(String::new, |quote| ends(quote.renews_on()));
    let words = format!("{} {later}", charged(order));
    (text.done_title.to_owned(), words)
}

fn charged(order: &PlanChange) -> String {
    let text = messages::change();
    if !order.total.is_zero() {
        let total = format::money(order.total);
        fill(text.done_text, &[&total])
    } else {
        text.done_free.to_owned()
    }
}

/// The lines of the issued invoice.
fn lines(checkout: Checkout, number: InvoiceNumber) -> View {
    let client: Client = shared();
    let open = Live::new(false);
    let invoice = Loader::new(move || {
        let number = number.clone();
        async move { client.invoice(number.as_str()).await }
    });
    live(move || {
        let found = invoice.get();
        let invoice = found.ready()?;
        let total = messages::receipt().total;
        let lines = receipt::issued(&invoice.statement, checkout.book, total, open);
        Some(div("receipt checkout__receipt").child(lines))
    })
}
