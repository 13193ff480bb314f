//! The id of a mail in an address.

use super::is_plain;

/// The id of a mail, which needs no percent-encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailId(String);

impl MailId {
    /// Accepts every id that needs no percent-encoding; whether the mail exists is for the server to check.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, place) = text.split_once('_')?;
        (is_plain(name) && is_plain(place)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
