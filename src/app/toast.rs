//! What has just happened, said in passing. Errors are said where they happened.

use std::time::Duration;

use leptos::prelude::set_timeout;

use crate::icon::{Sign, icon};
use crate::messages::messages;
use crate::view::{Element, Live, View, button, div, many, p, shared};

/// How long a toast stays, unless someone looks at it.
const STAY: Duration = Duration::from_secs(7);

/// How many are shown at once.
const STACK: usize = 3;

/// The toasts.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    all: Live<Vec<(u32, String)>>,
    looked_at: Live<bool>,
    last: Live<u32>,
}

impl Default for Toasts {
    fn default() -> Self {
        Self {
            all: Live::new(Vec::new()),
            looked_at: Live::new(false),
            last: Live::new(0),
        }
    }
}

impl Toasts {
    /// Says it.
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
            move || match self.looked_at.try_get_now() {
                Some(true) => self.remove_later(id),
                Some(false) => self.remove(id),
                None => {}
            },
            STAY,
        );
    }

    fn remove(self, id: u32) {
        self.all.update(|all| all.retain(|(other, _)| *other != id));
    }
}

/// Where toasts are shown, and read out.
#[must_use]
pub fn stack() -> Element {
    let toasts: Toasts = shared();
    let mut stack = div("toast__stack")
        .attr("role", "status")
        .attr("aria-live", "polite");
    for (event, looked) in [
        ("mouseenter", true),
        ("mouseleave", false),
        ("focusin", true),
        ("focusout", false),
    ] {
        stack = stack.on(event, move |_| {
            toasts.looked_at.set(looked);
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
        .attr("aria-label", messages().shell.close)
        .on("click", move |_| {
            toasts.remove(id);
            toasts.looked_at.set(false);
        })
        .child(icon(Sign::Cross));
    div("toast")
        .child(icon(Sign::Check))
        .child(p("toast__text").child(text))
        .child(close)
        .into()
}
