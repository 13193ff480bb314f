use alloc::format;
use alloc::string::{String, ToString};

use super::VatCountry as Country;
use super::*;

/// Numbers that tax offices print as examples, or that companies print on their pages.
const PUBLIC: [(VatCountry, &[&str]); 31] = [
    (Country::Austria, &["U13585627"]),
    (Country::Belgium, &["0428759497"]),
    (
        Country::Bulgaria,
        &[
            "175074752",
            "7523169263",
            "8032056031",
            "7542011030",
            "7111042925",
        ],
    ),
    (Country::Croatia, &["33392005961"]),
    (Country::Cyprus, &["10259033P"]),
    (Country::Czechia, &["25123891", "7103192745", "640903926"]),
    (Country::Denmark, &["13585628"]),
    (Country::Estonia, &["100931558", "100594102"]),
    (Country::Finland, &["20774740"]),
    (
        Country::France,
        &[
            "40303265045",
            "23334175221",
            "K7399859412",
            "4Z123456782",
            "53000004605",
        ],
    ),
    (Country::Germany, &["136695976"]),
    (Country::Greece, &["094259216", "023456780"]),
    (Country::Hungary, &["12892312"]),
    (Country::Ireland, &["6433435F", "6433435OA", "8D79739I"]),
    (Country::Italy, &["00743110157"]),
    (Country::Latvia, &["40003521600", "16117519997"]),
    (
        Country::Lithuania,
        &["119511515", "100001919017", "100004801610"],
    ),
    (Country::Luxembourg, &["15027442"]),
    (Country::Malta, &["11679112"]),
    (Country::Netherlands, &["004495445B01", "000099998B57"]),
    (Country::Poland, &["8567346215"]),
    (Country::Portugal, &["501964843"]),
    (Country::Romania, &["18547290"]),
    (Country::Slovakia, &["2022749619"]),
    (Country::Slovenia, &["50223054"]),
    (
        Country::Spain,
        &[
            "54362315K",
            "X2482300W",
            "J99216582",
            "A13585625",
            "X5253868R",
        ],
    ),
    (Country::Sweden, &["123456789701"]),
    (Country::NorthernIreland, &["980780684"]),
    (
        Country::GreatBritain,
        &["980780684", "980780684001", "GD001", "HA500"],
    ),
    (Country::Norway, &["995525828"]),
    (Country::Switzerland, &["E107787577", "E100155212"]),
];

fn fault(country: VatCountry, text: &str) -> Option<VatFault> {
    VatNumber::parse(country, text)
        .err()
        .map(|refused| refused.fault)
}

#[test]
fn reads_public_numbers_of_every_country() {
    assert_eq!(PUBLIC.map(|(country, _)| country), Country::ALL);
    for (country, numbers) in PUBLIC {
        for number in numbers {
            let whole = format!("{}{number}", country.prefix());
            for text in [number.to_string(), whole.clone(), whole.to_lowercase()] {
                let read = VatNumber::parse(country, &text).unwrap();
                assert_eq!(read.to_string(), whole);
                assert_eq!((read.country(), read.number()), (country, *number));
            }
        }
    }
}

/// All texts that differ from a number in one digit.
fn one_digit_off(number: &str) -> impl Iterator<Item = String> + '_ {
    let digits = number
        .char_indices()
        .filter(|(_, was)| was.is_ascii_digit());
    digits.flat_map(move |(place, was)| {
        ('0'..='9')
            .filter(move |other| *other != was)
            .map(move |other| {
                let mut text = String::from(number);
                text.replace_range(place..=place, &other.to_string());
                text
            })
    })
}

#[test]
fn one_wrong_digit_is_noticed() {
    // The offices' own schemes accept a few of them; each entry is the number that pass.
    let passing = |country: VatCountry, number: &str| {
        one_digit_off(number)
            .filter(|text| fault(country, text).is_none())
            .count()
    };
    for (country, numbers) in PUBLIC {
        let number = numbers[0];
        let expected = match country {
            Country::NorthernIreland | Country::GreatBritain => 1, // the two remainders
            Country::Bulgaria => 1,
            Country::Latvia => 4, // a citizen's number has no published check
            Country::Czechia => 6,
            Country::Romania => 7,
            Country::Sweden => 17, // the number of the registration has no check
            Country::Netherlands => 19, // nor has that of the branch
            _ => 0,
        };
        assert_eq!(passing(country, number), expected, "{country:?} {number}");
    }
}

