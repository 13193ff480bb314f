//! Texts that are read out when they change.

use crate::view::{Element, View, div, live};

/// A text that follows signals in a live region, which is read out when it changes.
pub fn said<V: Into<View>>(role: &str, words: impl Fn() -> V + 'static) -> Element {
    div("shell__notice").attr("role", role).child(live(words))
}
