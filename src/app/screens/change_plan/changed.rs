//! What was seen does not hold any more: the old and the new price, line by line (SPEC R19).

use api::Problem;
use leptos::html;
use leptos::prelude::*;

use super::Shared;
use super::order::{Changed, Phase, changes};
use crate::format;
use crate::messages::{fill, messages};
use crate::receipt::kind_label;

/// Opens by itself when the price has changed. However it is closed, the choice is kept and its
/// fresh price is shown.
pub(super) fn dialog(shared: Shared) -> AnyView {
    let text = &messages().change;
    let dialog = NodeRef::<html::Dialog>::new();
    let phase = shared.ordering.phase();
    Effect::new(move |_| {
        if let (Some(dialog), Phase::Changed(_)) = (dialog.get(), phase.get()) {
            shared.refresh();
            let _ = dialog.show_modal();
        }
    });
    let accept = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let rows = move || match phase.get() {
        Phase::Changed(problem) => rows(shared, &problem),
        _ => ().into_any(),
    };
    view! {
        <dialog
            class="dialog"
            aria-labelledby="changed-title"
            node_ref=dialog
            on:close=move |_| shared.ordering.dismiss()
        >
            <h2 class="dialog__title" id="changed-title">{text.changed_title}</h2>
            <p class="dialog__text">{text.changed_text}</p>
            {rows}
            <div class="dialog__actions">
                <button type="button" class="button button--primary" on:click=accept>
                    {text.changed_accept}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}

fn rows(shared: Shared, problem: &Problem) -> AnyView {
    let text = &messages().change;
    let seen = shared.ordering.seen();
    let currency = problem
        .quote
        .as_deref()
        .or(seen.as_ref())
        .map_or_else(String::new, |quote| quote.currency.clone());
    let changes = changes(seen.as_ref(), problem);
    let same_price = changes.is_empty().then_some(text.changed_plan_text);
    let rows = changes.into_iter().map(|change| {
        let value = |value: &Option<String>| shown(&change, value.as_deref(), &currency);
        view! {
            <tr class="table__row">
                <th class="table__cell" scope="row">{label(&change)}</th>
                <td class="table__cell table__cell--amount change-plan__was">{value(&change.seen)}</td>
                <td class="table__cell table__cell--amount table__cell--strong">{value(&change.now)}</td>
            </tr>
        }
    });
    view! {
        <p class="dialog__text">{same_price}</p>
        <table class="table table--plain change-plan__difference">
            <thead>
                <tr>
                    <th class="table__head" scope="col">{text.changed_what}</th>
                    <th class="table__head table__head--amount" scope="col">{text.changed_seen}</th>
                    <th class="table__head table__head--amount" scope="col">{text.changed_now}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
        <p class="state__detail">{crate::trouble::request(problem)}</p>
    }
    .into_any()
}

fn label(change: &Changed) -> String {
    let text = &messages().change;
    match change.what.as_str() {
        "total" => text.changed_total.to_owned(),
        "billing_day" => text.changed_day.to_owned(),
        "price_book_version" => text.changed_book.to_owned(),
        kind => kind_label(kind, change.of.as_deref()),
    }
}

fn shown(change: &Changed, value: Option<&str>, currency: &str) -> String {
    let text = &messages().change;
    match (value, change.what.as_str()) {
        (None, _) => text.changed_none.to_owned(),
        (Some(amount), _) if change.is_amount => format::money(amount, currency),
        (Some(version), "price_book_version") => fill(text.changed_version, &[version]),
        (Some(day), "billing_day") => day.parse().map_or_else(|_| day.to_owned(), format::date),
        (Some(other), _) => other.to_owned(),
    }
}
