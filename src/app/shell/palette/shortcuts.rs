//! The keyboard shortcuts, and the switch for those of a single key (WCAG 2.1.4).

use super::{SINGLE_KEYS, single_keys};
use crate::browser::storage::{self, Keep};
use crate::components::form::modal::modal;
use crate::messages;
use crate::view::{Element, Live, Slot, button, div, dl, el, h2, p};

/// The dialog of shortcuts, and the switch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shortcuts {
    slot: Slot,
    single_keys: Live<bool>,
}

impl Shortcuts {
    pub(super) fn start() -> Self {
        Self {
            slot: Slot::default(),
            single_keys: Live::new(single_keys()),
        }
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
            .child(
                h2("dialog__title")
                    .id("shortcuts-title")
                    .child(text.shortcuts),
            )
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

fn row(keys: &str, what: &str) -> Element {
    div("palette__row")
        .child(el("dt").child(el("kbd").class("key").child(keys)))
        .child(el("dd").child(what))
}
