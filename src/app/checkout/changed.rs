//! The price that was shown is out of date: the old and the new price, line by line (SPEC R19).

use api::Problem;
use billing::pricing::statement::Item;
use billing::{Money, PriceBook};
use leptos::prelude::request_animation_frame;

use super::Checkout;
use super::order::{Changed, Phase, changes};
use crate::components::error_card::request;
use crate::components::form::modal::modal;
use crate::components::receipt::kind_label;
use crate::messages::{self, fill, format};
use crate::view::{Element, Slot, View, button, div, el, h2, many, p, table, td, th, tr, watch};

/// Opens by itself when the price has changed. However it is closed, the choice is kept and its new
/// price is shown.
pub(super) fn dialog(checkout: Checkout) -> Element {
    let text = messages::change();
    let slot = Slot::default();
    let phase = checkout.ordering.phase();
    watch(move || {
        if let (Some(dialog), Phase::Changed(_)) = (modal(slot), phase.get()) {
            checkout.refresh();
            request_animation_frame(move || {
                let _ = dialog.show_modal();
            });
        }
    });
    let close = move |_| {
        if let Some(dialog) = modal(slot) {
            dialog.close();
        }
    };
    let accept = button("button button--primary")
        .attr("type", "button")
        .on("click", close)
        .child(text.changed_accept);
    el("dialog")
        .class("dialog")
        .attr("aria-labelledby", "changed-title")
        .slot(slot)
        .on("close", move |_| {
            checkout.ordering.dismiss();
            checkout.ordering.take_focus();
        })
        .child(
            h2("dialog__title")
                .id("changed-title")
                .child(text.changed_title),
        )
        .child(p("dialog__text").child(text.changed_text))
        .live(move || match phase.get() {
            Phase::Changed(problem) => {
                let book = checkout.book.get();
                book.ready()
                    .map(|book| rows(checkout, &problem, book))
                    .into()
            }
            _ => View::Nothing,
        })
        .child(div("dialog__actions").child(accept))
}

fn rows(checkout: Checkout, problem: &Problem, book: &PriceBook) -> View {
    let text = messages::change();
    let seen = checkout.ordering.seen();
    let changes = changes(seen.as_deref(), problem);
    if changes.is_empty() {
        return p("dialog__text").child(text.changed_plan_text).into();
    }
    let amount = "table__cell table__cell--amount";
    let rows = changes.iter().map(|change| {
        let (label, [seen, now]) = words(change, book);
        tr("table__row")
            .child(th("table__cell").attr("scope", "row").child(label))
            .child(td(&format!("{amount} checkout__was")).child(seen))
            .child(td(&format!("{amount} table__cell--strong")).child(now))
    });
    let head = [
        ("table__head", text.changed_what),
        ("table__head table__head--amount", text.changed_seen),
        ("table__head table__head--amount", text.changed_now),
    ];
    let head = head.map(|(class, label)| th(class).attr("scope", "col").child(label));
    let table = table("table table--plain checkout__difference")
        .child(el("thead").child(tr("table__row").children(head)))
        .child(el("tbody").children(rows));
    many([
        table.into(),
        p("state__detail").child(request(problem)).into(),
    ])
}

/// What has changed: its label, the value that was shown, and the current value.
fn words(change: &Changed, book: &PriceBook) -> (String, [String; 2]) {
    let text = messages::change();
    match change {
        Changed::Amount(item, seen, now) => {
            let amount = |amount: &Option<Money>| {
                amount.map_or_else(|| text.changed_none.to_owned(), format::money)
            };
            (label(item, book), [amount(seen), amount(now)])
        }
        Changed::BillingDay(days) => {
            let label = text.changed_day.to_owned();
            (label, [days.seen, days.now].map(format::date))
        }
        Changed::PriceBookVersion(versions) => {
            let version = |version: u32| fill(text.changed_version, &[&version.to_string()]);
            let label = text.changed_book.to_owned();
            (label, [versions.seen, versions.now].map(version))
        }
    }
}

fn label(item: &Item, book: &PriceBook) -> String {
    match item {
        Item::Line(kind, add_on) => kind_label(*kind, add_on.as_ref(), book),
        Item::Tax(tax) => tax.as_str().to_owned(),
        Item::Total => messages::change().changed_total.to_owned(),
    }
}
