//! The month of each project: a person who is active in two counts twice (SPEC 3).

use api::usage::{ProjectUsage, Usage};

use crate::format;
use crate::messages::messages;
use crate::view::{Element, View, div, el, h2, section, table, td, th, tr};

/// The projects; nothing where there is only one.
pub(super) fn card(usage: &Usage) -> View {
    if usage.projects.len() < 2 {
        return View::Nothing;
    }
    let text = &messages().plan;
    let amount = "table__head table__head--amount";
    let head = [
        ("table__head", text.project),
        (amount, text.project_mau),
        (amount, text.project_previous),
        (amount, text.project_points),
    ];
    let head = head.map(|(class, label)| th(class).attr("scope", "col").child(label));
    let rows = usage.projects.iter().map(row);
    let projects = table("table table--plain")
        .child(el("thead").child(tr("table__row").children(head)))
        .child(el("tbody").children(rows));
    section("card")
        .child(div("card__head").child(h2("card__title").child(text.projects)))
        .child(projects)
        .into()
}

fn row(project: &ProjectUsage) -> Element {
    let amount = |number: u64| td("table__cell table__cell--amount").child(format::count(number));
    tr("table__row")
        .child(
            th("table__cell")
                .attr("scope", "row")
                .child(project.name.as_str()),
        )
        .child(amount(project.parts.actual_mau()))
        .child(amount(project.previous_mau))
        .child(amount(project.data_points))
}
