//! Whether the browser is online.

use leptos::prelude::*;

use crate::view::Live;

#[derive(Debug, Clone, Copy)]
pub struct Online(Live<bool>);

impl Online {
    pub fn start() -> Self {
        let ask = || web_sys::window().is_none_or(|window| window.navigator().on_line());
        let online = Live::new(ask());
        for event in ["online", "offline"] {
            listen(event, move || {
                online.set(ask());
            });
        }
        Self(online)
    }

    /// Whether the browser is online; a reader is notified when it changes.
    pub fn get(self) -> bool {
        self.0.get()
    }

    /// Whether the browser is online, read without tracking.
    pub fn get_now(self) -> bool {
        self.0.get_now()
    }
}

/// Handles an event of the window until the owner is disposed.
pub(crate) fn listen(event: &'static str, act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    listen_to(event, act);
}

fn listen_to(event: &'static str, act: Box<dyn Fn()>) {
    let event = leptos::ev::Custom::<leptos::ev::Event>::new(event);
    let listener = window_event_listener(event, move |_| act());
    on_cleanup(move || listener.remove());
}
