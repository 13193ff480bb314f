//! What stands where content would: a failure with its way out, or words about an empty place.

use leptos::prelude::*;

use crate::failure::Failure;
use crate::icon::{Icon, Sign};
use crate::messages::{fill, messages};

/// What a failure says, in a sentence, and what leads to it in the server's log.
#[must_use]
pub fn explain(failure: &Failure) -> (String, String) {
    let text = &messages().failure;
    match failure {
        Failure::Refused(problem) => {
            let detail = if problem.detail.is_empty() {
                &problem.title
            } else {
                &problem.detail
            };
            (format!("{}.", detail.trim_end_matches('.')), request(problem))
        }
        Failure::Offline => (format!("{}. {}", text.offline, text.offline_detail), String::new()),
        Failure::Timeout => (format!("{}. {}", text.timeout, text.timeout_detail), String::new()),
        Failure::Garbled => (format!("{}. {}", text.garbled, text.garbled_detail), String::new()),
    }
}

/// What leads to a problem in the server's log; nothing where it names nothing.
#[must_use]
pub fn request(problem: &api::Problem) -> String {
    match problem.request_id.as_str() {
        "" => String::new(),
        id => fill(messages().failure.request, &[id]),
    }
}

/// A failure in place of what should have come, with a way to try again.
#[component]
pub fn Trouble(
    /// What did not come.
    title: &'static str,
    /// Why.
    failure: Failure,
    /// Asks again.
    retry: Callback<()>,
) -> impl IntoView {
    let (detail, request) = explain(&failure);
    view! {
        <div class="state" role="alert">
            <span class="state__icon state__icon--danger"><Icon sign=Sign::Warning /></span>
            <h2 class="state__title">{title}</h2>
            <p class="state__text">{detail}</p>
            <p class="state__detail">{request}</p>
            <div class="state__actions">
                <button type="button" class="button" on:click=move |_| retry.run(())>
                    {messages().failure.retry}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// The shape of a line of text that is on its way.
#[must_use]
pub fn bone(length: &'static str) -> AnyView {
    view! { <span class=format!("skeleton skeleton--{length}")></span> }.into_any()
}

/// A card whose content is on its way, in its final size.
#[must_use]
pub fn bones(lengths: &'static [&'static str]) -> AnyView {
    view! {
        <section class="card" aria-busy="true">
            <div aria-hidden="true">
                {lengths.iter().map(|length| bone(length)).collect_view()}
            </div>
            <span class="visually-hidden">{messages().shell.loading}</span>
        </section>
    }
    .into_any()
}
