//! The head of a page, and the title that it sets.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::view::{Element, Live, Slot, View, div, h1, p};

/// The title of the open page. The page sets it; the shell shows it in the window's title, has it read
/// out and moves the focus.
#[derive(Debug, Clone, Copy)]
pub struct Title {
    pub(crate) words: Live<String>,
    pub(crate) main: Slot,
}

impl Title {
    /// Focuses the page's heading, when the element that had the focus is gone.
    pub fn focus(self) {
        request_animation_frame(move || focus_title(self.main));
    }
}

/// The head of a page: its only `h1`, the link back, and what is shown beside it.
pub fn page_head(title: &str, back: Option<Element>, beside: impl Into<View>) -> Element {
    if let Some(shell) = use_context::<Title>() {
        shell.words.set_if_other(title.to_owned());
    }
    div("page-head")
        .child(back.map(|back| p("page-head__back").child(back)))
        .child(h1("page-head__title").attr("tabindex", "-1").child(title))
        .child(beside)
}

/// Focuses the heading of the page in this element.
pub(crate) fn focus_title(main: Slot) {
    let head = main
        .get_now()
        .and_then(|main| main.query_selector("h1").ok().flatten());
    if let Some(head) = head {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = head
            .unchecked_ref::<HtmlElement>()
            .focus_with_options(&options);
    }
}
