//! The expected users: an exact number, typed or pasted, that every tier is compared by.

use leptos::html;
use leptos::prelude::*;

use super::Shared;
use super::state::{CountError, parse_count};
use crate::format;
use crate::load::Load;
use crate::messages::{fill, messages};
use crate::screens::my_plan::state::Summary;

/// The field. It starts where the month is heading, else at the users so far, and keeps what the
/// person wrote.
pub(super) fn expected(shared: Shared, usage: u64) -> AnyView {
    let text = &messages().change;
    let input = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<CountError>);
    let heading = Memo::new(move |_| projected(shared));
    Effect::new(move |_| {
        let known = !matches!(shared.usage.get(), Load::Waiting);
        if known && shared.expected.get_untracked().is_none() {
            let start = heading.get().map_or(usage, |(users, _)| users);
            shared.expected.set(Some(start));
        }
        if let (Some(input), Some(expected)) = (input.get(), shared.expected.get_untracked())
            && input.value().is_empty()
        {
            input.set_value(&format::count(expected));
        }
    });
    let read = move |_| {
        let Some(input) = input.get_untracked() else { return };
        match parse_count(&input.value()) {
            Ok(count) => {
                error.set(None);
                shared.expected.set(Some(count));
            }
            Err(why) => error.set(Some(why)),
        }
    };
    let tidy = move |_| {
        if let (Some(input), None) = (input.get_untracked(), error.get_untracked())
            && let Some(expected) = shared.expected.get_untracked()
        {
            input.set_value(&format::count(expected));
        }
    };
    let hint = move || match heading.get() {
        Some((users, day)) => {
            fill(text.expected_hint, &[&format::count(usage), &format::count(users), &day])
        }
        None => fill(text.expected_hint_plain, &[&format::count(usage)]),
    };
    view! {
        <div class="change-plan__expected">
            <div>
                <h2 class="card__title"><label for="expected-mau">{text.expected}</label></h2>
                <p class="field__hint" id="expected-hint">{hint}</p>
            </div>
            <input
                class="field__input field__input--number"
                id="expected-mau"
                inputmode="numeric"
                autocomplete="off"
                aria-describedby="expected-hint expected-error"
                aria-invalid=move || error.get().is_some().to_string()
                node_ref=input
                on:input=read
                on:change=tidy
            />
            <p class="field__error change-plan__hints" id="expected-error" role="status">
                {move || error.get().map(words)}
            </p>
        </div>
    }
    .into_any()
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
fn projected(shared: Shared) -> Option<(u64, String)> {
    let both = shared.subscription.get().with(shared.book.get());
    let Load::Ready(((subscription, book), usage)) = both.with(shared.usage.get()) else {
        return None;
    };
    let list = api::quote::list_of(&book, &subscription).ok()?;
    let ahead = Summary::of(list, &subscription, &usage).ahead?;
    let last = usage.period_end.pred_opt()?;
    Some((ahead.users.expected, format::day(last)))
}
