use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use proptest::prelude::*;

use crate::tests::seeded::seeded;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::*;
use crate::pricing::tax::UnknownState;
use crate::text::{OneLine, OneLineFault, contains_card_number};

#[test]
fn an_error_keeps_what_was_typed_and_says_what_to_change() {
    let refused = Gstin::parse(" 27aapfu ").unwrap_err();
    assert_eq!(refused.typed, " 27aapfu ");
    assert_eq!(
        refused.to_string(),
        "\" 27aapfu \" cannot be right: a GSTIN has 15 characters, here are 7"
    );
}

#[test]
fn an_error_keeps_no_card_number() {
    for text in ["4111 1111 1111 1111", "x 4111-1111-1111-1111 y"] {
        assert_eq!(Gstin::parse(text).unwrap_err().typed, "");
        assert_eq!(Email::parse(text).unwrap_err().typed, "");
    }
}

/// A stored text is read back through its `parse`.
fn check_stored<T>(text: &str, wrong: &str)
where
    T: Serialize + DeserializeOwned,
{
    let json = serde_json::to_string(text).unwrap();
    let value: T = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), json);
    let wrong = serde_json::to_string(wrong).unwrap();
    assert!(serde_json::from_str::<T>(&wrong).is_err(), "{wrong}");
}

#[test]
fn everything_is_stored_as_text_and_read_through_parse() {
    check_stored::<Gstin>("27AAPFU0939F1ZV", "27AAPFU0939F1ZW");
    check_stored::<VatNumber>("DE136695976", "DE136695977");
    check_stored::<Ifsc>("HDFC0000001", "HDFCO000001");
    check_stored::<Email>("ada@acme.example", "ada@acme");
    check_stored::<Domain>("acme.example", "acme");
    check_stored::<Phone>("+91 22 1234 5678", "no");
    check_stored::<OneLine>("Acme", "");
}

/// Each fault has its own sentence, without a final full stop.
fn check_sentences<Fault: fmt::Display>(faults: &[Fault]) {
    let sentences: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let distinct: BTreeSet<&String> = sentences.iter().collect();
    assert_eq!(distinct.len(), faults.len(), "{sentences:?}");
    for one in sentences {
        assert!(one.len() > 10 && !one.ends_with('.'), "{one}");
    }
}

#[test]
fn every_fault_says_what_to_change() {
    check_sentences(&[
        GstinFault::Length(3),
        GstinFault::State(UnknownState),
        GstinFault::Pan,
        GstinFault::Entity,
        GstinFault::Fixed,
        GstinFault::Check,
    ]);
    check_sentences(&[
        VatFault::Country,
        VatFault::Format(VatCountry::Malta),
        VatFault::Format(VatCountry::Spain),
        VatFault::Check(VatCountry::Malta),
    ]);
    check_sentences(&[
        IfscFault::Length(1),
        IfscFault::Bank,
        IfscFault::Zero,
        IfscFault::Branch,
    ]);
    check_sentences(&[
        EmailFault::Empty,
        EmailFault::At(0),
        EmailFault::Control,
        EmailFault::Length(255),
        EmailFault::LocalEmpty,
        EmailFault::LocalLength(65),
        EmailFault::LocalDots,
        EmailFault::LocalCharacter('é'),
        EmailFault::Domain(DomainFault::NoDot),
    ]);
    check_sentences(&[
        DomainFault::NoDot,
        DomainFault::EmptyLabel,
        DomainFault::Length,
        DomainFault::Hyphen,
        DomainFault::Foreign('é'),
        DomainFault::Character('!'),
        DomainFault::Numeric,
    ]);
    check_sentences(&[
        PhoneFault::Character('x'),
        PhoneFault::Digits(3),
        PhoneFault::Plus,
        PhoneFault::CardNumber,
    ]);
    check_sentences(&[
        OneLineFault::Empty,
        OneLineFault::Length(201),
        OneLineFault::Control,
        OneLineFault::CardNumber,
    ]);
}

proptest! {
    #![proptest_config(seeded(12))]

    /// RELIABILITY, invariant 12: any text is parsed or refused, and a refused text is kept.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,24}|[0-9A-Z]{2,15}|[ -~]{0,80}|[0-9 -]{10,30}") {
        let card = contains_card_number(&text);
        let expected = if card { "" } else { text.as_str() };
        let kept = |typed: Option<String>| typed.is_none_or(|typed| typed == expected);
        prop_assert!(kept(Gstin::parse(&text).err().map(|refused| refused.typed)));
        prop_assert!(kept(Ifsc::parse(&text).err().map(|refused| refused.typed)));
        prop_assert!(kept(Email::parse(&text).err().map(|refused| refused.typed)));
        prop_assert!(kept(Domain::parse(&text).err().map(|refused| refused.typed)));
        prop_assert!(kept(Phone::parse(&text).err().map(|refused| refused.typed)));
        prop_assert!(kept(OneLine::parse(&text).err().map(|refused| refused.typed)));
        for country in VatCountry::ALL {
            let read = VatNumber::parse(country, &text);
            prop_assert!(kept(read.err().map(|refused| refused.typed)));
        }
        prop_assert!(!card || OneLine::parse(&text).is_err());
    }

    /// A parsed value that is written and parsed again is the same value.
    #[test]
    fn parsing_is_idempotent(local in "[a-zA-Z0-9+_]{1,12}", domain in "[a-zA-Z0-9]{1,8}\\.[a-zA-Z]{2,4}") {
        let email = Email::parse(&alloc::format!(" {local}@{domain} ")).unwrap();
        let again = Email::parse(&email.to_string()).unwrap();
        prop_assert_eq!(&again, &email);
        prop_assert_eq!(again.to_string(), email.to_string());
        prop_assert!(!email.is_guest(&[Domain::parse(&domain).unwrap()]));
    }
}
