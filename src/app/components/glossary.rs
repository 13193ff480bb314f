//! Terms of the field, each explained in a sentence where it is used: on hover, by keyboard and by
//! touch (UX 95).

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::messages;
use crate::view::{Live, View, button, many, span};

thread_local! {
    static TERMS: Cell<u32> = const { Cell::new(0) };
}

/// A text whose first glossary term has an explanation.
pub fn explained(words: &str) -> View {
    let found = messages::glossary().iter().filter_map(|(word, meaning)| {
        let at = place(words, word)?;
        Some((at, *word, *meaning))
    });
    // Of terms that start at the same place, the longest: "processed MAU" before "MAU".
    let Some((at, word, meaning)) =
        found.min_by_key(|(at, word, _)| (*at, usize::MAX - word.len()))
    else {
        return words.into();
    };
    let (before, rest) = words.split_at(at);
    let (word, after) = rest.split_at(word.len());
    many([before.into(), term(word, meaning), after.into()])
}

/// Where a term occurs in a text as a whole word, with its first letter in either case. Both are English:
/// the tables of other letters are not loaded.
fn place(words: &str, word: &str) -> Option<usize> {
    let is_part =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    words.char_indices().map(|(at, _)| at).find(|at| {
        let (before, rest) = words.split_at(*at);
        rest.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
            && !is_part(before.chars().next_back())
            && !is_part(rest.chars().nth(word.chars().count()))
    })
}

fn term(word: &str, meaning: &'static str) -> View {
    let number = TERMS.with(|terms| {
        terms.set(terms.get().wrapping_add(1));
        terms.get()
    });
    let (id, anchor) = (format!("term-{number}"), format!("--term-{number}"));
    // Two signals, because a pointer that leaves (after a tap a browser may report that at once) must
    // not close a term that has the focus.
    let (hovered, focused) = (Live::new(false), Live::new(false));
    let shown = move || hovered.get() || focused.get();
    let turn = |state: Live<bool>, on: bool| {
        move |_| {
            state.set_if_other(on);
        }
    };
    let word = button("term")
        .attr("type", "button")
        .attr("aria-describedby", &id)
        .style("anchor-name", &anchor)
        .on("mouseenter", turn(hovered, true))
        .on("mouseleave", turn(hovered, false))
        .on("focus", turn(focused, true))
        .on("blur", turn(focused, false))
        .on("click", move |event| {
            // Safari does not focus a button that is tapped, so it would never report a blur.
            let word = event.current_target();
            if let Some(word) = word.and_then(|word| word.dyn_into::<HtmlElement>().ok()) {
                drop(word.focus());
            }
            focused.set_if_other(true);
        })
        .on("keydown", move |event| {
            let is_shown = hovered.get_now() || focused.get_now();
            if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" && is_shown {
                // Escape closes only the explanation, not the dialog under it.
                event.prevent_default();
                event.stop_propagation();
                hovered.set_if_other(false);
                focused.set_if_other(false);
            }
        })
        .child(word);
    let tip = span("term__tip")
        .id(id)
        .attr("role", "tooltip")
        .style("position-anchor", anchor)
        .attr_live("data-shown", move || shown().then_some(""))
        .child(meaning);
    many([word.into(), tip.into()])
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn words_are_found_whole() {
        assert_eq!(place("22,000 MAU of 20,000", "MAU"), Some(7));
        assert_eq!(place("Overage, 2,000 MAU", "overage"), Some(0));
        assert_eq!(place("MAUS", "MAU"), None);
        assert_eq!(place("the tiers", "tier"), None);
        assert_eq!(place("Größe: tier", "tier"), Some(9));
    }
}
