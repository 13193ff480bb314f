//! Edge cases of fractions: parsing, cancelling, numbers that are too long, and half a cent.

use super::*;
use alloc::string::ToString;
use rust_decimal::dec;

const LONG: i128 = i128::MAX;

fn ratio(numerator: i128, denominator: i128) -> Exact {
    Exact::of(numerator, denominator)
}

#[test]
fn reads_digits_and_nothing_else() {
    let check = |text: &str, expected: Exact| assert_eq!(Exact::parse(text), Some(expected));
    check("0", Exact::whole(0));
    check("-0.50", Exact::new(dec!(-0.5)));
    check("123456789012345678", Exact::whole(123_456_789_012_345_678));
    check("0.12345678901234567", Exact::new(dec!(0.12345678901234567)));
    for bad in [
        "-",
        "1.",
        "-.5",
        "1.2.3",
        "1 ",
        "0x1",
        "1234567890123456789",
        "--1",
    ] {
        assert_eq!(Exact::parse(bad), None, "{bad}");
    }
}

#[test]
fn fractions_are_exact() {
    let third = ratio(1, 3);
    assert_eq!(third.plus(third).unwrap().plus(third), Ok(Exact::whole(1)));
    assert_eq!(third.minus(ratio(1, 2)), Ok(ratio(-1, 6)));
    assert_eq!(ratio(17, 28).times(42), Ok(Exact::new(dec!(25.5))));
    assert_eq!(Exact::whole(1).over(ratio(-2, 3)), Ok(ratio(-3, 2)));
    assert_eq!(ratio(1, 3).to_string(), "0.3333333333333333333333333333");
    assert_eq!(ratio(-50, 20).to_string(), "-2.5");
}

#[test]
fn long_numbers_cancel_before_they_are_refused() {
    assert_eq!(ratio(LONG, 3).times(ratio(3, LONG)), Ok(Exact::whole(1)));
    let one = ratio(LONG - 1, LONG - 1);
    assert_eq!(one.plus(Exact::whole(1)), Ok(Exact::whole(2)));
    assert_eq!(ratio(LONG, 1).times(2), Err(OutOfRange));
    assert_eq!(ratio(LONG, 1).plus(Exact::whole(1)), Err(OutOfRange));
    assert_eq!(Exact::whole(0).minus(ratio(i128::MIN, 1)), Err(OutOfRange));
    assert_eq!(Exact::whole(1).over(ratio(i128::MIN, 1)), Err(OutOfRange));
    assert_eq!(ratio(LONG, 1).decimal(), None);
    assert_eq!(ratio(LONG, 2).to_string(), alloc::format!("{LONG}/2"));
}

#[test]
fn are_ordered_by_value_however_long() {
    assert!(ratio(1, 3) < ratio(1, 2) && ratio(-1, 3) > ratio(-1, 2));
    assert_eq!(ratio(2, 4), ratio(1, 2));
    assert!(ratio(LONG, LONG - 1) < ratio(LONG - 1, LONG - 2));
    assert!(ratio(-LONG, LONG - 1) > ratio(1 - LONG, LONG - 2));
    assert!(ratio(LONG, LONG - 1) > ratio(LONG - 1, LONG - 1));
    assert!(ratio(LONG - 1, LONG - 1) < ratio(LONG, LONG - 1));
    assert_eq!(ratio(LONG, LONG), ratio(LONG - 1, LONG - 1));
    assert!(ratio(LONG, 1) > ratio(LONG - 1, 2));
}

/// Amounts that are exactly half a minor unit are rounded away from zero (SPEC R1).
#[test]
fn half_goes_away_from_zero_for_every_currency() {
    for exponent in 0..=4_u8 {
        let currency = Currency::new("XTS", exponent).unwrap();
        let unit = i128::from(currency.units());
        for whole in [0, 1, 2, 3, 10, 999, 1_000_000] {
            let settled = |numerator| ratio(numerator, 2 * unit).settle(currency).unwrap().minor();
            let half = 2 * i128::from(whole) + 1;
            assert_eq!(settled(half), whole + 1);
            assert_eq!(settled(-half), -whole - 1);
            let least =
                |numerator: i128| ratio(numerator * 1_000 - numerator.signum(), 2_000 * unit);
            assert_eq!(least(half).settle(currency).unwrap().minor(), whole);
            assert_eq!(least(-half).settle(currency).unwrap().minor(), -whole);
        }
    }
}

#[test]
fn the_largest_amounts_settle_and_larger_ones_do_not() {
    let yen = Currency::new("JPY", 0).unwrap();
    let most = i128::from(i64::MAX);
    let settled =
        |numerator, denominator| ratio(numerator, denominator).settle(yen).map(|m| m.minor());
    assert_eq!(settled(most, 1), Ok(i64::MAX));
    assert_eq!(settled(most * 10 + 4, 10), Ok(i64::MAX));
    assert_eq!(settled(most * 10 + 5, 10), Err(OutOfRange));
    assert_eq!(settled(most + 1, 1), Err(OutOfRange));
    assert_eq!(settled(-most - 1, 1), Ok(i64::MIN));
    assert_eq!(settled(-most * 10 - 15, 10), Err(OutOfRange));
    assert_eq!(settled(LONG, 1), Err(OutOfRange));
    assert_eq!(settled(LONG, LONG), Ok(1));
}
