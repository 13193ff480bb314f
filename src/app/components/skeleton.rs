//! Data that is loading: a skeleton in its place, then the data or its failure.

use crate::client::failure::Failure;
use crate::client::load::Load;
use crate::messages;
use crate::view::{View, div, section, span};

/// The view of data that is loading, loaded or failed.
pub fn show<T>(
    load: Load<T>,
    waiting: impl FnOnce() -> View,
    ready: impl FnOnce(&T) -> View,
    failed: impl FnOnce(&Failure) -> View,
) -> View {
    match load {
        Load::Waiting => waiting(),
        Load::Ready(value) => ready(&value),
        Load::Failed(failure) => failed(&failure),
    }
}

/// A card whose content is loading, in its final size.
pub fn skeleton(lengths: &[&str]) -> View {
    let lines = lengths
        .iter()
        .map(|length| span(&format!("skeleton skeleton--{length}")));
    section("card")
        .attr("aria-busy", "true")
        .child(
            div("skeleton__lines")
                .attr("aria-hidden", "true")
                .children(lines),
        )
        .child(span("visually-hidden").child(messages::shell().loading))
        .into()
}
