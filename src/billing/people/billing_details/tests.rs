use alloc::string::String;
use alloc::string::ToString;
use alloc::vec;

use super::*;
use crate::money::Currency;
use crate::people::identity::{EmailFault, GstinFault, PhoneFault, VatCountry, VatFault};
use crate::text::OneLineFault;

fn users() -> BTreeSet<Email> {
    (0..13)
        .map(|number| Email::parse(&alloc::format!("p{number}@acme.example")).unwrap())
        .collect()
}

fn form() -> Form {
    Form {
        contact_name: "Ada Lovelace".to_string(),
        contact_email: "P0@acme.example".to_string(),
        contact_phone: "+91 22 1234 5678".to_string(),
        secondary: vec!["p1@acme.example".to_string(), "p2@acme.example".to_string()],
        organization_name: "Acme Private Limited".to_string(),
        doing_business_as: String::new(),
        tax_number: "27aapfu0939f1zv".to_string(),
        billing: address("in"),
        shipping: None,
    }
}

fn address(country: &str) -> AddressForm {
    AddressForm {
        line_1: "1 Marine Drive".to_string(),
        line_2: String::new(),
        country: country.to_string(),
        state: "Maharashtra".to_string(),
        city: "Mumbai".to_string(),
        postal_code: "400001".to_string(),
    }
}

fn parse(form: &Form, currency: &str) -> Result<BillingDetails, Vec<FieldFault>> {
    let rules = FormRules {
        currency: Currency::new(currency, 2).unwrap(),
        users: &users(),
        secondary_max: FormRules::SECONDARY_MAX,
    };
    BillingDetails::parse(form, &rules)
}

/// The expected faults of a rupee account's form after a change.
fn check(change: impl Fn(&mut Form), expected: &[(Field, Fault)]) {
    let mut form = form();
    change(&mut form);
    let found = parse(&form, "INR").map(|_| ()).map_err(|faults| {
        let pair = |found: FieldFault| (found.field, found.fault);
        faults.into_iter().map(pair).collect::<Vec<_>>()
    });
    let expected = if expected.is_empty() {
        Ok(())
    } else {
        Err(expected.to_vec())
    };
    assert_eq!(found, expected);
}

const EMPTY: Fault = Fault::Line(OneLineFault::Empty);

#[test]
fn reads_the_form() {
    let details = parse(&form(), "INR").unwrap();
    let recipients: Vec<String> = details
        .contacts
        .recipients()
        .map(ToString::to_string)
        .collect();
    let expected = ["p0@acme.example", "p1@acme.example", "p2@acme.example"];
    assert_eq!(recipients, expected, "A23");
    assert_eq!(details.contacts.name().as_str(), "Ada Lovelace");
    assert_eq!(details.contacts.email().to_string(), "p0@acme.example");
    assert_eq!(
        details.contacts.phone().unwrap().as_str(),
        "+91 22 1234 5678"
    );
    assert_eq!(details.contacts.secondary().len(), 2);
    assert_eq!(details.doing_business_as, None);
    assert_eq!(details.billing_address.country.as_str(), "IN");
    assert_eq!(details.billing_address.line_2, None);
    assert_eq!(details.shipping_lines(), &details.billing_address);
    assert!(matches!(details.tax_number, Some(TaxNumber::Gstin(_))));

    let json = serde_json::to_string(&details).unwrap();
    assert_eq!(
        serde_json::from_str::<BillingDetails>(&json).unwrap(),
        details
    );
    let twice = json.replace("p1@acme.example", "P0@acme.example");
    assert!(serde_json::from_str::<BillingDetails>(&twice).is_err());
}

#[test]
fn what_may_be_empty_may_be_empty() {
    check(|form| form.contact_phone = " ".to_string(), &[]);
    check(|form| form.secondary = vec![], &[]);
    check(|form| form.tax_number = "  ".to_string(), &[]);
    check(|form| form.doing_business_as = "Acme".to_string(), &[]);
    check(|form| form.billing.line_2 = "2nd floor".to_string(), &[]);
    check(|form| form.shipping = Some(address("DE")), &[]);
}

#[test]
fn an_empty_form_names_every_required_field_in_order() {
    let address = |field: fn(AddressField) -> Field| {
        [
            (field(AddressField::Line1), EMPTY),
            (field(AddressField::Country), Fault::Country),
            (field(AddressField::State), EMPTY),
            (field(AddressField::City), EMPTY),
            (field(AddressField::PostalCode), EMPTY),
        ]
    };
    let mut expected = vec![
        (Field::ContactName, EMPTY),
        (Field::ContactEmail, Fault::Email(EmailFault::Empty)),
        (Field::OrganizationName, EMPTY),
    ];
    expected.extend(address(Field::Billing));
    expected.extend(address(Field::Shipping));
    let empty = |form: &mut Form| {
        *form = Form {
            shipping: Some(AddressForm::default()),
            ..Form::default()
        }
    };
    check(empty, &expected);
}

