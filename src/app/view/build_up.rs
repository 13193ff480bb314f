//! Builds views into DOM nodes.

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Event, HtmlElement, Node};

use super::{Attribute, Element, View};

/// The effects and listeners of a built view, dropped when it is removed from the page.
#[derive(Default)]
pub(super) struct Kept(Vec<Keep>);

#[allow(dead_code)] // kept for its drop
enum Keep {
    Effect(RenderEffect<Kept>),
    Listener(Closure<dyn FnMut(Event)>),
}

impl Kept {
    /// Runs `act` now and whenever a signal that it read changes; what it returned before is dropped.
    fn follow(&mut self, act: Box<dyn Fn() -> Kept>) {
        let effect = RenderEffect::new(move |before: Option<Kept>| {
            drop(before);
            act()
        });
        self.0.push(Keep::Effect(effect));
    }
}

/// Builds a view into a parent, before a child or at the end.
pub(super) fn put(view: View, parent: &Node, before: Option<&Node>, kept: &mut Kept) {
    let document = document();
    match view {
        View::Nothing => {}
        View::Text(words) => insert(parent, &document.create_text_node(&words), before),
        View::Many(pieces) => {
            for piece in pieces {
                put(piece, parent, before, kept);
            }
        }
        View::Element(element) => {
            if let Some(built) = build(element, &document, kept) {
                insert(parent, &built, before);
            }
        }
        View::Live(piece) => {
            let (start, end) = (document.create_comment(""), document.create_comment(""));
            insert(parent, &start, before);
            insert(parent, &end, before);
            kept.follow(Box::new(move || {
                let mut kept = Kept::default();
                // Built while the old nodes are still on the page, so that it can read where the focus is.
                let next = piece();
                clear(&start, &end);
                if let Some(parent) = end.parent_node() {
                    put(next, &parent, Some(&end), &mut kept);
                }
                kept
            }));
        }
    }
}

/// Removes all nodes between two nodes.
fn clear(start: &Node, end: &Node) {
    while let Some(next) = start.next_sibling().filter(|next| next != end) {
        remove(&next);
    }
}

/// Removes a node from the page.
pub(super) fn remove(node: &Node) {
    if let Some(parent) = node.parent_node() {
        let _ = parent.remove_child(node);
    }
}

fn insert(parent: &Node, node: &Node, before: Option<&Node>) {
    let _ = parent.insert_before(node, before);
}

fn build(element: Element, document: &Document, kept: &mut Kept) -> Option<HtmlElement> {
    let element = *element.0;
    let namespace = match element.tag {
        "svg" | "path" => "http://www.w3.org/2000/svg",
        _ => "http://www.w3.org/1999/xhtml",
    };
    let built = document.create_element_ns(Some(namespace), element.tag);
    let built: HtmlElement = built.ok()?.unchecked_into();
    let mut late = Vec::new();
    for attribute in element.attributes {
        match attribute {
            // `checked` and the slot need the finished element.
            Attribute::Property(..) | Attribute::Slot(_) => late.push(attribute),
            other => apply(other, &built, kept),
        }
    }
    for child in element.children {
        put(child, &built, None, kept);
    }
    for attribute in late {
        apply(attribute, &built, kept);
    }
    Some(built)
}

fn apply(attribute: Attribute, built: &HtmlElement, kept: &mut Kept) {
    let element = built.clone();
    match attribute {
        Attribute::Fixed(name, value) => {
            let _ = element.set_attribute(name, &value);
        }
        Attribute::Live(name, value) => kept.follow(Box::new(move || {
            let _ = match value() {
                Some(value) => element.set_attribute(name, &value),
                None => element.remove_attribute(name),
            };
            Kept::default()
        })),
        Attribute::Style(name, value) => kept.follow(Box::new(move || {
            let _ = element.style().set_property(name, &value());
            Kept::default()
        })),
        Attribute::Property(name, value) => kept.follow(Box::new(move || {
            let _ = js_sys::Reflect::set(&element, &JsValue::from_str(name), &value().into());
            Kept::default()
        })),
        Attribute::On(name, act) => {
            let listener = Closure::wrap(act);
            let _ =
                element.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
            kept.0.push(Keep::Listener(listener));
        }
        Attribute::Slot(slot) => slot.fill(element),
    }
}
