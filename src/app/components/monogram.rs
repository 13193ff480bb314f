//! A name as an avatar.

use crate::view::{Element, span};

/// The first letter of a name, as an avatar.
pub fn monogram(name: &str) -> Element {
    let letter: String = name.chars().take(1).collect();
    span("shell__monogram")
        .attr("aria-hidden", "true")
        .child(letter)
}
