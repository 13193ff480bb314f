use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};

use super::*;

fn check(text: &str, expected: Result<&str, EmailFault>) {
    let read = Email::parse(text);
    let read = read.map(|email| email.to_string()).map_err(|refused| {
        assert_eq!(refused.typed, text);
        refused.fault
    });
    assert_eq!(read, expected.map(ToString::to_string), "{text:?}");
}

fn long(letters: usize) -> String {
    "a".repeat(letters)
}

#[test]
fn reads_addresses() {
    check("a@b.co", Ok("a@b.co"));
    check("\tAda@ACME.Example \r\n", Ok("Ada@acme.example"));
    check(
        "o'hara+bills_{1}@x-y.co.uk",
        Ok("o'hara+bills_{1}@x-y.co.uk"),
    );
    check("=1+1@evil.com", Ok("=1+1@evil.com"));
    check(
        "info@XN--BCHER-KVA.example",
        Ok("info@xn--bcher-kva.example"),
    );
    check("1@2.3com", Ok("1@2.3com"));
}

#[test]
fn reports_faults_before_the_at() {
    check("", Err(EmailFault::Empty));
    check("  ", Err(EmailFault::Empty));
    check("acme.example", Err(EmailFault::At(0)));
    check("a@b@c.example", Err(EmailFault::At(2)));
    check("a@@c.example", Err(EmailFault::At(2)));
    check("a\r\nBcc:b@c.example", Err(EmailFault::Control));
    check("a\0@c.example", Err(EmailFault::Control));
    check("a@c.example\u{85}x", Err(EmailFault::Control));
    check("@c.example", Err(EmailFault::LocalEmpty));
    check(".a@c.example", Err(EmailFault::LocalDots));
    check("a.@c.example", Err(EmailFault::LocalDots));
    check("a..b@c.example", Err(EmailFault::LocalDots));
    check("a b@c.example", Err(EmailFault::LocalCharacter(' ')));
    check("\"a\"@c.example", Err(EmailFault::LocalCharacter('"')));
    check("a,b@c.example", Err(EmailFault::LocalCharacter(',')));
    check(
        "\u{200B}a@c.example",
        Err(EmailFault::LocalCharacter('\u{200B}')),
    );
    check(
        "jos\u{e9}@c.example",
        Err(EmailFault::LocalCharacter('\u{e9}')),
    );
}

#[test]
fn reports_faults_after_the_at() {
    let check = |text: &str, fault| check(text, Err(EmailFault::Domain(fault)));
    check("a@", DomainFault::NoDot);
    check("a@localhost", DomainFault::NoDot);
    check("a@.example", DomainFault::EmptyLabel);
    check("a@c..example", DomainFault::EmptyLabel);
    check("a@c.example.", DomainFault::EmptyLabel);
    check("a@-c.example", DomainFault::Hyphen);
    check("a@c-.example", DomainFault::Hyphen);
    check("a@c_d.example", DomainFault::Character('_'));
    check("a@c d.example", DomainFault::Character(' '));
    check("a@[10.0.0.1]", DomainFault::Character('['));
    check("a@10.0.0.1", DomainFault::Numeric);
    check("a@b\u{fc}cher.example", DomainFault::Foreign('\u{fc}'));
    check("a@\u{430}cme.example", DomainFault::Foreign('\u{430}'));
    check(
        "a@acme\u{FF0E}example.com",
        DomainFault::Foreign('\u{FF0E}'),
    );
    check("a@acme\u{200D}.example", DomainFault::Foreign('\u{200D}'));
}

#[test]
fn keeps_to_the_lengths() {
    let local = |letters| format!("{}@c.example", long(letters));
    check(&local(64), Ok(&local(64)));
    check(&local(65), Err(EmailFault::LocalLength(65)));
    let label = |letters| format!("a@{}.example", long(letters));
    check(&label(63), Ok(&label(63)));
    check(&label(64), Err(EmailFault::Domain(DomainFault::Length)));
    let address = |last| {
        let parts = [long(63), long(63), long(63), long(last), "com".to_string()];
        format!("ab@{}", parts.join("."))
    };
    assert_eq!(address(55).len(), 254);
    check(&address(55), Ok(&address(55)));
    check(&address(56), Err(EmailFault::Length(255)));
    let domain = |last| Domain::parse(&address(last)[3..]).map_err(|refused| refused.fault);
    assert!(domain(57).is_ok());
    assert_eq!(address(57).len(), 3 + 253);
    assert_eq!(domain(58), Err(DomainFault::Length));
}

#[test]
fn ignores_capitals_when_comparing() {
    let one = Email::parse("Ada@acme.example").unwrap();
    let other = Email::parse("aDA@ACME.example").unwrap();
    assert_eq!(one, other);
    assert_eq!(one.cmp(&other), Ordering::Equal);
    assert_eq!(one.partial_cmp(&other), Some(Ordering::Equal));
    let later = Email::parse("bob@acme.example").unwrap();
    assert!(one < later && one != later);
    assert_ne!(one, Email::parse("ada@acme.test").unwrap());
    assert_ne!(one, Email::parse("adam@acme.example").unwrap());
    assert_eq!(
        [one, other, later]
            .into_iter()
            .collect::<BTreeSet<_>>()
            .len(),
        2
    );
}

#[test]
fn equal_addresses_hash_alike_and_others_do_not() {
    #[derive(Default)]
    struct Bytes(alloc::vec::Vec<u8>);
    impl Hasher for Bytes {
        fn finish(&self) -> u64 {
            0
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0.extend_from_slice(bytes);
        }
    }
    let hash = |text: &str| {
        let mut bytes = Bytes::default();
        Email::parse(text).unwrap().hash(&mut bytes);
        bytes.0
    };
    assert_eq!(hash("Ada@acme.example"), hash("ada@ACME.example"));
    assert_ne!(hash("ada@acme.example"), hash("bob@acme.example"));
    assert_ne!(hash("ada@acme.example"), hash("ada@acme.test"));
}

#[test]
fn is_a_guest_outside_the_domains() {
    let ours = ["acme.example", "acme.test"].map(|text| Domain::parse(text).unwrap());
    let check = |text: &str, expected| {
        assert_eq!(
            Email::parse(text).unwrap().is_guest(&ours),
            expected,
            "{text}"
        );
    };
    check("ada@acme.example", false);
    check("ada@Acme.TEST", false);
    check("ada@mail.acme.example", true);
    check("ada@acme.co", true);
}

#[test]
fn is_stored_as_one_string_and_read_through_parse() {
    let email = Email::parse("Ada@Acme.example").unwrap();
    let json = serde_json::to_string(&email).unwrap();
    assert_eq!(json, "\"Ada@acme.example\"");
    assert_eq!(serde_json::from_str::<Email>(&json).unwrap(), email);
    assert!(serde_json::from_str::<Email>("\"a@b\"").is_err());
}
