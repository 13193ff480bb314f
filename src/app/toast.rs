//! What has just happened, said in passing. Errors are said where they happened.

use std::time::Duration;

use leptos::prelude::*;

use crate::icon::{Icon, Sign};
use crate::messages::messages;

/// How long a toast stays, unless someone looks at it.
const STAY: Duration = Duration::from_secs(7);

/// How many are shown at once.
const STACK: usize = 3;

/// The toasts.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    all: RwSignal<Vec<(u32, String)>>,
    looked_at: RwSignal<bool>,
    last: StoredValue<u32>,
}

impl Default for Toasts {
    fn default() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            looked_at: RwSignal::new(false),
            last: StoredValue::new(0),
        }
    }
}

impl Toasts {
    /// Says it.
    pub fn say(self, text: String) {
        let id = self.last.get_value() + 1;
        self.last.set_value(id);
        self.all.update(|all| {
            all.push((id, text));
            let overfull = all.len().saturating_sub(STACK);
            all.drain(..overfull);
        });
        self.remove_later(id);
    }

    fn remove_later(self, id: u32) {
        set_timeout(
            move || match self.looked_at.try_get_untracked() {
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
#[component]
pub fn ToastStack() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let look = move |looked| toasts.looked_at.set(looked);
    view! {
        <div
            class="toast__stack"
            role="status"
            aria-live="polite"
            on:mouseenter=move |_| look(true)
            on:mouseleave=move |_| look(false)
            on:focusin=move |_| look(true)
            on:focusout=move |_| look(false)
        >
            <For each=move || toasts.all.get() key=|(id, _)| *id let:toast>
                <Toast id=toast.0 text=toast.1.clone() toasts />
            </For>
        </div>
    }
}

#[component]
fn Toast(id: u32, text: String, toasts: Toasts) -> impl IntoView {
    let close = move |_| {
        toasts.remove(id);
        toasts.looked_at.set(false);
    };
    view! {
        <div class="toast">
            <Icon sign=Sign::Check />
            <p>{text}</p>
            <button type="button" class="toast__close" aria-label=messages().shell.close on:click=close>
                <Icon sign=Sign::Cross />
            </button>
        </div>
    }
}
