//! Modal dialogs.

use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use crate::view::Slot;

/// The dialog in a slot, once it is built.
pub fn modal(slot: Slot) -> Option<HtmlDialogElement> {
    slot.get()?.dyn_into().ok()
}
