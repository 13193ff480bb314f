//! The expected users: an exact number, typed or pasted, that every tier is compared by.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::Shared;
use super::state::{CountError, parse_count};
use crate::format;
use crate::load::Load;
use crate::messages::{fill, messages};
use crate::screens::my_plan::state::Summary;
use crate::view::{Element, Live, Slot, div, el, h2, p, watch};

/// The field. It starts where the month is heading, else at the users so far, and keeps what the
/// person wrote.
pub(super) fn expected(shared: Shared, usage: u64) -> Element {
    let text = &messages().change;
    let slot = Slot::default();
    let error = Live::new(None::<CountError>);
    watch(move || {
        let known = !matches!(shared.usage.get(), Load::Waiting);
        if known && shared.expected.get_now().is_none() {
            let start = heading(shared).map_or(usage, |(users, _)| users);
            shared.expected.set(Some(start));
        }
        if let (Some(input), Some(expected)) = (input(slot), shared.expected.get_now())
            && input.value().is_empty()
        {
            input.set_value(&format::count(expected));
        }
    });
    let read = move |_| {
        let Some(input) = input(slot) else { return };
        match parse_count(&input.value()) {
            Ok(count) => {
                error.set(None);
                shared.expected.set(Some(count));
            }
            Err(why) => {
                error.set(Some(why));
            }
        }
    };
    let tidy = move |_| {
        if let (Some(input), Some(count)) = (input(slot), shared.expected.get_now())
            && error.get_now().is_none()
        {
            input.set_value(&format::count(count));
        }
    };
    let hint = move || match heading(shared) {
        Some((users, day)) => {
            let figures = [format::count(usage), format::count(users), day];
            fill(text.expected_hint, &figures.each_ref().map(String::as_str))
        }
        None => fill(text.expected_hint_plain, &[&format::count(usage)]),
    };
    let label = el("label").attr("for", "expected-mau").child(text.expected);
    let input = el("input")
        .class("field__input field__input--number")
        .id("expected-mau")
        .attr("inputmode", "numeric")
        .attr("autocomplete", "off")
        .attr("aria-describedby", "expected-hint expected-error")
        .flag("aria-invalid", move || error.get().is_some())
        .slot(slot)
        .on("input", read)
        .on("change", tidy);
    let told = p("field__error change-plan__hints")
        .id("expected-error")
        .attr("role", "status")
        .live(move || error.get().map(words));
    div("change-plan__expected")
        .child(
            div("change-plan__question")
                .child(h2("card__title").child(label))
                .child(p("field__hint").id("expected-hint").live(hint)),
        )
        .child(input)
        .child(told)
}

fn input(slot: Slot) -> Option<HtmlInputElement> {
    slot.get()?.dyn_into().ok()
}

const fn words(error: CountError) -> &'static str {
    let text = &messages().change;
    match error {
        CountError::Empty => text.count_empty,
        CountError::Fraction => text.count_fraction,
        CountError::NotANumber => text.count_not_a_number,
        CountError::TooMany => text.count_too_many,
    }
}

/// Where the month is heading, and its last day.
fn heading(shared: Shared) -> Option<(u64, String)> {
    let (plan, usage) = (shared.plan(), shared.usage.get());
    let (plan, usage) = (plan.ready()?, usage.ready()?);
    let list = api::quote::list_of(&plan.1, &plan.0).ok()?;
    let ahead = Summary::of(list, &plan.0, usage).ahead?;
    let last = usage.period_end.pred_opt()?;
    Some((ahead.users.expected, format::day(last)))
}
