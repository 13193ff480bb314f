//! One of the smaller figures below the meter.

use crate::components::glossary::explained;
use crate::view::{Element, dd, div, dt};

pub(super) struct Figure {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) detail: String,
}

pub(super) fn figure(figure: Figure) -> Element {
    div("figures__item")
        .child(dt("facts__label").child(explained(&figure.label)))
        .child(dd("facts__value").child(figure.value))
        .child(dd("facts__detail").child(figure.detail))
}
