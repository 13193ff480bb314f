//! E-mail addresses of people and contacts, and whether they belong to the organization (SPEC 4.6, 4.9).

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::text::InvalidText;

mod domain;

pub use domain::{Domain, DomainFault};

/// The highest number of characters before the @ (RFC 5321, 4.5.3.1.1).
const LOCAL_MAX: usize = 64;
/// The highest number of characters in all (RFC 5321, 4.5.3.1.3, with its errata).
const ADDRESS_MAX: usize = 254;

/// An e-mail address, which also identifies a person.
///
/// The part before the @ is kept as typed, the domain is in lower case. Two addresses that differ
/// only in capitals belong to the same person, see A72.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email {
    local: String,
    domain: Domain,
}

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailFault {
    /// The text is empty.
    Empty,
    /// There is no @, or more than one; how many there are.
    At(usize),
    /// There is a line break, a tab or another control character.
    Control,
    /// The address is longer than 254 characters; how many there are.
    Length(usize),
    /// There is nothing before the @.
    LocalEmpty,
    /// There are more than 64 characters before the @; how many there are.
    LocalLength(usize),
    /// The part before the @ begins or ends with a dot, or has two in a row.
    LocalDots,
    /// A character is not allowed before the @.
    LocalCharacter(char),
    /// The part after the @ is not a domain.
    Domain(DomainFault),
}

impl fmt::Display for EmailFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("enter an e-mail address"),
            Self::At(count) => write!(f, "an address has one @, here are {count}"),
            Self::Control => f.write_str("remove the line break, tab or control character"),
            Self::Length(length) => {
                write!(
                    f,
                    "an address has at most {ADDRESS_MAX} characters, here are {length}"
                )
            }
            Self::LocalEmpty => f.write_str("the name before the @ is missing"),
            Self::LocalLength(length) => {
                write!(
                    f,
                    "at most {LOCAL_MAX} characters stand before the @, here are {length}"
                )
            }
            Self::LocalDots => f.write_str(
                "before the @, a dot stands between two other characters, never first or last",
            ),
            Self::LocalCharacter(letter) => write!(
                f,
                "remove {letter:?}; before the @ stand unaccented letters, digits and signs"
            ),
            Self::Domain(fault) => fault.fmt(f),
        }
    }
}

impl Email {
    /// Parses an address; blanks around it are dropped.
    ///
    /// **Rule.** One line, one @, at most 64 characters before it and 254 in all, only ASCII.
    /// **Source.** RFC 5321 and 5322 without quoted names; RELIABILITY, threats 7 and 8.
    /// **Silent on** letters of other scripts: refused. A foreign domain is written in its `xn--` form,
    /// so that no two different addresses look alike, see A73.
    ///
    /// # Worked example
    ///
    /// ```
    /// use billing::people::identity::{Email, EmailFault};
    /// let email = Email::parse(" Ada.Lovelace@Acme.EXAMPLE ").unwrap();
    /// assert_eq!(email.to_string(), "Ada.Lovelace@acme.example");
    /// assert_eq!(email, Email::parse("ada.lovelace@acme.example").unwrap());
    /// let refused = Email::parse("ada@acme.example\r\nBcc: x@y.example").unwrap_err();
    /// assert_eq!(refused.fault, EmailFault::Control);
    /// ```
    pub fn parse(text: &str) -> Result<Self, InvalidText<EmailFault>> {
        read(text.trim()).map_err(|fault| InvalidText::new(text, fault))
    }

    /// The part after the @.
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Whether the address is outside the organization's domains.
    ///
    /// **Rule.** A guest's domain is none of the organization's domains. A subdomain is another
    /// domain.
    /// **Source.** SPEC 4.9, guests; A74 for subdomains.
    ///
    /// ```
    /// use billing::people::identity::{Domain, Email};
    /// let ours = [Domain::parse("acme.example").unwrap()];
    /// let guest = |text| Email::parse(text).unwrap().is_guest(&ours);
    /// assert!(!guest("ada@ACME.example") && guest("ada@mail.acme.example"));
    /// assert!(guest("ada@notacme.example"));
    /// ```
    pub fn is_guest(&self, organization: &[Domain]) -> bool {
        !organization.contains(&self.domain)
    }

    fn local_in_small_letters(&self) -> impl Iterator<Item = u8> + '_ {
        self.local.bytes().map(|byte| byte.to_ascii_lowercase())
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Email {}

impl PartialOrd for Email {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Email {
    fn cmp(&self, other: &Self) -> Ordering {
        self.local_in_small_letters()
            .cmp(other.local_in_small_letters())
            .then_with(|| self.domain.cmp(&other.domain))
    }
}

impl Hash for Email {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.local_in_small_letters()
            .for_each(|byte| byte.hash(state));
        self.domain.hash(state);
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain.as_str())
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidText<EmailFault>;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        alloc::format!("{email}")
    }
}

fn read(text: &str) -> Result<Email, EmailFault> {
    if text.is_empty() {
        return Err(EmailFault::Empty);
    }
    if text.chars().any(char::is_control) {
        return Err(EmailFault::Control);
    }
    let Some((local, domain)) = text.split_once('@').filter(|(_, rest)| !rest.contains('@')) else {
        return Err(EmailFault::At(text.matches('@').count()));
    };
    if text.len() > ADDRESS_MAX {
        return Err(EmailFault::Length(text.chars().count()));
    }
    check_local(local)?;
    Ok(Email {
        local: local.to_owned(),
        domain: domain::read(domain).map_err(EmailFault::Domain)?,
    })
}

fn check_local(local: &str) -> Result<(), EmailFault> {
    if local.is_empty() {
        return Err(EmailFault::LocalEmpty);
    }
    if let Some(letter) = local.chars().find(|letter| !stands_before_the_at(*letter)) {
        return Err(EmailFault::LocalCharacter(letter));
    }
    if local.len() > LOCAL_MAX {
        return Err(EmailFault::LocalLength(local.len()));
    }
    if local.split('.').any(str::is_empty) {
        return Err(EmailFault::LocalDots);
    }
    Ok(())
}

/// Whether a character is allowed in an unquoted local part (RFC 5322, 3.2.3).
fn stands_before_the_at(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(letter)
}

#[cfg(test)]
mod tests;
