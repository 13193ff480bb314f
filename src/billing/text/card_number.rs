//! Card numbers in free text: they are recognised only to be refused. No type holds one.

use alloc::vec::Vec;
use core::fmt;

use super::digit::{decimal, luhn};

/// A text contains what looks like a card number. The type deliberately keeps nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardNumberFound;

impl fmt::Display for CardNumberFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "this looks like a card number; take it out, cards are entered on the payment \
             partner's page only",
        )
    }
}

impl core::error::Error for CardNumberFound {}

/// The lengths of card numbers, in digits (ISO/IEC 7812 and the networks).
const CARD_DIGITS: core::ops::RangeInclusive<usize> = 13..=19;

/// The number of consecutive separators up to which two groups of digits still belong together.
const SEPARATORS_WITHIN: usize = 3;

/// Whether a text contains a card number.
///
/// **Rule.** 13 to 19 digits of any script, in one group or in several with separators between
/// them, that pass the Luhn check. Groups count whole: part of a longer group is not a card number.
/// **Source.** RELIABILITY, threat 16.
/// **Silent on** the separators: blanks, dashes, dots, commas, slashes, bars and invisible
/// characters, at most three in a row, see A70.
///
/// # Worked example
///
/// ```
/// use billing::text::contains_card_number;
/// assert!(contains_card_number("please use 4111 1111-1111 1111, thanks"));
/// assert!(contains_card_number("４１１１１１１１１１１１１１１１"));
/// assert!(!contains_card_number("4111 1111 1111 1112"));
/// ```
pub fn contains_card_number(text: &str) -> bool {
    finds(text, |_| true)
}

/// Whether data that a program sends contains a card number.
///
/// **Rule.** As [`contains_card_number`], but only numbers that card networks issue, by their
/// first digits and their length.
/// **Source.** RELIABILITY, threat 16; ISO/IEC 7812.
/// **Silent on** data from programs, which has many long numbers that are no cards: see A220.
///
/// # Worked example
///
/// ```
/// use billing::text::contains_issued_card_number;
/// assert!(contains_issued_card_number("card 4111-1111-1111-1111"));
/// // An instant in milliseconds whose last digit happens to fit.
/// assert!(!contains_issued_card_number("1719999999992"));
/// ```
pub fn contains_issued_card_number(text: &str) -> bool {
    finds(text, is_issued)
}

/// Whether a network issues numbers with these first digits and this length.
fn is_issued(digits: &[u32]) -> bool {
    let first = digits.iter().take(4).fold(0, |sum, digit| sum * 10 + digit);
    let two = first / 100;
    match digits.len() {
        // Diners Club.
        14 => matches!(two, 30 | 36 | 38 | 39),
        // American Express.
        15 => matches!(two, 34 | 37),
        // Visa, Mastercard, Maestro, Discover, UnionPay, RuPay, JCB, Diners Club, Mir.
        16..=19 => {
            matches!(two, 30 | 35 | 36 | 38..=69 | 81 | 82)
                || matches!(first, 2200..=2204 | 2221..=2720)
        }
        _ => false,
    }
}

fn finds(text: &str, is_card: fn(&[u32]) -> bool) -> bool {
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut separators = 0;
    for letter in text.chars() {
        if let Some(digit) = decimal(letter) {
            match groups.last_mut() {
                Some(group) if separators == 0 => group.push(digit),
                Some(_) | None => groups.push(alloc::vec![digit]),
            }
            separators = 0;
        } else if separates(letter) && separators < SEPARATORS_WITHIN {
            separators += 1;
        } else {
            if holds_card(&groups, is_card) {
                return true;
            }
            groups.clear();
            separators = 0;
        }
    }
    holds_card(&groups, is_card)
}

/// Returns the text if it contains no card number.
pub fn without_card_number(text: &str) -> Result<&str, CardNumberFound> {
    if contains_card_number(text) {
        Err(CardNumberFound)
    } else {
        Ok(text)
    }
}

