//! The markup builder: views of one type.
//!
//! `view!` generates a type for each piece of markup, and code for each type: with it these screens
//! were 339 kB. Here every element has the same type, so markup costs only its data. Signals, effects,
//! owners, contexts and mounting are those of Leptos, and [`mount::Root`] is a Leptos view like any
//! other.

use leptos::prelude::*;
use web_sys::Event;

mod build_up;
mod live;
pub mod mount;

pub use live::{Live, Slot, follow, spawn, watch};

/// A part of the page that is not built yet.
pub enum View {
    Nothing,
    Text(String),
    Element(Element),
    /// Several views in order.
    Many(Vec<View>),
    /// A view that is rebuilt whenever a signal that it read changes.
    Live(Box<dyn Fn() -> View>),
}

/// An element with its attributes and children that is not built yet.
pub struct Element(Box<Parts>);

/// In a `Box`, so that moving the builder through a chain of calls copies one word.
struct Parts {
    tag: &'static str,
    attributes: Vec<Attribute>,
    children: Vec<View>,
}

enum Attribute {
    Fixed(&'static str, String),
    Live(&'static str, Box<dyn Fn() -> Option<String>>),
    Style(&'static str, Box<dyn Fn() -> String>),
    Property(&'static str, Box<dyn Fn() -> bool>),
    On(&'static str, Box<dyn FnMut(Event)>),
    Slot(Slot),
}

pub fn el(tag: &'static str) -> Element {
    Element(Box::new(Parts {
        tag,
        attributes: Vec::new(),
        children: Vec::new(),
    }))
}

#[inline(never)]
fn classed(tag: &'static str, class: &str) -> Element {
    el(tag).class(class)
}

macro_rules! elements {
    ($($name:ident),*) => { $(
        #[doc = concat!("A `", stringify!($name), "` of a class.")]
        pub fn $name(class: &str) -> Element {
            classed(stringify!($name), class)
        }
    )* };
}
elements!(
    div, section, p, span, h1, h2, dl, dt, dd, table, tr, th, td, button
);

/// A view that is rebuilt whenever a signal that it read changes.
pub fn live<V: Into<View>>(piece: impl Fn() -> V + 'static) -> View {
    View::Live(Box::new(move || piece().into()))
}

/// Several views in order.
pub fn many(pieces: impl IntoIterator<Item = View>) -> View {
    View::Many(pieces.into_iter().collect())
}

impl Element {
    pub fn attr(self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.fixed(name, value.as_ref())
    }

    #[inline(never)]
    fn fixed(self, name: &'static str, value: &str) -> Self {
        self.with(Attribute::Fixed(name, value.to_owned()))
    }

    #[inline(never)]
    fn with(mut self, attribute: Attribute) -> Self {
        self.0.attributes.push(attribute);
        self
    }

    #[inline(never)]
    fn holding(mut self, child: View) -> Self {
        self.0.children.push(child);
        self
    }

    /// Adds an attribute that follows signals; while the value is `None` the attribute is absent.
    pub fn attr_live<S: Into<String>>(
        self,
        name: &'static str,
        value: impl Fn() -> Option<S> + 'static,
    ) -> Self {
        let value = Box::new(move || value().map(Into::into));
        self.with(Attribute::Live(name, value))
    }

    /// Adds an attribute that is `true` or `false`.
    pub fn flag(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.attr_live(name, move || Some(if value() { "true" } else { "false" }))
    }

    pub fn class(self, class: &str) -> Self {
        self.attr("class", class)
    }

    pub fn id(self, id: impl AsRef<str>) -> Self {
        self.attr("id", id)
    }

    /// Sets a style property through the style object, because the CSP forbids style attributes.
    pub fn style(self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.style_live(name, move || value.clone())
    }

    /// Sets a style property that follows signals.
    pub fn style_live(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        self.with(Attribute::Style(name, Box::new(value)))
    }

    /// Sets a boolean property that follows signals.
    pub fn property(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.with(Attribute::Property(name, Box::new(value)))
    }

    /// Handles an event.
    pub fn on(self, event: &'static str, act: impl FnMut(Event) + 'static) -> Self {
        self.with(Attribute::On(event, Box::new(act)))
    }

    /// Stores the built element in a slot.
    pub fn slot(self, slot: Slot) -> Self {
        self.with(Attribute::Slot(slot))
    }

    /// Adds a child after the existing ones.
    pub fn child(self, child: impl Into<View>) -> Self {
        self.holding(child.into())
    }

    pub fn children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        for child in children {
            self.0.children.push(View::Element(child));
        }
        self
    }

    /// Adds a child that follows signals.
    pub fn live<V: Into<View>>(self, piece: impl Fn() -> V + 'static) -> Self {
        self.child(live(piece))
    }
}

impl From<Element> for View {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

impl From<String> for View {
    fn from(words: String) -> Self {
        Self::Text(words)
    }
}

impl From<&str> for View {
    #[inline(never)]
    fn from(words: &str) -> Self {
        Self::Text(words.to_owned())
    }
}

impl<V: Into<View>> From<Option<V>> for View {
    fn from(piece: Option<V>) -> Self {
        piece.map_or(Self::Nothing, Into::into)
    }
}

impl From<Vec<View>> for View {
    fn from(pieces: Vec<View>) -> Self {
        Self::Many(pieces)
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("View")
    }
}

impl std::fmt::Debug for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.tag)
    }
}

/// The context of this type, which the app provides when it is mounted.
pub fn shared<T: Clone + 'static>() -> T {
    expect_context::<T>()
}
