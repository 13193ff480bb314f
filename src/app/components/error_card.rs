//! What is shown in place of content that failed: the error, with a retry button.

use crate::client::failure::Failure;
use crate::components::icon::{Sign, icon};
use crate::messages::{self, fill};
use crate::view::{View, button, div, h2, p, section, span};

/// The sentence for a failure, and the request id under which the server's log has it.
pub fn explain(failure: &Failure) -> (String, String) {
    let text = messages::failure();
    match failure {
        Failure::Refused(problem) => {
            let detail = if problem.detail.is_empty() {
                &problem.title
            } else {
                &problem.detail
            };
            (
                format!("{}.", detail.trim_end_matches('.')),
                request(problem),
            )
        }
        Failure::Offline => (
            format!("{}. {}", text.offline, text.offline_detail),
            String::new(),
        ),
        Failure::Timeout => (
            format!("{}. {}", text.timeout, text.timeout_detail),
            String::new(),
        ),
        Failure::Garbled => (
            format!("{}. {}", text.garbled, text.garbled_detail),
            String::new(),
        ),
        Failure::NoPiece => (text.no_piece.to_owned(), String::new()),
    }
}

/// The request id for the server's log; empty when the problem has none.
pub fn request(problem: &api::Problem) -> String {
    match problem.request_id.as_str() {
        "" => String::new(),
        id => fill(messages::failure().request, &[id]),
    }
}

/// A failure in place of the content, with a button that tries again.
pub fn error_card(title: &str, failure: &Failure, retry: impl Fn() + 'static) -> View {
    let (detail, request) = explain(failure);
    let again = button("button")
        .attr("type", "button")
        .on("click", move |_| retry())
        .child(messages::failure().retry);
    section("card")
        .child(
            div("state")
                .attr("role", "alert")
                .child(span("state__icon state__icon--danger").child(icon(Sign::Warning)))
                .child(h2("state__title").child(title))
                .child(p("state__text").child(detail))
                .child(p("state__detail").child(request))
                .child(div("state__actions").child(again)),
        )
        .into()
}
