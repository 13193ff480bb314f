//! Whether the browser has a connection.

use leptos::prelude::*;

use crate::view::Live;

/// Whether the browser has a connection.
#[derive(Debug, Clone, Copy)]
pub struct Online(Live<bool>);

impl Online {
    /// Starts to listen.
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

    /// Whether there is a connection.
    pub fn get(self) -> bool {
        self.0.get()
    }

    /// The same, without listening.
    pub fn get_now(self) -> bool {
        self.0.get_now()
    }
}

/// Acts on an event of the window, as long as the owner lives.
pub(crate) fn listen(event: &'static str, act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    listen_to(event, act);
}

fn listen_to(event: &'static str, act: Box<dyn Fn()>) {
    let event = leptos::ev::Custom::<leptos::ev::Event>::new(event);
    let listener = window_event_listener(event, move |_| act());
    on_cleanup(move || listener.remove());
}
