//! Buttons that take a while: they keep their width, and show it only when it takes longer.

use crate::view::{Element, button, span};

/// A button that is busy at times.
pub fn patient(class: &str, label: &str, is_busy: impl Fn() -> bool + 'static) -> Element {
    button(class).flag("aria-busy", is_busy).child(
        span("button__stack")
            .child(span("button__label").child(label))
            .child(span("button__spinner")),
    )
}
