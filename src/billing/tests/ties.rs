//! Amounts that are exactly half a minor unit: each is rounded away from zero (SPEC R1).

use alloc::string::ToString;

use crate::CurrencyCode;
use crate::catalog::price_book::{ESSENTIALS_2025, PriceBook};
use crate::money::{Currency, Exact, Money};
use crate::pricing::overage::{add_on_overage, mau_overage};
use crate::pricing::tax::{StateCode, TaxPlaces, gst};

fn usd() -> Currency {
    Currency::new("USD", 2).unwrap()
}

/// Settles an amount, and checks first that it is exactly half a cent.
fn settled(amount: Exact) -> i64 {
    let doubled = amount.times(2).unwrap();
    let cents = |exact: Exact| exact.times(100).unwrap().to_string();
    assert!(cents(amount).ends_with(".5"), "{amount} is no tie");
    assert!(!cents(doubled).contains('.'), "{amount} is no tie");
    amount.settle(usd()).unwrap().minor()
}

/// SPEC R3 at 1.25 for 100 users: an odd number of users costs one and a half cents each.
#[test]
fn overage_of_an_odd_number_of_users() {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let list = book.list(CurrencyCode::USD).unwrap();
    let rate = list.overage.on(list.tier(20_000).unwrap()).unwrap();
    for over in (1..40_u64).step_by(2) {
        let amount = mau_overage(over, &rate).unwrap();
        assert_eq!(
            settled(amount),
            i64::try_from((3 * over).div_ceil(2)).unwrap()
        );
    }
    for over in (10..200_u64).step_by(20) {
        let amount = add_on_overage(mau_overage(over, &rate).unwrap(), Exact::whole(10)).unwrap();
        let cents = (15 * over + 50) / 100;
        assert_eq!(settled(amount), i64::try_from(cents).unwrap());
    }
}

/// SPEC R16: nine percent of fifty paise plus whole rupees, and eighteen of half of that; charged and
/// credited.
#[test]
fn taxes() {
    let rupees = Currency::new("INR", 2).unwrap();
    let supplier = StateCode::MAHARASHTRA;
    let tax = |minor, customer| {
        let places = TaxPlaces { supplier, customer };
        let taxes = gst(Money::new(minor, rupees), Exact::whole(18), places).unwrap();
        let tax = taxes[0].unwrap();
        assert_eq!(settled(tax.unrounded), tax.amount.minor());
        tax.amount.minor()
    };
    let elsewhere = StateCode::parse("29").unwrap();
    for whole in 0..10_i64 {
        let expected = 9 * whole + 5;
        assert_eq!(tax(100 * whole + 50, supplier), expected);
        assert_eq!(tax(-100 * whole - 50, supplier), -expected);
        assert_eq!(tax(50 * whole + 25, elsewhere), expected);
        assert_eq!(tax(-50 * whole - 25, elsewhere), -expected);
    }
}

/// SPEC R1's own two examples, and the two ends of a day's share.
#[test]
fn the_documents_own() {
    for (text, cents) in [
        ("11.325", 1_133),
        ("0.125", 13),
        ("-0.125", -13),
        ("2.345", 235),
        ("-2.355", -236),
        ("0.005", 1),
        ("-0.005", -1),
        ("9999999999999.995", 1_000_000_000_000_000),
    ] {
        assert_eq!(settled(Exact::parse(text).unwrap()), cents, "{text}");
    }
}
