//! The batch format of `prorata preview`.

/// Answers one line.
#[must_use]
pub fn answer(_line: &[u8]) -> Option<String> {
    None
}
