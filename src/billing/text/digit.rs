//! Digits of every script, and the checksum that card and company numbers share.

/// The zero of each run of ten decimal digits (Unicode 14, general category Nd).
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66,
    0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650,
    0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50,
    0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

/// The value of a decimal digit of any script.
pub(super) fn decimal(letter: char) -> Option<u32> {
    let code = u32::from(letter);
    let last_zero = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
    let value = code.checked_sub(*ZEROS.get(last_zero)?)?;
    (value < 10).then_some(value)
}

/// The checksum that card and company numbers share; it is 0 for a valid number.
///
/// From the right, every second digit is doubled and its own digits are added.
pub(crate) fn luhn(digits: impl DoubleEndedIterator<Item = u32>) -> u32 {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit @ 5..) => 2 * digit - 9,
            (_, digit) => 2 * digit,
        })
        .sum();
    sum % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_digits_of_every_script() {
        let check = |letter, expected| assert_eq!(decimal(letter), expected, "{letter:?}");
        check('0', Some(0));
        check('9', Some(9));
        check('/', None);
        check(':', None);
        check('\0', None);
        check('٣', Some(3));
        check('९', Some(9));
        check('४', Some(4));
        check('９', Some(9));
        check('\u{1D7FF}', Some(9));
        check('\u{1FBF9}', Some(9));
        check('\u{1FBFA}', None);
        check('\u{10FFFF}', None);
        check('A', None);
    }

    #[test]
    fn doubles_every_second_digit_from_the_right() {
        let check = |text: &str, expected| {
            let digits: alloc::vec::Vec<u32> = text.chars().filter_map(decimal).collect();
            assert_eq!(luhn(digits.into_iter()), expected, "{text}");
        };
        check("79927398713", 0);
        check("79927398710", 7);
        check("18", 0);
        check("26", 0);
        check("42", 0);
        check("59", 0);
        check("91", 0);
        check("50", 1);
        check("", 0);
    }
}
