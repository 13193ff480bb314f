//! What a statement must have found or changed.

use std::fmt;

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

/// Refuses a statement that has not changed exactly one row: another transaction was first.
pub(crate) fn changed_one(result: &AnyQueryResult) -> Result<(), Error> {
    if result.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Conflict)
    }
}
