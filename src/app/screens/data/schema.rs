//! The received schema: events, their properties, and properties of profiles.

use api::data::{Data, Seen};

use super::card as titled;
use crate::messages::{self, format};
use crate::view::{Element, div, el, p, table, td, th, tr};

pub(super) fn card(data: &Data) -> Element {
    let text = messages::data();
    let card = titled(text.schema);
    if data.schema.is_empty() {
        return card.child(p("card__note").child(text.schema_none));
    }
    let head = [
        text.event,
        text.property,
        text.kind,
        text.project,
        text.last_seen,
    ];
    let head = head.map(|label| th("table__head").attr("scope", "col").child(label));
    let rows = data
        .schema
        .iter()
        .map(|seen| row(seen, data.offset_minutes));
    let table = table("table table--plain")
        .child(el("thead").child(tr("table__row").children(head)))
        .child(el("tbody").children(rows));
    let region = div("data__schema")
        .attr("role", "region")
        .attr("tabindex", "0")
        .attr("aria-label", text.schema);
    card.child(region.child(table))
}

fn row(seen: &Seen, offset_minutes: i32) -> Element {
    let text = messages::data();
    let word = |words: &[(&str, &'static str)], word: Option<&String>| {
        let found = words
            .iter()
            .find(|(known, _)| word.is_some_and(|word| word == known));
        found.map_or("", |(_, shown)| shown)
    };
    let kind = match seen.property {
        None => word(&text.kinds, seen.kind.as_ref()),
        Some(_) => word(&text.values, seen.values.as_ref()),
    };
    let cell = |words: &str| td("table__cell data__cell").child(words);
    tr("table__row")
        .child(
            th("table__cell data__cell")
                .attr("scope", "row")
                .child(seen.event.as_deref().unwrap_or(text.profile)),
        )
        .child(cell(seen.property.as_deref().unwrap_or_default()))
        .child(cell(kind))
        .child(cell(&seen.project))
        .child(cell(&format::instant(seen.last_seen, offset_minutes)))
}
