//! One of the smaller figures below the meter.

use crate::components::glossary::explained;
use crate::view::{Element, dd, div, dt};

/// The label of a figure, its value and its detail.
pub(super) type Figure = (String, String, String);

pub(super) fn figure((label, value, detail): Figure) -> Element {
    div("figures__item")
        .child(dt("facts__label").child(explained(&label)))
        .child(dd("facts__value").child(value))
        .child(dd("facts__detail").child(detail))
}
