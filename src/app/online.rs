//! Whether the browser has a connection.

use leptos::prelude::*;

/// Whether the browser has a connection.
#[derive(Debug, Clone, Copy)]
pub struct Online(RwSignal<bool>);

impl Online {
    /// Starts to listen.
    pub fn start() -> Self {
        let now = web_sys::window().is_none_or(|window| window.navigator().on_line());
        let online = RwSignal::new(now);
        let went_on = window_event_listener(leptos::ev::online, move |_| online.set(true));
        let went_off = window_event_listener(leptos::ev::offline, move |_| online.set(false));
        on_cleanup(move || {
            went_on.remove();
            went_off.remove();
        });
        Self(online)
    }

    /// Whether there is a connection.
    #[must_use]
    pub fn get(self) -> bool {
        self.0.get()
    }

    /// The same, without listening.
    #[must_use]
    pub fn get_now(self) -> bool {
        self.0.get_untracked()
    }
}
