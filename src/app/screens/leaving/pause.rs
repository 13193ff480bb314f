//! Pause Plan: what a pause means, until when, and one confirmation before it starts (SPEC 4.4).

use api::account::leaving::{Leaving, Pause};
use api::route::Route;
use leptos::prelude::request_animation_frame;

use super::{Order, label, refused, settles};
use crate::components::form::button::patient;
use crate::components::form::modal::modal;
use crate::messages::{self, fill, format};
use crate::view::{Element, Slot, View, button, dd, div, dl, dt, el, h2, many, p, section, watch};

pub fn pause() -> View {
    let order = Order::new(Route::Pause);
    order.page(messages::leaving().pause, move |leaving| {
        body(order, leaving)
    })
}

fn body(order: Order, leaving: &Leaving) -> View {
    let text = messages::leaving();
    if let Some(refusal) = &leaving.pause_refused {
        return refused(text.refused_pause, refusal);
    }
    let until = format::instant(leaving.pause_ends_at, leaving.offset_minutes);
    let facts = [
        (text.stops, text.stops_text.to_owned()),
        (text.costs, text.costs_text.to_owned()),
        (text.waits, text.waits_text.to_owned()),
        (text.back, text.back_text.to_owned()),
        (text.deleted, fill(text.deleted_text, &[&until])),
    ];
    let facts = dl("lock__facts").children(facts.map(|(label, words)| {
        div("lock__fact")
            .child(dt("lock__label").child(label))
            .child(dd("lock__words").child(words))
    }));
    let dialog = Dialog::default();
    let open = button("button button--primary")
        .attr("type", "button")
        .slot(dialog.opener)
        .on("click", move |_| {
            if let Some(question) = modal(dialog.question) {
                let _ = question.show_modal();
            }
        })
        .child(text.pause_open);
    let card = section("card")
        .child(p("state__text").child(text.pause_lead))
        .child(facts)
        .child(div("card__foot").child(open));
    many([
        order.error_card().into(),
        card.into(),
        settles(order, leaving),
        ask(order, leaving, dialog).into(),
    ])
}

/// The dialog that asks for the confirmation, and the button that opens it.
#[derive(Debug, Clone, Copy, Default)]
struct Dialog {
    question: Slot,
    opener: Slot,
}

/// The confirmation. Its least destructive button has the focus, and Escape presses it.
fn ask(order: Order, leaving: &Leaving, dialog: Dialog) -> Element {
    let text = messages::leaving();
    let until = format::instant(leaving.pause_ends_at, leaving.offset_minutes);
    let close = move || {
        if let Some(question) = modal(dialog.question) {
            question.close();
        }
    };
    watch(move || {
        if order.failed.get().is_some() {
            request_animation_frame(close);
        }
    });
    let keep = button("button")
        .attr("type", "button")
        .attr("autofocus", "")
        .on("click", move |_| close())
        .child(text.keep);
    let agreed = leaving.settles.total;
    let label = label(leaving, text.pause_free, text.pause_pay);
    let go = patient("button button--danger", &label, move || order.busy.get())
        .attr("type", "button")
        .on("click", move |_| {
            let pause = Pause { agreed };
            order.send(
                serde_json::to_string(&pause).unwrap_or_default(),
                text.paused,
            );
        });
    el("dialog")
        .class("dialog")
        .attr("role", "alertdialog")
        .attr("aria-labelledby", "pause-title")
        .attr("aria-describedby", "pause-text")
        .slot(dialog.question)
        .on("close", move |_| dialog.opener.focus())
        .child(
            h2("dialog__title")
                .id("pause-title")
                .child(text.pause_title),
        )
        .child(
            p("dialog__text")
                .id("pause-text")
                .child(fill(text.pause_text, &[&until])),
        )
        .child(div("dialog__actions").child(go).child(keep))
}
