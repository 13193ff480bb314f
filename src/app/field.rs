//! Fields of forms: what stands in one, and the frame that gives it a label.

use wasm_bindgen::JsValue;
use web_sys::Event;

use crate::view::{Element, div, el};

/// An input below its label; hint and error are added behind it.
#[must_use]
pub fn framed(id: &str, label: &str, input: Element) -> Element {
    let label = el("label")
        .class("field__label")
        .attr("for", id)
        .child(label);
    div("field").child(label).child(input)
}

/// What stands in the field of an event.
#[must_use]
pub fn value(event: &Event) -> String {
    let value = event.target().and_then(|field| {
        let value = js_sys::Reflect::get(&field, &JsValue::from_str("value"));
        value.ok()?.as_string()
    });
    value.unwrap_or_default()
}
