//! Reading JSON into the contract's types.
//!
//! Every failure to read an answer is the same failure here, so reading does not stop at the first
//! mistake: it notes it and goes on. A reader without ways out is small; with `serde`'s, which
//! explain each mistake in a sentence, reading cost more than all the screens. Which fields there
//! are is checked by the compiler, how they are called by a test against `serde_json`.

mod account_status;
mod audit;
mod contract;
mod data;
mod leaving;
mod mailbox;
mod parse;
mod prices;
mod rhythm;
mod support;
mod usage_file;
mod values;

pub use prices::price_book;
pub use values::day;

/// The text is not what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// Reads a text into a type.
///
/// # Errors
/// [`Unreadable`].
pub fn read<T: Read>(text: &str) -> Result<T, Unreadable> {
    finish(Json::parse(text)?)
}

/// Reads a value into a type.
///
/// # Errors
/// [`Unreadable`].
pub fn finish<T: Read>(json: Json) -> Result<T, Unreadable> {
    let mut notes = Notes::default();
    let value = T::read(json, &mut notes);
    if notes.wrong {
        Err(Unreadable)
    } else {
        Ok(value)
    }
}

/// A type that can be read.
pub trait Read {
    /// The value; anything of the right type, and a note, where it cannot be read.
    fn read(json: Json, notes: &mut Notes) -> Self;
}

/// Whether something was wrong.
#[derive(Debug, Default)]
pub struct Notes {
    wrong: bool,
}

impl Notes {
    /// Something was wrong.
    pub(crate) fn note(&mut self) {
        self.wrong = true;
    }
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// Not there at all.
    Missing,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Natural(u64),
    /// A whole number below zero.
    Negative(i64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Map(Members),
}

/// The members of an object.
pub type Members = Vec<(String, Json)>;

/// The members of an object that is being read.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    members: Members,
    pub(crate) notes: &'a mut Notes,
}

impl<'a> Fields<'a> {
    /// The members of a value, which must be an object.
    pub(crate) fn of(json: Json, notes: &'a mut Notes) -> Self {
        let members = match json {
            Json::Map(members) => members,
            _ => {
                notes.note();
                Vec::new()
            }
        };
        Self { members, notes }
    }

    /// The value of a member.
    pub(crate) fn take<T: Read>(&mut self, name: &str) -> T {
        let json = self.remove(name);
        T::read(json, self.notes)
    }

    /// The value of a member that may be left out.
    pub(crate) fn take_or_default<T: Read + Default>(&mut self, name: &str) -> T {
        match self.remove(name) {
            Json::Missing => T::default(),
            json => T::read(json, self.notes),
        }
    }

    /// Every member must have been taken, each once.
    pub(crate) fn finish(self) {
        if !self.members.is_empty() {
            self.notes.note();
        }
    }

    fn remove(&mut self, name: &str) -> Json {
        let place = self.members.iter().position(|(other, _)| other == name);
        place.map_or(Json::Missing, |place| self.members.swap_remove(place).1)
    }
}

#[cfg(test)]
mod check;
