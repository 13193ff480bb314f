//! Domains: the part of an e-mail address after the @.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::text::InvalidText;

/// The highest number of characters of one label (RFC 1035, 2.3.4).
const LABEL_MAX: usize = 63;
/// The highest number of characters of a domain (RFC 1035, 2.3.4).
const DOMAIN_MAX: usize = 253;

/// A domain in lower case. A foreign one is kept and shown in its `xn--` form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

/// Why a text is not a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainFault {
    /// There is no dot.
    NoDot,
    /// A label is empty: two dots in a row, or a dot at the beginning or the end.
    EmptyLabel,
    /// A label has more than 63 characters, or the domain more than 253.
    Length,
    /// A label begins or ends with a hyphen.
    Hyphen,
    /// There is a letter of another script, or one that looks like an ASCII letter.
    Foreign(char),
    /// A character is not allowed in a domain.
    Character(char),
    /// The last label is a number, as in an IP address.
    Numeric,
}

impl fmt::Display for DomainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDot => f.write_str("behind the @ stands a domain, such as acme.com"),
            Self::EmptyLabel => {
                f.write_str("in a domain, a dot stands between two other characters")
            }
            Self::Length => write!(
                f,
                "a domain has at most {LABEL_MAX} characters between two dots and {DOMAIN_MAX} in all"
            ),
            Self::Hyphen => f.write_str("a part of a domain neither begins nor ends with a hyphen"),
            Self::Foreign(letter) => write!(
                f,
                "{letter:?} is no plain letter; write the domain in its ASCII form, with xn--"
            ),
            Self::Character(letter) => write!(
                f,
                "remove {letter:?}; a domain has letters, digits, hyphens and dots"
            ),
            Self::Numeric => f.write_str("a domain ends in a name, such as com, not in a number"),
        }
    }
}

impl Domain {
    /// Parses a domain; blanks around it are dropped.
    ///
    /// ```
    /// use billing::people::identity::{Domain, DomainFault};
    /// assert_eq!(Domain::parse("Acme.Example").unwrap().as_str(), "acme.example");
    /// // The first letter is Cyrillic.
    /// assert_eq!(Domain::parse("аcme.example").unwrap_err().fault, DomainFault::Foreign('а'));
    /// ```
    pub fn parse(text: &str) -> Result<Self, InvalidText<DomainFault>> {
        read(text.trim()).map_err(|fault| InvalidText::new(text, fault))
    }

    /// The domain as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Domain {
    type Error = InvalidText<DomainFault>;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

pub(super) fn read(text: &str) -> Result<Domain, DomainFault> {
    if let Some(letter) = text.chars().find(|letter| !letter.is_ascii()) {
        return Err(DomainFault::Foreign(letter));
    }
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    if let Some(letter) = text.chars().find(|letter| !plain(letter)) {
        return Err(DomainFault::Character(letter));
    }
    let Some((_, last)) = text.rsplit_once('.') else {
        return Err(DomainFault::NoDot);
    };
    if text.len() > DOMAIN_MAX {
        return Err(DomainFault::Length);
    }
    text.split('.').try_for_each(check_label)?;
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DomainFault::Numeric);
    }
    Ok(Domain(text.to_ascii_lowercase()))
}

fn check_label(label: &str) -> Result<(), DomainFault> {
    if label.is_empty() {
        Err(DomainFault::EmptyLabel)
    } else if label.len() > LABEL_MAX {
        Err(DomainFault::Length)
    } else if label.starts_with('-') || label.ends_with('-') {
        Err(DomainFault::Hyphen)
    } else {
        Ok(())
    }
}
