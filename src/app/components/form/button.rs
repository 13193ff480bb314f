//! Buttons whose action takes time: they keep their width, and show a spinner only after a delay.

use crate::view::{Element, button, span};

/// A button that can be busy.
pub fn patient(class: &str, label: &str, is_busy: impl Fn() -> bool + 'static) -> Element {
    button(class).flag("aria-busy", is_busy).child(
        span("button__stack")
            .child(span("button__label").child(label))
            .child(span("button__spinner")),
    )
}