#[test]
fn every_branch_of_a_check_is_taken() {
    let right = |country, number: &str| assert_eq!(fault(country, number), None, "{number}");
    let wrong = |country, number: &str| {
        assert_eq!(
            fault(country, number),
            Some(VatFault::Check(country)),
            "{number}"
        );
    };
    // The first sum leaves 10; the second leaves 6, and 10 for a 0.
    right(Country::Bulgaria, "100000086");
    wrong(Country::Bulgaria, "100000080");
    right(Country::Bulgaria, "100000550");
    wrong(Country::Bulgaria, "100000551");
    // The letter is the first character, and the first letter of the alphabet.
    right(Country::France, "A9303265045");
    wrong(Country::France, "A7303265045");
    right(Country::Romania, "361757");
    right(Country::Romania, "1590082");
    wrong(Country::Romania, "361750");
    right(Country::Spain, "Y1234567X");
    wrong(Country::Spain, "Y1234567H");
    right(Country::Spain, "Z1234567R");
    wrong(Country::Spain, "Z1234567D");
}

#[test]
fn says_what_is_wrong() {
    let check =
        |country, text: &str, expected| assert_eq!(fault(country, text), expected, "{text:?}");
    let form = |country| Some(VatFault::Format(country));
    let digits = |country| Some(VatFault::Check(country));
    check(Country::Germany, "", form(Country::Germany));
    check(Country::Germany, "DE", form(Country::Germany));
    check(Country::Germany, "DE13669597", form(Country::Germany));
    check(Country::Germany, "DE1366959766", form(Country::Germany));
    check(Country::Germany, "FR40303265045", form(Country::Germany));
    check(Country::Germany, "DE13669597é", form(Country::Germany));
    check(Country::Germany, "DE136695977", digits(Country::Germany));
    check(Country::Austria, "13585627", form(Country::Austria));
    check(Country::Belgium, "2428759497", form(Country::Belgium));
    check(Country::France, "O7399859412", digits(Country::France));
    check(Country::GreatBritain, "GD499", None);
    check(
        Country::GreatBritain,
        "GD500",
        digits(Country::GreatBritain),
    );
    check(
        Country::GreatBritain,
        "HA499",
        digits(Country::GreatBritain),
    );
    check(Country::Greece, "GR 094259216", None);
    check(Country::Norway, "NO 995 525 828 MVA", None);
    check(Country::Switzerland, "CHE-107.787.577 IVA", None);
    check(Country::Switzerland, "CHE-107.787.577 TVA", None);
    check(Country::Switzerland, "CHE-107.787.577 MWST", None);
    check(
        Country::Switzerland,
        "CHE-107.787.577 MVA",
        form(Country::Switzerland),
    );
    check(Country::Sweden, "123456789700", digits(Country::Sweden));
    check(Country::GreatBritain, "HX500", form(Country::GreatBritain));
    check(
        Country::GreatBritain,
        "980780685",
        digits(Country::GreatBritain),
    );
    check(Country::Germany, "DE061866550", digits(Country::Germany));
    check(Country::Spain, "A1358562E", digits(Country::Spain));
    check(Country::Spain, "J9921658B", None);
    check(Country::Spain, "Q99216582", digits(Country::Spain));
    check(Country::Spain, "Q9921658B", None);
    check(Country::Spain, "I99216582", digits(Country::Spain));
    check(Country::Slovenia, "00223054", digits(Country::Slovenia));
    assert_eq!(
        VatFault::Format(Country::Belgium).to_string(),
        "a VAT number of this country looks like BE0999999999 or BE1999999999 (9: any digit, a: \
         any letter, *: any of the two)"
    );
}

#[test]
fn is_stored_with_its_country_and_read_through_parse() {
    for (country, numbers) in PUBLIC {
        for number in numbers {
            let number = VatNumber::parse(country, number).unwrap();
            let json = serde_json::to_string(&number).unwrap();
            assert_eq!(serde_json::from_str::<VatNumber>(&json).unwrap(), number);
        }
    }
    let refused = VatNumber::try_from(String::from("US123")).unwrap_err();
    assert_eq!(refused.fault, VatFault::Country);
    assert!(serde_json::from_str::<VatNumber>("\"DE136695977\"").is_err());
}

#[test]
fn finds_the_country_by_its_letters() {
    for country in Country::ALL {
        assert_eq!(Country::from_code(country.prefix()), Some(country));
    }
    assert_eq!(Country::from_code("GR"), Some(Country::Greece));
    assert_eq!(Country::from_code("IN"), None);
    assert_eq!(Country::from_code(""), None);
}