#[test]
fn contacts_are_active_users_and_at_most_ten_besides() {
    let secondary = |from: usize, to: usize| -> Vec<String> {
        (from..to)
            .map(|number| alloc::format!("p{number}@acme.example"))
            .collect()
    };
    check(|form| form.secondary = secondary(1, 11), &[]);
    let too_many = Fault::TooMany {
        asked: 11,
        most: 10,
    };
    check(
        |form| form.secondary = secondary(1, 12),
        &[(Field::SecondaryContacts, too_many)],
    );
    check(
        |form| form.secondary = secondary(0, 2),
        &[(Field::Secondary(0), Fault::PrimaryTwice)],
    );
    // The same person twice counts as one contact.
    check(
        |form| form.secondary = [secondary(1, 11), secondary(1, 2)].concat(),
        &[],
    );
    check(
        |form| {
            form.contact_email = "eve@acme.example".to_string();
            form.secondary.push("a@b".to_string());
            form.secondary.push("eve@acme.example".to_string());
        },
        &[
            (Field::ContactEmail, Fault::NotAUser),
            (
                Field::Secondary(2),
                Fault::Email(EmailFault::Domain(
                    crate::people::identity::DomainFault::NoDot,
                )),
            ),
            (Field::Secondary(3), Fault::NotAUser),
        ],
    );
}

#[test]
fn says_what_is_wrong_with_each_field() {
    let card = || "4111 1111 1111 1111".to_string();
    let found = Fault::Line(OneLineFault::CardNumber);
    check(
        |form| form.contact_phone = "1".to_string(),
        &[(Field::ContactPhone, Fault::Phone(PhoneFault::Digits(1)))],
    );
    check(
        |form| form.doing_business_as = card(),
        &[(Field::DoingBusinessAs, found)],
    );
    check(
        |form| form.billing.line_2 = card(),
        &[(Field::Billing(AddressField::Line2), found)],
    );
    check(
        |form| form.tax_number = "27".to_string(),
        &[(Field::TaxNumber, Fault::Gstin(GstinFault::Length(2)))],
    );
    for country in ["", "I", "IND", "1N", "é"] {
        check(
            |form| form.billing.country = country.to_string(),
            &[(Field::Billing(AddressField::Country), Fault::Country)],
        );
    }
}

#[test]
fn the_tax_number_is_of_the_currency_and_the_country() {
    let number = |country: &str, text: &str| {
        let mut form = form();
        form.billing = address(country);
        form.tax_number = text.to_string();
        parse(&form, "USD")
            .map(|details| details.tax_number.unwrap())
            .map_err(|faults| faults[0].fault)
    };
    assert!(matches!(number("de", "DE136695976"), Ok(TaxNumber::Vat(_))));
    assert!(matches!(number("GR", "094259216"), Ok(TaxNumber::Vat(_))));
    let check = VatFault::Check(VatCountry::Germany);
    assert_eq!(number("DE", "136695977"), Err(Fault::Vat(check)));
    assert!(matches!(
        number("US", "12-3456789"),
        Ok(TaxNumber::Other(_))
    ));
    assert!(
        matches!(number("IN", "27AAPFU0939F1ZV"), Ok(TaxNumber::Other(_))),
        "A101"
    );
    let card = Fault::Line(OneLineFault::CardNumber);
    assert_eq!(number("US", "5555555555554444"), Err(card));
}

#[test]
fn every_fault_says_what_to_change() {
    let faults = [
        EMPTY,
        Fault::Email(EmailFault::Empty),
        Fault::Phone(PhoneFault::Plus),
        Fault::Gstin(GstinFault::Pan),
        Fault::Vat(VatFault::Country),
        Fault::Country,
        Fault::NotAUser,
        Fault::PrimaryTwice,
        Fault::TooMany {
            asked: 11,
            most: 10,
        },
    ];
    let sentences: BTreeSet<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(sentences.len(), faults.len());
}

#[test]
fn ships_to_the_other_address() {
    let mut form = form();
    form.shipping = Some(address("DE"));
    let details = parse(&form, "INR").unwrap();
    assert_eq!(details.shipping_lines().country.as_str(), "DE");
    assert_eq!(details.billing_address.country.as_str(), "IN");
}
