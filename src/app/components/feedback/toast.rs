//! Toasts for what has just succeeded. Errors are shown where they happened.

use std::time::Duration;

use leptos::prelude::set_timeout;

use crate::components::icon::{Sign, icon};
use crate::messages;
use crate::view::{Element, Live, View, button, div, many, p, shared};

/// How long a toast is shown, unless it is hovered or focused.
const STAY: Duration = Duration::from_secs(7);

/// How many toasts are shown at once.
const STACK: usize = 3;

#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    all: Live<Vec<(u32, String)>>,
    hovered: Live<bool>,
    focused: Live<bool>,
    last: Live<u32>,
}

impl Default for Toasts {
    fn default() -> Self {
        Self {
            all: Live::new(Vec::new()),
            hovered: Live::new(false),
            focused: Live::new(false),
            last: Live::new(0),
        }
    }
}

impl Toasts {
    /// Shows a toast.
    pub fn say(self, text: String) {
        let id = self.last.get_now() + 1;
        self.last.set(id);
        self.all.update(|all| {
            all.push((id, text));
            let overfull = all.len().saturating_sub(STACK);
            all.drain(..overfull);
        });
        self.remove_later(id);
    }

    fn remove_later(self, id: u32) {
        set_timeout(
            move || match (self.hovered.try_get_now(), self.focused.try_get_now()) {
                (Some(false), Some(false)) => self.remove(id),
                (Some(_), Some(_)) => self.remove_later(id),
                (None, _) | (_, None) => {}
            },
            STAY,
        );
    }

    fn remove(self, id: u32) {
        self.all.update(|all| all.retain(|(other, _)| *other != id));
    }
}

/// The live region that shows the toasts.
pub fn stack() -> Element {
    let toasts: Toasts = shared();
    let mut stack = div("toast__stack")
        .attr("role", "status")
        .attr("aria-live", "polite");
    for (event, state, on) in [
        ("mouseenter", toasts.hovered, true),
        ("mouseleave", toasts.hovered, false),
        ("focusin", toasts.focused, true),
        ("focusout", toasts.focused, false),
    ] {
        stack = stack.on(event, move |_| {
            state.set(on);
        });
    }
    stack.live(move || {
        many(
            toasts
                .all
                .get()
                .into_iter()
                .map(|(id, text)| toast(toasts, id, &text)),
        )
    })
}

fn toast(toasts: Toasts, id: u32, text: &str) -> View {
    let close = button("toast__close")
        .attr("type", "button")
        .attr("aria-label", messages::shell().close)
        .on("click", move |_| {
            toasts.remove(id);
            // The focused button is removed with its toast; after the last one nothing is hovered either.
            toasts.focused.set(false);
            if toasts.all.get_now().is_empty() {
                toasts.hovered.set(false);
            }
        })
        .child(icon(Sign::Cross));
    div("toast")
        .child(icon(Sign::Check))
        .child(p("toast__text").child(text))
        .child(close)
        .into()
}
