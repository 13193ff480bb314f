//! The id of a mail in an address.

use super::is_plain;

/// The id of a mail, as it stands in an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailId(String);

impl MailId {
    /// An id that stands in an address as it is; whether there is such a mail is for the server to say.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, place) = text.split_once('_')?;
        (is_plain(name) && is_plain(place)).then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
