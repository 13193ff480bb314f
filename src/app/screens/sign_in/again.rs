//! Signing in again over a page whose session has ended: the page stays, with everything that was
//! typed (UX 64).

use leptos::prelude::request_animation_frame;

use super::form;
use crate::client::intent::Intent;
use crate::client::session::Who;
use crate::components::form::modal::modal;
use crate::messages::{self, fill};
use crate::view::{Element, Live, Slot, button, div, el, h2, p, watch};

/// Opens by itself when the session has ended. It can be closed; the next request to the backend opens
/// it again.
pub fn again(who: Live<Who>) -> Element {
    let text = messages::sign_in();
    let (slot, password) = (Slot::default(), Slot::default());
    let email: Live<Option<String>> = Live::new(None);
    watch(move || {
        let person = who.get().lapsed_person();
        email.set_if_other(person.as_ref().map(|person| person.email.clone()));
        let Some(dialog) = modal(slot) else { return };
        if person.is_none() {
            dialog.close();
        } else if !dialog.open() {
            request_animation_frame(move || {
                let _ = dialog.show_modal();
                password.focus();
            });
        }
    });
    let leave = button("button button--quiet")
        .attr("type", "button")
        .on("click", move |_| {
            Intent::forget();
            who.set(Who::Nobody);
        })
        .child(text.other);
    let body = move || {
        let email = email.get()?;
        Some(
            div("sign-in__again")
                .child(p("dialog__text").child(fill(text.again_text, &[&email])))
                .child(form(&email, password)),
        )
    };
    el("dialog")
        .class("dialog")
        .attr("aria-labelledby", "sign-in-again")
        .slot(slot)
        .child(h2("dialog__title").id("sign-in-again").child(text.again))
        .live(body)
        .child(div("dialog__actions").child(leave))
}
