//! The three kinds of Spanish numbers: citizens, foreigners, and organizations.

use super::{digits, value};
use crate::text::digit::luhn;

/// The letter of a citizen's or a foreigner's number, by the remainder modulo 23.
const PERSON: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
/// The letter that replaces the check digit of an organization.
const ORGANIZATION: &[u8; 10] = b"JABCDEFGHI";

/// Whether the last character is the check character of the others.
pub(super) fn holds(number: &str) -> bool {
    let (Some(first), Some(check)) = (number.bytes().next(), number.bytes().next_back()) else {
        return false;
    };
    let Some(middle) = number.get(1..8) else {
        return false;
    };
    match first {
        b'0'..=b'9' => person(value(number), check),
        b'K'..=b'M' | b'X' => person(value(middle), check),
        b'Y' => person(10_000_000 + value(middle), check),
        b'Z' => person(20_000_000 + value(middle), check),
        _ => organization(first, middle, check),
    }
}

fn person(number: u64, check: u8) -> bool {
    usize::try_from(number % 23).is_ok_and(|place| PERSON.get(place) == Some(&check))
}

/// A digit for companies, a letter for public bodies, either for the others.
fn organization(kind: u8, middle: &str, check: u8) -> bool {
    let expected = (10 - luhn(digits(middle).chain([0]))) % 10;
    let digit = u32::from(check) == u32::from(b'0') + expected;
    let place = usize::try_from(expected).unwrap_or_default();
    let letter = ORGANIZATION.get(place) == Some(&check);
    match kind {
        b'A' | b'B' | b'E' | b'H' => digit,
        b'P' | b'Q' | b'R' | b'S' | b'N' | b'W' => letter,
        b'C' | b'D' | b'F' | b'G' | b'J' | b'U' | b'V' => digit || letter,
        _ => false,
    }
}
