//! The keyboard shortcuts, and the switch for those of a single key (WCAG 2.1.4).

use wasm_bindgen::JsCast;
use web_sys::{Element as Node, KeyboardEvent};

use super::{row, title};
use crate::browser::storage::{self, Keep};
use crate::components::form::modal::modal;
use crate::messages;
use crate::view::{Element, Live, Slot, button, div, dl, el, p};

/// The storage name of the switch; it applies to this device.
const SINGLE_KEYS: &str = "prorata-single-keys";

/// The dialog of shortcuts, and the switch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shortcuts {
    slot: Slot,
    single_keys: Live<bool>,
}

impl Shortcuts {
    pub(super) fn start() -> Self {
        let off = storage::read(Keep::Always, SINGLE_KEYS).as_deref() == Some("off");
        Self {
            slot: Slot::default(),
            single_keys: Live::new(!off),
        }
    }

    /// Whether a single key is a shortcut here: not in a field, where it would be typed.
    pub(super) fn hears(self, event: &KeyboardEvent) -> bool {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Node>().ok());
        let is_field = target.is_some_and(|target| {
            let fields = "input, textarea, select, [contenteditable]";
            matches!(target.closest(fields), Ok(Some(_)))
        });
        self.single_keys.get_now() && !is_field
    }

    pub(super) fn open(self) {
        if let Some(dialog) = modal(self.slot).filter(|dialog| !dialog.open()) {
            let _ = dialog.show_modal();
        }
    }

    pub(super) fn dialog(self) -> Element {
        let text = messages::palette();
        let switch = el("input")
            .attr("type", "checkbox")
            .property("checked", move || self.single_keys.get())
            .on("change", move |_| self.turn());
        let close = button("button button--primary")
            .attr("type", "button")
            .on("click", move |_| {
                if let Some(dialog) = modal(self.slot) {
                    dialog.close();
                }
            })
            .child(messages::shell().close);
        el("dialog")
            .class("dialog")
            .attr("aria-labelledby", "shortcuts-title")
            .slot(self.slot)
            .child(title("shortcuts-title", text.shortcuts))
            .child(dl("palette__keys").children(text.keys.map(|(keys, what)| row(keys, what))))
            .child(
                el("label")
                    .class("palette__switch")
                    .child(switch)
                    .child(text.single_keys),
            )
            .child(p("field__hint").child(text.single_keys_hint))
            .child(div("dialog__actions").child(close))
    }

    fn turn(self) {
        let on = !self.single_keys.get_now();
        self.single_keys.set(on);
        storage::write(Keep::Always, SINGLE_KEYS, if on { "on" } else { "off" });
    }
}
