//! Converts stored text and integers into types, and back.

use std::fmt;

use chrono::{DateTime, Utc};
use sqlx::any::AnyQueryResult;

use crate::foundation::error::Error;

/// A stored value that this program never writes.
#[derive(Debug, thiserror::Error)]
#[error("the stored {what} {value:?} cannot be read")]
pub(crate) struct Damaged {
    what: &'static str,
    value: String,
}

impl Damaged {
    pub(super) fn new(what: &'static str, value: impl fmt::Display) -> Self {
        let value = value.to_string();
        Self { what, value }
    }
}

impl From<Damaged> for Error {
    fn from(cause: Damaged) -> Self {
        Self::unexpected(cause)
    }
}

pub(crate) fn damaged(what: &'static str, value: impl fmt::Display) -> Error {
    Error::unexpected(Damaged::new(what, value))
}

pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, Error> {
    text.parse().map_err(|_| damaged("instant", text))
}

pub(crate) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|cause| damaged("document", cause))
}

/// Parses the name of an enum variant, such as a role or a status, as serde writes it.
pub(crate) fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    T::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text))
        .map_err(|cause| damaged("word", cause))
}

/// The text that serde writes for an enum variant.
pub(crate) fn word_of(value: &impl serde::Serialize) -> Result<String, Error> {
    let word = serde_json::to_value(value).map_err(Error::unexpected)?;
    Ok(word.as_str().unwrap_or_default().to_owned())
}

/// Refuses a statement that has not changed exactly one row: another transaction was first.
pub(crate) fn changed_one(result: &AnyQueryResult) -> Result<(), Error> {
    if result.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Conflict)
    }
}
