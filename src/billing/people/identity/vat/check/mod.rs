//! The check digits of VAT numbers, by country, as the tax offices publish them.
//!
//! Each function expects a number that already has its country's format.

use super::country::VatCountry;
use crate::text::digit::luhn;

mod spain;

/// Whether the check digits of a number are right.
pub(super) fn holds(country: VatCountry, number: &str) -> bool {
    match country {
        VatCountry::Austria => austria(number),
        VatCountry::Belgium => 97 - value(number) / 100 % 97 == value(number) % 100,
        VatCountry::Bulgaria => bulgaria(number),
        VatCountry::Croatia => chained(number),
        VatCountry::Cyprus => cyprus(number),
        VatCountry::Czechia => czechia(number),
        VatCountry::Denmark => weighted(number, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
        VatCountry::Estonia => weighted(number, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10),
        VatCountry::Finland => weighted(number, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11),
        VatCountry::France => france(number),
        VatCountry::Germany => !number.starts_with('0') && chained(number),
        VatCountry::Greece => {
            weighted(number, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == last(number)
        }
        VatCountry::Hungary => weighted(number, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10),
        VatCountry::Ireland => ireland(number),
        VatCountry::Italy => luhn_holds(number),
        VatCountry::Latvia => latvia(number),
        VatCountry::Lithuania => lithuania(number),
        VatCountry::Luxembourg => value(number) / 100 % 89 == value(number) % 100,
        VatCountry::Malta => weighted(number, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37),
        VatCountry::Netherlands => netherlands(number),
        VatCountry::Norway => weighted(number, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
        VatCountry::Poland => weighted(number, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last(number),
        VatCountry::Portugal => {
            complement(weighted(number, &[9, 8, 7, 6, 5, 4, 3, 2])) % 10 == last(number)
        }
        VatCountry::Romania => romania(number),
        VatCountry::Slovakia => value(number).is_multiple_of(11),
        VatCountry::Slovenia => slovenia(number),
        VatCountry::Spain => spain::holds(number),
        VatCountry::Sweden => sweden(number),
        VatCountry::NorthernIreland | VatCountry::GreatBritain => united_kingdom(number),
        VatCountry::Switzerland => {
            complement(weighted(number, &[5, 4, 3, 2, 7, 6, 5, 4])) == last(number)
        }
    }
}

/// The digits of a text, without its letters.
fn digits(text: &str) -> impl DoubleEndedIterator<Item = u32> + '_ {
    text.chars().filter_map(|letter| letter.to_digit(10))
}

/// The digits of a text as one number; twelve of them fit.
fn value(text: &str) -> u64 {
    digits(text).fold(0, |value, digit| value * 10 + u64::from(digit))
}

/// The last digit.
fn last(text: &str) -> u32 {
    digits(text).next_back().unwrap_or(0)
}

/// The sum of the digits, each times its weight; digits without a weight are ignored.
fn weighted(text: &str, weights: &[u32]) -> u32 {
    digits(text)
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// The difference to the next multiple of eleven: 0 to 10.
fn complement(sum: u32) -> u32 {
    (11 - sum % 11) % 11
}

fn luhn_holds(text: &str) -> bool {
    luhn(digits(text)) == 0
}

/// The chain of products modulo 10 and 11 (ISO/IEC 7064, MOD 11,10).
fn chained(number: &str) -> bool {
    let product = digits(number)
        .take(number.len().saturating_sub(1))
        .fold(10, |product, digit| {
            let sum = match (product + digit) % 10 {
                0 => 10,
                sum => sum,
            };
            sum * 2 % 11
        });
    (11 - product) % 10 == last(number)
}

/// Luhn's scheme over the first seven digits; their sum, 4 and the last digit make a multiple of ten.
fn austria(number: &str) -> bool {
    let sum = number.get(..8).map(|first| luhn(digits(first)));
    sum.is_some_and(|sum| (sum + 4 + last(number)).is_multiple_of(10))
}

/// Companies have nine digits; ten are those of a citizen, a foreigner or another body.
fn bulgaria(number: &str) -> bool {
    if number.len() == 9 {
        let check = match weighted(number, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11 {
            10 => weighted(number, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10,
            check => check,
        };
        return check == last(number);
    }
    let citizen = weighted(number, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
    let foreigner = weighted(number, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10;
    let other = complement(weighted(number, &[4, 3, 2, 7, 6, 5, 4, 3, 2]));
    [citizen, foreigner, other].contains(&last(number))
}

/// Every other digit, from the first, is mapped by a table; the letter is the sum modulo 26.
fn cyprus(number: &str) -> bool {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let sum: u32 = digits(number)
        .enumerate()
        .filter_map(|(place, digit)| match place % 2 {
            0 => ODD.get(usize::try_from(digit).ok()?).copied(),
            _ => Some(digit),
        })
        .sum();
    number.bytes().next_back().map(u32::from) == Some(u32::from(b'A') + sum % 26)
}

/// Companies have eight digits, citizens ten; of nine digits no check is published.
fn czechia(number: &str) -> bool {
    match number.len() {
        8 => {
            let check = match 11 - weighted(number, &[8, 7, 6, 5, 4, 3, 2]) % 11 {
                11 => 1,
                check => check % 10,
            };
            check == last(number)
        }
        10 => value(number) / 10 % 11 % 10 == u64::from(last(number)),
        _ => true,
    }
}

/// A company number by Luhn's scheme, except Monaco's, after a key of two characters.
fn france(number: &str) -> bool {
    const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let (Some(key), Some(company)) = (number.get(..2), number.get(2..)) else {
        return false;
    };
    if !company.starts_with("000") && !luhn_holds(company) {
        return false;
    }
    if key.bytes().all(|byte| byte.is_ascii_digit()) {
        return (value(company) * 100 + 12) % 97 == value(key);
    }
    let mut places = key.chars().map(|letter| LETTERS.find(letter));
    let (Some(Some(first)), Some(Some(second))) = (places.next(), places.next()) else {
        return false;
    };
    let combined = if first < 10 {
        (first * 24 + second).checked_sub(10)
    } else {
        (first * 34 + second).checked_sub(100)
    };
    combined.is_some_and(|combined| {
        let combined = combined as u64;
        (value(company) + 1 + combined / 11) % 11 == combined % 11
    })
}

/// Seven digits and a letter; a second letter is worth nine times its place. In the old format the
/// seventh digit is the first.
fn ireland(number: &str) -> bool {
    const LETTERS: &str = "WABCDEFGHIJKLMNOPQRSTUV";
    let (Some(first), Some(rest)) = (number.get(..1), number.get(2..)) else {
        return false;
    };
    let old = number
        .as_bytes()
        .get(1)
        .copied()
        .is_some_and(|byte| byte.is_ascii_uppercase());
    let sum = if old {
        weighted(rest, &[7, 6, 5, 4, 3]) + 2 * last(first)
    } else {
        weighted(number, &[8, 7, 6, 5, 4, 3, 2])
    };
    let check = number.chars().nth(7);
    let second = number
        .chars()
        .nth(8)
        .map_or(Some(0), |letter| LETTERS.find(letter));
    match (check.and_then(|letter| LETTERS.find(letter)), second) {
        (Some(check), Some(second)) => (sum as usize + 9 * second) % 23 == check,
        (None, Some(_)) | (Some(_) | None, None) => false,
    }
}

/// Companies begin with 4 or higher; for citizens no check is published.
fn latvia(number: &str) -> bool {
    let company = digits(number).next().is_some_and(|first| first > 3);
    !company || weighted(number, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3
}

/// Nine digits for a company, twelve for the temporarily registered; the last but one is 1.
fn lithuania(number: &str) -> bool {
    let Some(body) = number.get(..number.len().saturating_sub(1)) else {
        return false;
    };
    let check = match weighted(body, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2]) % 11 {
        10 => weighted(body, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4]) % 11 % 10,
        check => check,
    };
    check == last(number) && digits(number).rev().nth(1) == Some(1)
}

/// Companies have their fiscal number; sole traders a number that is valid modulo 97 as a whole.
fn netherlands(number: &str) -> bool {
    let company = weighted(number, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let fiscal = digits(number).nth(8) == Some(company);
    // NL is 2321 before the number and B is 11 within it (ISO/IEC 7064, MOD 97-10).
    let whole = number.get(..9).map(value).zip(number.get(10..).map(value));
    let trader = whole.is_some_and(|(head, tail)| {
        let head = (2_321_000_000_000 + head) % 97;
        (head * 10_000 + 1_100 + tail) % 97 == 1
    });
    fiscal || trader
}

/// Two to ten digits, weighted from the right.
fn romania(number: &str) -> bool {
    let weights = [7_u32, 5, 3, 2, 1, 7, 5, 3, 2];
    let sum: u32 = digits(number)
        .rev()
        .skip(1)
        .zip(weights.into_iter().rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    sum * 10 % 11 % 10 == last(number)
}

fn slovenia(number: &str) -> bool {
    let check = 11 - weighted(number, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    !number.starts_with('0') && check != 11 && check % 10 == last(number)
}

/// A company number by Luhn's scheme, and the number of its registration, from 01.
fn sweden(number: &str) -> bool {
    number.get(..10).is_some_and(luhn_holds) && !number.ends_with("00")
}

/// Nine digits modulo 97, in the old scheme or in that of 2010; offices have a number below 500,
/// health authorities one from 500.
fn united_kingdom(number: &str) -> bool {
    match (number.strip_prefix("GD"), number.strip_prefix("HA")) {
        (Some(office), _) => value(office) < 500,
        (None, Some(authority)) => value(authority) >= 500,
        (None, None) => {
            let sum = weighted(number, &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
            sum == 0 || sum == 42
        }
    }
}
