//! Form fields: reading their value, their label, hint and error, and radio buttons.

use wasm_bindgen::JsValue;
use web_sys::Event;

use crate::view::{Element, div, el, p};

/// An input below its label; hint and error are added after it.
pub fn framed(id: &str, label: &str, input: Element) -> Element {
    let label = el("label")
        .class("field__label")
        .attr("for", id)
        .child(label);
    div("field").child(label).child(input)
}

/// The label of a field, and its hint if it has one.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'a> {
    pub label: &'a str,
    pub hint: Option<&'a str>,
}

impl<'a> Labels<'a> {
    /// A label without a hint.
    pub const fn of(label: &'a str) -> Self {
        Self { label, hint: None }
    }
}

/// A field with its label, its hint if it has one, and its error. A screen reader reads hint and error
/// with the input.
pub fn explained(
    id: &str,
    labels: Labels<'_>,
    input: Element,
    error: impl Fn() -> Option<String> + 'static,
) -> Element {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let about = match labels.hint {
        None => error_id.clone(),
        Some(_) => format!("{hint_id} {error_id}"),
    };
    let input = input.id(id).attr("aria-describedby", about);
    let hint = labels.hint;
    let hint = hint.map(|hint| p("field__hint").id(hint_id).child(hint));
    framed(id, labels.label, input)
        .child(hint)
        .child(p("field__error").id(error_id).live(error))
}

/// The value of the input that the event comes from.
pub fn value(event: &Event) -> String {
    let value = event.target().and_then(|field| {
        let value = js_sys::Reflect::get(&field, &JsValue::from_str("value"));
        value.ok()?.as_string()
    });
    value.unwrap_or_default()
}

/// Empties an input that keeps its own text.
pub fn empty(field: &JsValue) {
    // Setting `value` on an element cannot fail.
    let _ = js_sys::Reflect::set(field, &JsValue::from_str("value"), &JsValue::from_str(""));
}

/// One radio button of a row.
pub fn choice(
    name: &str,
    label: &str,
    is_chosen: impl Fn() -> bool + 'static,
    choose: impl Fn() + 'static,
) -> Element {
    let radio = el("input")
        .class("choice__radio")
        .attr("type", "radio")
        .attr("name", name)
        .property("checked", is_chosen)
        .on("change", move |_| choose());
    el("label").class("choice__item").child(radio).child(label)
}
