//! Free text of one line: names, streets, remarks. It is printed in mails, logs and invoices.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::kind::{is_control, turns_direction};
use super::{InvalidText, contains_card_number};

/// The highest number of characters; more do not fit on an invoice or in a table.
const LINE_MAX: usize = 200;

/// A line of text that is not empty and contains no line break and no card number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OneLine(String);

/// Why a text is not a valid line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneLineFault {
    /// The text is empty.
    Empty,
    /// The text is longer than 200 characters; how many there are.
    Length(usize),
    /// The text contains a line break, a tab, or a character that changes the writing direction.
    Control,
    /// The text contains what looks like a card number. The error does not keep the text.
    CardNumber,
}

impl fmt::Display for OneLineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("this is required"),
            Self::Length(length) => {
                write!(
                    f,
                    "at most {LINE_MAX} characters fit here, there are {length}"
                )
            }
            Self::Control => f.write_str("write this on one line, without special characters"),
            Self::CardNumber => super::CardNumberFound.fmt(f),
        }
    }
}

impl OneLine {
    /// Parses a line; blanks around it are dropped.
    ///
    /// **Source.** RELIABILITY, threats 8 (line breaks in names) and 16 (card numbers).
    ///
    /// ```
    /// use billing::text::{OneLine, OneLineFault};
    /// assert_eq!(OneLine::parse(" Acme & Søns ").unwrap().as_str(), "Acme & Søns");
    /// let refused = OneLine::parse("card 4111 1111 1111 1111").unwrap_err();
    /// assert_eq!((refused.fault, refused.typed.as_str()), (OneLineFault::CardNumber, ""));
    /// ```
    ///
    /// # Errors
    /// The error keeps the text as typed, except when it contains a card number.
    pub fn parse(text: &str) -> Result<Self, InvalidText<OneLineFault>> {
        let line = text.trim();
        let length = line.chars().count();
        if line.is_empty() {
            Err(InvalidText::new(text, OneLineFault::Empty))
        } else if contains_card_number(line) {
            Err(InvalidText::new(text, OneLineFault::CardNumber))
        } else if line
            .chars()
            .any(|letter| is_control(letter) || turns_direction(letter))
        {
            Err(InvalidText::new(text, OneLineFault::Control))
        } else if length > LINE_MAX {
            Err(InvalidText::new(text, OneLineFault::Length(length)))
        } else {
            Ok(Self(line.to_owned()))
        }
    }

    /// The line as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OneLine {
    type Error = InvalidText<OneLineFault>;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<OneLine> for String {
    fn from(line: OneLine) -> Self {
        line.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong() {
        let check = |text: &str, expected: Result<&str, OneLineFault>| {
            let read = OneLine::parse(text);
            let read = read
                .as_ref()
                .map(OneLine::as_str)
                .map_err(|refused| refused.fault);
            assert_eq!(read, expected, "{text:?}");
        };
        check("\t Acme \r\n", Ok("Acme"));
        check("شركة نور", Ok("شركة نور"));
        check("", Err(OneLineFault::Empty));
        check(" \n ", Err(OneLineFault::Empty));
        check("Acme\r\nBcc: x@y.example", Err(OneLineFault::Control));
        check("Acme\u{1b}[2J", Err(OneLineFault::Control));
        check("Acme\u{202E}dtL", Err(OneLineFault::Control));
        check("Acme\u{2028}Ltd", Err(OneLineFault::Control));
        check("Acme\u{2069}Ltd", Err(OneLineFault::Control));
        check("Acme\u{2065}Ltd", Ok("Acme\u{2065}Ltd"));
        check("5555-5555-5555-4444", Err(OneLineFault::CardNumber));
        check(&"é".repeat(200), Ok(&"é".repeat(200)));
        check(&"é".repeat(201), Err(OneLineFault::Length(201)));
    }
}
