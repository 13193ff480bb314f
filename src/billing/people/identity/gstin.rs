//! The Indian tax number of a business (SPEC R16, 4.6).

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::pricing::tax::{StateCode, UnknownState};
use crate::text::{InvalidText, compact};

/// A GSTIN: state code, PAN, entity, Z, check character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Gstin {
    text: String,
    state: StateCode,
}

/// Why a text is not a GSTIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GstinFault {
    /// It does not have 15 characters; how many there are.
    Length(usize),
    /// Characters 1 and 2 are not a state code.
    State(UnknownState),
    /// Characters 3 to 12 are not a PAN.
    Pan,
    /// Character 13 is not an entity number.
    Entity,
    /// Character 14 is not Z.
    Fixed,
    /// Character 15 is not the check character of the others.
    Check,
}

impl fmt::Display for GstinFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => write!(f, "a GSTIN has 15 characters, here are {length}"),
            Self::State(unknown) => write!(f, "a GSTIN begins with a state code; {unknown}"),
            Self::Pan => f.write_str(
                "characters 3 to 12 of a GSTIN are the PAN: five letters, four digits, a letter",
            ),
            Self::Entity => f.write_str("character 13 of a GSTIN is a digit from 1 or a letter"),
            Self::Fixed => f.write_str("character 14 of a GSTIN is the letter Z"),
            Self::Check => f.write_str(
                "the last character does not follow from the others, so one of the 15 is mistyped",
            ),
        }
    }
}

impl Gstin {
    /// Parses a GSTIN; lower case, blanks and dashes are accepted and normalised.
    ///
    /// **Rule.** Two digits of a state, ten characters of the PAN, an entity number, Z and a check
    /// character.
    /// **Source.** SPEC 4.6, R16; the registration form of the tax office.
    /// **Silent on** numbers of other registrations, such as those of foreign suppliers: refused,
    /// see A71.
    ///
    /// # Worked example
    ///
    /// ```
    /// use billing::people::identity::{Gstin, GstinFault};
    /// let gstin = Gstin::parse("27aapfu0939f1zv").unwrap();
    /// assert_eq!((gstin.state().to_string().as_str(), gstin.pan()), ("27", "AAPFU0939F"));
    /// let mistyped = Gstin::parse("27AAPFU0939F1ZW").unwrap_err();
    /// assert_eq!(mistyped.fault, GstinFault::Check);
    /// ```
    pub fn parse(text: &str) -> Result<Self, InvalidText<GstinFault>> {
        let code = compact(text);
        match state_of(&code) {
            Ok(state) => Ok(Self { text: code, state }),
            Err(fault) => Err(InvalidText::new(text, fault)),
        }
    }

    /// The 15 characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The state of registration, which decides the place of supply.
    pub const fn state(&self) -> StateCode {
        self.state
    }

    /// The permanent account number of the business.
    pub fn pan(&self) -> &str {
        self.text.get(2..12).unwrap_or_default()
    }
}

impl TryFrom<String> for Gstin {
    type Error = InvalidText<GstinFault>;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Gstin> for String {
    fn from(gstin: Gstin) -> Self {
        gstin.text
    }
}

fn state_of(code: &str) -> Result<StateCode, GstinFault> {
    let length = code.chars().count();
    if length != 15 {
        return Err(GstinFault::Length(length));
    }
    let state = StateCode::parse(code.get(..2).unwrap_or_default()).map_err(GstinFault::State)?;
    let Ok([_, _, pan @ .., entity, fixed, check]) = <[u8; 15]>::try_from(code.as_bytes()) else {
        return Err(GstinFault::Pan);
    };
    if !is_pan(pan) {
        return Err(GstinFault::Pan);
    }
    if !matches!(entity, b'1'..=b'9' | b'A'..=b'Z') {
        return Err(GstinFault::Entity);
    }
    if fixed != b'Z' {
        return Err(GstinFault::Fixed);
    }
    if value(check) != Some(check_value(code.bytes().take(14))) {
        return Err(GstinFault::Check);
    }
    Ok(state)
}

fn is_pan([a, b, c, d, e, digits @ .., last]: [u8; 10]) -> bool {
    [a, b, c, d, e, last].iter().all(u8::is_ascii_uppercase)
        && digits.iter().all(u8::is_ascii_digit)
}

/// The value of the check character: Luhn's scheme in base 36, every second value doubled.
fn check_value(bytes: impl Iterator<Item = u8>) -> u32 {
    let sum: u32 = bytes
        .filter_map(value)
        .zip([1, 2].into_iter().cycle())
        .map(|(value, factor)| value * factor)
        .map(|product| product / 36 + product % 36)
        .sum();
    (36 - sum % 36) % 36
}

fn value(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(36)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn check(text: &str, expected: Result<(&str, &str), GstinFault>) {
        let read = Gstin::parse(text);
        let read = match &read {
            Ok(gstin) => Ok((gstin.state().to_string(), gstin.pan())),
            Err(refused) => Err(refused.fault),
        };
        let expected = expected.map(|(state, pan)| (state.to_string(), pan));
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn reads_numbers_that_are_public() {
        check("27AAPFU0939F1ZV", Ok(("27", "AAPFU0939F")));
        check("29AAGCB7383J1Z4", Ok(("29", "AAGCB7383J")));
        check("24AAACC1206D1ZM", Ok(("24", "AAACC1206D")));
        check(" 27-aapfu 0939f 1zv ", Ok(("27", "AAPFU0939F")));
    }

    #[test]
    fn says_what_is_wrong() {
        check("", Err(GstinFault::Length(0)));
        check("27AAPFU0939F1Z", Err(GstinFault::Length(14)));
        check("27AAPFU0939F1ZVV", Err(GstinFault::Length(16)));
        check("00AAPFU0939F1ZV", Err(GstinFault::State(UnknownState)));
        check("39AAPFU0939F1ZV", Err(GstinFault::State(UnknownState)));
        check("é7AAPFU0939F1ZV", Err(GstinFault::State(UnknownState)));
        check("27AAPF10939F1ZV", Err(GstinFault::Pan));
        check("271APFU0939F1ZV", Err(GstinFault::Pan));
        check("27AAPFUO939F1ZV", Err(GstinFault::Pan));
        check("27AAPFU093981ZV", Err(GstinFault::Pan));
        check("27ÄAPFU0939F1ZV", Err(GstinFault::Pan));
        check("27AAPFU0939F0ZV", Err(GstinFault::Entity));
        check("27AAPFU0939F/ZV", Err(GstinFault::Entity));
        check("27AAPFU0939F12V", Err(GstinFault::Fixed));
        check("27AAPFU0939F1ZW", Err(GstinFault::Check));
        check("27AAPFU0939F1Z!", Err(GstinFault::Check));
    }

    #[test]
    fn every_wrong_character_is_detected() {
        let right = "27AAPFU0939F1ZV";
        let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let mut refused = 0;
        for (place, was) in right.char_indices() {
            for other in alphabet.chars().filter(|other| *other != was) {
                let mut text = right.to_string();
                text.replace_range(place..=place, &other.to_string());
                assert!(Gstin::parse(&text).is_err(), "{text}");
                refused += 1;
            }
        }
        assert_eq!(refused, 15 * 35);
    }

    #[test]
    fn swapped_neighbours_of_one_kind_are_detected() {
        check("72AAPFU0939F1ZV", Err(GstinFault::State(UnknownState)));
        check("27APAFU0939F1ZV", Err(GstinFault::Check));
        check("27AAPFU0993F1ZV", Err(GstinFault::Check));
    }
}
