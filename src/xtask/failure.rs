//! Why a command stopped, in a sentence for the person who ran it.

use std::fmt;
use std::path::Path;

/// A sentence that says what went wrong and, if possible, how to fix it.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Adds the path of the file to an operating-system error.
pub(crate) trait About<T> {
    fn about(self, doing: &str, path: &Path) -> Result<T, Failure>;
}

impl<T> About<T> for std::io::Result<T> {
    fn about(self, doing: &str, path: &Path) -> Result<T, Failure> {
        self.map_err(|error| Failure(format!("cannot {doing} {}: {error}", path.display())))
    }
}
