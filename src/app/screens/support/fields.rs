//! What the fields of the form offer, and the sentence for each fault.

use super::state::Wrong;
use crate::messages::{self, fill};
use api::support::ticket::{Category, Fault, Priority, Topic};
use billing::text::{OneLineFault, TextFault};

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
    let text = messages::support();
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
