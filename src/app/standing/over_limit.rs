//! The pop-up that tells admins of usage above the limit: once a period and tier (SPEC R10, 4.11).

use api::standing::OverLimit;
use leptos::prelude::request_animation_frame;

use super::Stand;
use super::state::{over, seen_name};
use crate::format;
use crate::messages::{fill, messages};
use crate::modal::modal;
use crate::navigation::link;
use crate::route::Page;
use crate::storage::{self, Keep};
use crate::view::{Element, Live, Slot, View, button, div, el, h2, many, p, watch};

/// Opens by itself; however it is closed, it stays so in this tab until the period or tier changes.
#[must_use]
pub fn pop_up() -> Element {
    let (stand, slot) = (Stand::here(), Slot::default());
    let open: Live<Option<OverLimit>> = Live::new(None);
    watch(move || {
        let told = over(&stand.get()).filter(|over| {
            let seen = storage::read(Keep::Session, &seen_name(*over));
            seen.is_none()
        });
        open.set_if_other(told);
    });
    watch(move || {
        if let (Some(dialog), Some(_)) = (modal(slot), open.get()) {
            request_animation_frame(move || {
                if !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        }
    });
    let close = move || {
        if let Some(dialog) = modal(slot) {
            dialog.close();
        }
    };
    el("dialog")
        .class("dialog")
        .attr("aria-labelledby", "over-limit-title")
        .slot(slot)
        .on("close", move |_| {
            if let Some(over) = open.get_now() {
                storage::write(Keep::Session, &seen_name(over), "seen");
            }
            open.set(None);
        })
        .live(move || open.get().map(|over| words(over, close)))
}

fn words(over: OverLimit, close: impl Fn() + Copy + 'static) -> View {
    let text = &messages().standing;
    let percent = over.usage.saturating_mul(100) / over.tier.max(1);
    let figures = [over.usage, over.tier, percent].map(format::count);
    let told = fill(text.over_text, &figures.each_ref().map(String::as_str));
    let go = link(Page::ChangePlan(None), "button button--primary")
        .on("click", move |_| close())
        .child(text.over_action);
    let later = button("button")
        .attr("type", "button")
        .on("click", move |_| close())
        .child(text.over_close);
    many([
        h2("dialog__title")
            .id("over-limit-title")
            .child(text.over)
            .into(),
        p("dialog__text").child(told).into(),
        p("dialog__text").child(text.over_lock).into(),
        div("dialog__actions").child(later).child(go).into(),
    ])
}
