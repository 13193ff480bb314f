//! Telephone numbers of billing contacts.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::text::{InvalidText, contains_card_number};

/// The lowest and highest number of digits (at most 15: ITU-T E.164).
const PHONE_DIGITS: core::ops::RangeInclusive<usize> = 5..=15;

/// A telephone number as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// Why a text is not a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneFault {
    /// A character does not occur in telephone numbers.
    Character(char),
    /// There are fewer than 5 or more than 15 digits; how many there are.
    Digits(usize),
    /// A plus is not the first character.
    Plus,
    /// The text contains what looks like a card number. The error does not keep the text.
    CardNumber,
}

impl fmt::Display for PhoneFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(letter) => write!(
                f,
                "remove {letter:?}; a telephone number has digits, blanks and + - ( ) . /"
            ),
            Self::Digits(digits) => write!(
                f,
                "a telephone number has {} to {} digits, here are {digits}",
                PHONE_DIGITS.start(),
                PHONE_DIGITS.end()
            ),
            Self::Plus => f.write_str("a + stands at the beginning only"),
            Self::CardNumber => f.write_str(
                "this looks like a card number; a long telephone number begins with + and its \
                 country",
            ),
        }
    }
}

impl Phone {
    /// Parses a telephone number; blanks around it are dropped.
    ///
    /// ```
    /// use billing::people::identity::Phone;
    /// assert_eq!(Phone::parse(" +91 22 1234-5678").unwrap().as_str(), "+91 22 1234-5678");
    /// assert!(Phone::parse("378282246310005").is_err());
    /// ```
    ///
    /// # Errors
    /// The error keeps the text as typed, except when it contains a card number.
    pub fn parse(text: &str) -> Result<Self, InvalidText<PhoneFault>> {
        let number = text.trim();
        match fault(number) {
            None => Ok(Self(number.to_owned())),
            Some(fault) => Err(InvalidText::new(text, fault)),
        }
    }

    /// The number as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Phone {
    type Error = InvalidText<PhoneFault>;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

fn fault(number: &str) -> Option<PhoneFault> {
    let international = number.starts_with('+') && number.matches('+').count() == 1;
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let stands = |letter: &char| letter.is_ascii_digit() || " +-()./".contains(*letter);
    let looks_like_card = contains_card_number(number);
    if looks_like_card && (!international || !PHONE_DIGITS.contains(&digits)) {
        Some(PhoneFault::CardNumber)
    } else if let Some(letter) = number.chars().find(|letter| !stands(letter)) {
        Some(PhoneFault::Character(letter))
    } else if !international && number.contains('+') {
        Some(PhoneFault::Plus)
    } else if PHONE_DIGITS.contains(&digits) {
        None
    } else {
        Some(PhoneFault::Digits(digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong() {
        let check = |text: &str, expected: Result<&str, PhoneFault>| {
            let read = Phone::parse(text);
            let read = read.as_ref().map(Phone::as_str).map_err(|refused| {
                let kept = refused.typed == text;
                assert_eq!(kept, refused.fault != PhoneFault::CardNumber, "{text:?}");
                refused.fault
            });
            assert_eq!(read, expected, "{text:?}");
        };
        check("(022) 1234.5678/9", Ok("(022) 1234.5678/9"));
        check("12345", Ok("12345"));
        check("1234", Err(PhoneFault::Digits(4)));
        check("", Err(PhoneFault::Digits(0)));
        check("123456789012345", Ok("123456789012345"));
        check("1234567890123456", Err(PhoneFault::Digits(16)));
        check("022+1234", Err(PhoneFault::Plus));
        check("++22 1234", Err(PhoneFault::Plus));
        check("022 1234 ext 5", Err(PhoneFault::Character('e')));
        check("022\r\n1234", Err(PhoneFault::Character('\r')));
        // Fifteen digits that pass the check of card numbers.
        check("378282246310005", Err(PhoneFault::CardNumber));
        check("+378282246310005", Ok("+378282246310005"));
        check("+4111 1111 1111 1111", Err(PhoneFault::CardNumber));
    }
}
