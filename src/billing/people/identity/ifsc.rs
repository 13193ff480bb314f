//! The code of an Indian bank branch, for a mandate by net banking (SPEC 4.7).

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::text::{InvalidText, compact};

/// An IFSC: four letters of the bank, a zero, six letters or digits of the branch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ifsc(String);

/// Why a text is not an IFSC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfscFault {
    /// It does not have 11 characters; how many there are.
    Length(usize),
    /// The first four characters are not letters.
    Bank,
    /// The fifth character is not the digit 0.
    Zero,
    /// The last six characters are not letters or digits.
    Branch,
}

impl fmt::Display for IfscFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => write!(f, "an IFSC has 11 characters, here are {length}"),
            Self::Bank => f.write_str("an IFSC begins with four letters, the bank's code"),
            Self::Zero => f.write_str("the fifth character of an IFSC is the digit 0"),
            Self::Branch => f.write_str("the last six characters of an IFSC are letters or digits"),
        }
    }
}

impl Ifsc {
    /// Parses an IFSC; lower case and blanks are accepted and normalised.
    ///
    /// ```
    /// use billing::people::identity::Ifsc;
    /// assert_eq!(Ifsc::parse("hdfc 0000001").unwrap().as_str(), "HDFC0000001");
    /// assert!(Ifsc::parse("HDFCO000001").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, InvalidText<IfscFault>> {
        let code = compact(text);
        match fault(&code) {
            Some(fault) => Err(InvalidText::new(text, fault)),
            None => Ok(Self(code)),
        }
    }

    /// The 11 characters of the code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bank's four letters.
    pub fn bank(&self) -> &str {
        self.0.get(..4).unwrap_or_default()
    }
}

impl TryFrom<String> for Ifsc {
    type Error = InvalidText<IfscFault>;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Ifsc> for String {
    fn from(ifsc: Ifsc) -> Self {
        ifsc.0
    }
}

fn fault(code: &str) -> Option<IfscFault> {
    let letters = code.chars().count();
    let Ok([bank @ .., zero, b1, b2, b3, b4, b5, b6]) = <[u8; 11]>::try_from(code.as_bytes())
    else {
        return Some(if letters == 11 {
            IfscFault::Branch
        } else {
            IfscFault::Length(letters)
        });
    };
    if !bank.iter().all(u8::is_ascii_uppercase) {
        Some(IfscFault::Bank)
    } else if zero != b'0' {
        Some(IfscFault::Zero)
    } else if ![b1, b2, b3, b4, b5, b6]
        .iter()
        .all(u8::is_ascii_alphanumeric)
    {
        Some(IfscFault::Branch)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong() {
        let check = |text: &str, expected: Result<&str, IfscFault>| {
            let read = Ifsc::parse(text);
            let read = read
                .as_ref()
                .map(Ifsc::as_str)
                .map_err(|refused| refused.fault);
            assert_eq!(read, expected, "{text:?}");
        };
        check("SBIN0005943", Ok("SBIN0005943"));
        check(" icic-0A1b2C3 ", Ok("ICIC0A1B2C3"));
        check("", Err(IfscFault::Length(0)));
        check("SBIN000594", Err(IfscFault::Length(10)));
        check("SBIN00059433", Err(IfscFault::Length(12)));
        check("SBI10005943", Err(IfscFault::Bank));
        check("SBIN1005943", Err(IfscFault::Zero));
        check("SBINO005943", Err(IfscFault::Zero));
        check("SBIN000594!", Err(IfscFault::Branch));
        check("SBIN0!05943", Err(IfscFault::Branch));
        check("SBIN000594é", Err(IfscFault::Branch));
        assert_eq!(Ifsc::parse("SBIN0005943").unwrap().bank(), "SBIN");
    }
}
