//! The expected users: an exact number, typed or pasted, at which the tiers are compared.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::Shared;
use super::state::{CountError, parse_count};
use crate::components::form::field;
use crate::messages::{self, fill, format};
use crate::screens::my_plan::usage::summary::Summary;
use crate::view::{Element, Live, Slot, div, el, h2, p, watch};

/// The field. It starts at the projection, or without one at the users so far, and keeps what the
/// person typed.
pub(super) fn expected(shared: Shared, usage: u64) -> Element {
    let text = messages::change();
    let field = Field {
        shared,
        usage,
        slot: Slot::default(),
        error: Live::new(None),
    };
    watch(move || field.start());
    let error = field.error;
    let label = el("label").attr("for", "expected-mau").child(text.expected);
    let input = el("input")
        .class("field__input field__input--number")
        .id("expected-mau")
        .attr("inputmode", "numeric")
        .attr("autocomplete", "off")
        .attr("aria-describedby", "expected-hint expected-error")
        .flag("aria-invalid", move || error.get().is_some())
        .slot(field.slot)
        .on("input", move |_| field.read())
        .on("change", move |_| field.tidy());
    let fault = p("field__error change-plan__hints")
        .id("expected-error")
        .attr("role", "status")
        .live(move || error.get().map(words));
    let hint = p("field__hint")
        .id("expected-hint")
        .live(move || field.hint());
    div("change-plan__expected")
        .child(
            div("change-plan__question")
                .child(h2("card__title").child(label))
                .child(hint),
        )
        .child(input)
        .child(fault)
        .live(move || field.bases())
}

#[derive(Debug, Clone, Copy)]
struct Field {
    shared: Shared,
    /// The users of the month so far.
    usage: u64,
    slot: Slot,
    error: Live<Option<CountError>>,
}

impl Field {
    fn start(self) {
        if self.shared.expected.get_now().is_none() {
            let start = heading(self.shared).map_or(self.usage, |(users, _)| users);
            self.shared.expected.set(Some(start));
        }
        if let (Some(input), Some(expected)) = (input(self.slot), self.shared.expected.get_now())
            && input.value().is_empty()
        {
            input.set_value(&format::count(expected));
        }
    }

    fn read(self) {
        let Some(input) = input(self.slot) else {
            return;
        };
        let count = parse_count(&input.value());
        self.error.set(count.err());
        if let Ok(count) = count {
            self.shared.expected.set(Some(count));
        }
    }

    fn tidy(self) {
        if let (Some(input), Some(count)) = (input(self.slot), self.shared.expected.get_now())
            && self.error.get_now().is_none()
        {
            input.set_value(&format::count(count));
        }
    }

    /// Buttons for the usage so far and the projection; nothing when there is only one of them.
    fn bases(self) -> Option<Element> {
        let text = messages::change();
        let (projected, _) = heading(self.shared)?;
        if projected == self.usage {
            return None;
        }
        let item = |label: &str, users: u64| {
            let is_chosen = move || self.shared.expected.get() == Some(users);
            field::choice("usage-basis", label, is_chosen, move || self.take(users))
        };
        let items = div("choice")
            .child(item(text.basis_so_far, self.usage))
            .child(item(text.basis_projected, projected));
        let legend = el("legend").class("visually-hidden").child(text.basis);
        Some(
            el("fieldset")
                .class("change-plan__basis")
                .child(legend)
                .child(items),
        )
    }

    fn take(self, users: u64) {
        self.error.set(None);
        self.shared.expected.set(Some(users));
        self.tidy();
    }

    fn hint(self) -> String {
        let text = messages::change();
        let usage = format::count(self.usage);
        match heading(self.shared) {
            Some((users, day)) => fill(text.expected_hint, &[&usage, &format::count(users), &day]),
            None => fill(text.expected_hint_plain, &[&usage]),
        }
    }
}

fn input(slot: Slot) -> Option<HtmlInputElement> {
    slot.get()?.dyn_into().ok()
}

fn words(error: CountError) -> &'static str {
    let text = messages::change();
    match error {
        CountError::Empty => text.count_empty,
        CountError::Fraction => text.count_fraction,
        CountError::NotANumber => text.count_not_a_number,
        CountError::TooMany => text.count_too_many,
    }
}

/// The projected users at the end of the month, and its last day.
pub(super) fn heading(shared: Shared) -> Option<(u64, String)> {
    let (plan, usage) = (shared.checkout.plan(), shared.usage.get());
    let (plan, usage) = (plan.ready()?, usage.ready()?);
    let list = api::plan::quote::list_of(&plan.1, &plan.0).ok()?;
    let ahead = Summary::of(list, &plan.0, usage).ahead?;
    let last = usage.period_end.pred_opt()?;
    Some((ahead.users.expected, format::day(last)))
}
