//! The fields of the form, each with its label above and its error below.

use super::form::Form;
use super::state::{Asked, Wrong};
use crate::components::field::{explained, value};
use crate::messages::{fill, messages};
use crate::view::{Element, el};
use billing::identity::{OneLineFault, TextFault};
use billing::ticket::{Category, Fault, Priority, Topic};

/// A field with its label, its hint and what is wrong with it.
pub(super) fn field(form: Form, asked: Asked, labels: (&str, &str), input: Element) -> Element {
    let input = input
        .flag("aria-invalid", move || form.wrong(asked).is_some())
        .slot(form.slot(asked));
    let id = format!("support-{}", asked.name());
    explained(&id, labels, input, move || form.told(asked))
}

/// A select with nothing chosen at first.
pub(super) fn select(form: Form, asked: Asked) -> Element {
    let text = &messages().support;
    let (label, names): (_, &[&str]) = match asked {
        Asked::Topic => (text.topic, &text.topics),
        Asked::Category => (text.category, &text.categories),
        _ => (text.priority, &text.priorities),
    };
    let option = |place: String, name: &str| {
        let own = place.clone();
        el("option")
            .attr("value", place)
            .property("selected", move || form.chosen(asked) == own)
            .child(name)
    };
    let first = option(String::new(), text.choose);
    let options = (0..).zip(names);
    let options = options.map(|(place, name): (usize, &&str)| option(place.to_string(), name));
    let select = el("select")
        .class("field__input")
        .attr("required", "")
        .on("change", move |event| form.choose(asked, &value(&event)))
        .child(first)
        .children(options);
    field(form, asked, (label, ""), select)
}

/// The index of the chosen value; empty when none is chosen.
pub(super) fn place<T: PartialEq>(all: &[T], chosen: Option<&T>) -> String {
    let place = chosen.and_then(|chosen| all.iter().position(|one| one == chosen));
    place.map_or_else(String::new, |place| place.to_string())
}

/// The value at an index.
pub(super) fn at<T: Copy>(all: &[T], place: &str) -> Option<T> {
    all.get(place.parse::<usize>().ok()?).copied()
}

/// The sentence for a fault.
pub(super) fn sentence(wrong: Wrong) -> String {
    let text = &messages().support;
    let fault = match wrong {
        Wrong::Missing => return text.missing.to_owned(),
        Wrong::Unreadable => return text.unreadable.to_owned(),
        Wrong::Fault(fault) => fault,
    };
    match fault {
        Fault::Line(OneLineFault::Length(length)) => {
            return fill(text.line_length, &[&length.to_string()]);
        }
        Fault::Line(OneLineFault::Empty) | Fault::Empty => text.empty,
        Fault::Line(OneLineFault::Control) => text.line_control,
        Fault::Line(OneLineFault::CardNumber) | Fault::Text(TextFault::CardNumber) => text.card,
        Fault::Text(TextFault::Invisible) => text.empty,
        Fault::Text(TextFault::Control | TextFault::Direction | TextFault::LineBreak) => {
            text.control
        }
        Fault::TooLong => text.too_long,
        Fault::TooManyFiles => text.too_many_files,
        Fault::TooLarge => text.too_large,
        Fault::EmptyFile => text.empty_file,
        Fault::Ending => text.ending,
        Fault::TooManyPeople => text.too_many_people,
    }
    .to_owned()
}

/// The topics, in display order.
pub(super) const TOPICS: [Topic; 5] = Topic::ALL;
pub(super) const CATEGORIES: [Category; 5] = Category::ALL;
pub(super) const PRIORITIES: [Priority; 4] = Priority::ALL;
