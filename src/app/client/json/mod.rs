//! Reading JSON into the contract's types.
//!
//! The caller handles every failure to read a response in the same way, so reading does not stop at the
//! first mistake: it notes it and goes on. A reader without early returns is small; with `serde`, which
//! explains each mistake in a sentence, this code was larger than all the screens. The compiler checks
//! that no field is forgotten, and a test against `serde_json` checks the names.

mod account_status;
mod audit;
mod billing_cycle;
mod contract;
mod data;
mod leaving;
mod mailbox;
mod parse;
mod prices;
mod statement;
mod support;
mod usage_file;
mod values;

pub use prices::price_book;
pub use values::day;

/// The text is not valid JSON of the expected type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// Reads a text into a type.
pub fn read<T: Read>(text: &str) -> Result<T, Unreadable> {
    finish(Json::parse(text)?)
}

/// Reads a value into a type.
pub fn finish<T: Read>(json: Json) -> Result<T, Unreadable> {
    let mut notes = Notes::default();
    let value = T::read(json, &mut notes);
    if notes.wrong {
        Err(Unreadable)
    } else {
        Ok(value)
    }
}

pub trait Read {
    /// The value; when it cannot be read, any value of the type, and a note.
    fn read(json: Json, notes: &mut Notes) -> Self;
}

/// Whether a mistake was found.
#[derive(Debug, Default)]
pub struct Notes {
    wrong: bool,
}

impl Notes {
    /// Records a mistake.
    pub(crate) fn note(&mut self) {
        self.wrong = true;
    }
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// The member is absent.
    Missing,
    Null,
    Bool(bool),
    /// A whole number of at least 0.
    Natural(u64),
    /// A whole number below 0.
    Negative(i64),
    Text(String),
    List(Vec<Json>),
    Map(Members),
}

pub type Members = Vec<(String, Json)>;

/// The members of an object that is being read.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    members: Members,
    pub(crate) notes: &'a mut Notes,
}

impl<'a> Fields<'a> {
    /// The members of a value; notes a mistake when it is not an object.
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

    /// Removes a member and reads it.
    pub(crate) fn take<T: Read>(&mut self, name: &str) -> T {
        let json = self.remove(name);
        T::read(json, self.notes)
    }

    /// Removes a member that may be absent and reads it.
    pub(crate) fn take_or_default<T: Read + Default>(&mut self, name: &str) -> T {
        match self.remove(name) {
            Json::Missing => T::default(),
            json => T::read(json, self.notes),
        }
    }

    /// Notes a mistake if a member was not taken or is repeated.
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
pub(crate) mod tests;