/// Whether consecutive groups form a card number.
fn holds_card(groups: &[Vec<u32>], is_card: fn(&[u32]) -> bool) -> bool {
    (0..groups.len()).any(|first| {
        let mut digits: Vec<u32> = Vec::new();
        groups.iter().skip(first).any(|group| {
            let room = CARD_DIGITS.end().saturating_sub(digits.len());
            digits.extend(group.iter().take(room.saturating_add(1)));
            CARD_DIGITS.contains(&digits.len())
                && is_card(&digits)
                && luhn(digits.iter().copied()) == 0
        })
    })
}

fn separates(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '-' | '.' | ',' | '/' | '_' | '|' | '\\' | '*')
        || matches!(
            letter,
            '\u{B7}' | '\u{2022}' | '\u{2212}' | '\u{AD}' | '\u{FEFF}'
        )
        || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2010}'..='\u{2015}' | '\u{2060}'..='\u{2064}')
        || matches!(letter, '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' | '\u{30FB}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    fn check(text: &str, expected: bool) {
        assert_eq!(contains_card_number(text), expected, "{text:?}");
        assert_eq!(without_card_number(text).is_err(), expected, "{text:?}");
    }

    /// Makes a number of this many digits whose last digit passes the check.
    fn card(digits: usize) -> String {
        (0..10)
            .map(|last| format!("{}{last}", &"4929123456781234567899"[..digits - 1]))
            .find(|text| {
                luhn(
                    text.chars()
                        .filter_map(decimal)
                        .collect::<Vec<_>>()
                        .into_iter(),
                ) == 0
            })
            .unwrap()
    }

    #[test]
    fn finds_thirteen_to_nineteen_digits() {
        for digits in 10..=22 {
            check(&card(digits), (13..=19).contains(&digits));
        }
    }

    #[test]
    fn finds_numbers_in_any_notation() {
        for text in [
            "4111111111111111",
            "378282246310005",
            "3782 822463 10005",
            "card:5555-5555-5555-4444.",
            "4111\u{A0}1111\u{2013}1111\u{200B}1111",
            "4111 - 1111 - 1111 - 1111",
            "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
            "4111\n1111\n1111\n1111",
            "٤١١١ ١١١١ ١١١١ ١١١١",
            "४१११११११११११११११",
            "4111 1111 1111 1111 12/27 123",
            "order 42 4111 1111 1111 1111",
            "A4111111111111111B",
            "42; 4111 1111 1111 1111",
            "4111 1111 1111 1111; 42",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn leaves_other_numbers_alone() {
        for text in [
            "",
            "4111 1111 1111 1112",
            "411111111111",
            "41111111111111110000000",
            "4111 1111 x 1111 1111",
            "4111 1111 ---- 1111 1111",
            "4111 -- 1111 -- 1111 -- 1111",
            "invoice ACME-2627-00042 of 1 July 2026, 29,600.00",
            "27AAPFU0939F1ZV",
            "+91 22 1234 5678",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn data_holds_a_card_number_only_where_a_network_issues_it() {
        let issued = |text: &str, expected| {
            assert_eq!(contains_issued_card_number(text), expected, "{text:?}");
        };
        for card in [
            "4111111111111111",
            "5555 5555 5555 4444",
            "2223003122003222",
            "378282246310005",
            "3056 930902 5904",
            "6011111111111117",
            "3530111333300000",
            "6200000000000005",
            "id 42 of card 4111 1111 1111 1111",
        ] {
            issued(card, true);
            check(card, true);
        }
        // Each passes the check: milliseconds, an article, a row id, an instant without separators.
        for other in [
            "1719999999992",
            "4026333931328",
            "1234567890123456785",
            "20260620100000122",
        ] {
            issued(other, false);
        }
    }

    #[test]
    fn the_refusal_says_nothing_of_the_number() {
        assert!(!format!("{CardNumberFound}").contains(|letter: char| letter.is_ascii_digit()));
    }
}
