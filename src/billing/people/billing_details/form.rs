//! The billing details form as typed, and its parser.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{
    Address, AddressField, BillingDetails, Contacts, Fault, Field, FieldFault, Shipping, TaxNumber,
};
use crate::money::{Currency, CurrencyCode};
use crate::people::identity::{Email, Gstin, Phone, VatCountry, VatNumber};
use crate::pricing::tax::{CountryCode, NoCountry};
use crate::text::OneLine;

/// The form, field by field, as typed. An empty text is an empty field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The primary contact's name.
    pub contact_name: String,
    /// The primary contact's e-mail address.
    pub contact_email: String,
    /// The primary contact's telephone number.
    pub contact_phone: String,
    /// The secondary contacts' e-mail addresses.
    pub secondary: Vec<String>,
    /// The legal name.
    pub organization_name: String,
    /// The trade name.
    pub doing_business_as: String,
    /// The tax number.
    pub tax_number: String,
    /// The billing address.
    pub billing: AddressForm,
    /// The shipping address; `None` while "same as billing address" is ticked.
    pub shipping: Option<AddressForm>,
}

/// An address as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressForm {
    /// Street and number.
    pub line_1: String,
    /// The further line of the street address.
    pub line_2: String,
    /// The two-letter country code.
    pub country: String,
    /// State, province or region.
    pub state: String,
    /// City or town.
    pub city: String,
    /// Postal code.
    pub postal_code: String,
}

/// The facts that the form is checked against.
#[derive(Debug, Clone, Copy)]
pub struct FormRules<'a> {
    /// The organization's currency, which decides the kind of tax number.
    pub currency: Currency,
    /// The active users, who may be contacts.
    pub users: &'a BTreeSet<Email>,
    /// The highest number of secondary contacts.
    pub secondary_max: usize,
}

impl FormRules<'_> {
    /// The highest number of secondary contacts unless configured otherwise (SPEC 4.6, 9).
    pub const SECONDARY_MAX: usize = 10;
}

/// Parses fields and collects their faults.
struct Reader {
    faults: Vec<FieldFault>,
}

impl Reader {
    fn keep<T>(&mut self, field: Field, read: Result<T, Fault>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(fault) => {
                self.faults.push(FieldFault { field, fault });
                None
            }
        }
    }

    fn line(&mut self, field: Field, text: &str) -> Option<OneLine> {
        let read = OneLine::parse(text).map_err(|refused| Fault::Line(refused.fault));
        self.keep(field, read)
    }

    /// Parses a field that may be empty.
    fn line_if_any(&mut self, field: Field, text: &str) -> Option<OneLine> {
        if text.trim().is_empty() {
            None
        } else {
            self.line(field, text)
        }
    }

    fn address(&mut self, form: &AddressForm, field: fn(AddressField) -> Field) -> Option<Address> {
        let line_1 = self.line(field(AddressField::Line1), &form.line_1);
        let line_2 = self.line_if_any(field(AddressField::Line2), &form.line_2);
        let country = CountryCode::parse(&form.country.trim().to_ascii_uppercase());
        let country = country.map_err(|NoCountry| Fault::Country);
        let country = self.keep(field(AddressField::Country), country);
        let state = self.line(field(AddressField::State), &form.state);
        let city = self.line(field(AddressField::City), &form.city);
        let postal_code = self.line(field(AddressField::PostalCode), &form.postal_code);
        Some(Address {
            line_1: line_1?,
            line_2,
            country: country?,
            state: state?,
            city: city?,
            postal_code: postal_code?,
        })
    }

    fn contacts(&mut self, form: &Form, rules: &FormRules<'_>) -> Option<Contacts> {
        let name = self.line(Field::ContactName, &form.contact_name);
        let email = self.keep(Field::ContactEmail, user(&form.contact_email, rules));
        let phone = if form.contact_phone.trim().is_empty() {
            None
        } else {
            let read = Phone::parse(&form.contact_phone);
            self.keep(
                Field::ContactPhone,
                read.map_err(|refused| Fault::Phone(refused.fault)),
            )
        };
        let secondary = self.secondary(form, email.as_ref(), rules);
        Some(Contacts {
            name: name?,
            email: email?,
            phone,
            secondary,
        })
    }

    fn secondary(
        &mut self,
        form: &Form,
        primary: Option<&Email>,
        rules: &FormRules<'_>,
    ) -> BTreeSet<Email> {
        let mut secondary = BTreeSet::new();
        for (place, text) in form.secondary.iter().enumerate() {
            let read = match user(text, rules) {
                Ok(email) if primary == Some(&email) => Err(Fault::PrimaryTwice),
                read => read,
            };
            secondary.extend(self.keep(Field::Secondary(place), read));
        }
        let (asked, most) = (secondary.len(), rules.secondary_max);
        if asked > most {
            let fault = Fault::TooMany { asked, most };
            let field = Field::SecondaryContacts;
            self.faults.push(FieldFault { field, fault });
        }
        secondary
    }
}

/// Parses the form, field by field, in its order.
pub(super) fn read(form: &Form, rules: &FormRules<'_>) -> Result<BillingDetails, Vec<FieldFault>> {
    let mut reader = Reader { faults: Vec::new() };
    let contacts = reader.contacts(form, rules);
    let name = reader.line(Field::OrganizationName, &form.organization_name);
    let doing_business_as = reader.line_if_any(Field::DoingBusinessAs, &form.doing_business_as);
    let tax_number = if form.tax_number.trim().is_empty() {
        None
    } else {
        reader.keep(Field::TaxNumber, tax_number(form, rules.currency))
    };
    let billing = reader.address(&form.billing, Field::Billing);
    let shipping = match &form.shipping {
        None => Some(Shipping::SameAsBilling),
        Some(address) => reader.address(address, Field::Shipping).map(Shipping::To),
    };
    match (contacts, name, billing, shipping) {
        (
            Some(contacts),
            Some(organization_name),
            Some(billing_address),
            Some(shipping_address),
        ) if reader.faults.is_empty() => Ok(BillingDetails {
            contacts,
            organization_name,
            doing_business_as,
            tax_number,
            billing_address,
            shipping_address,
        }),
        _ => Err(reader.faults),
    }
}

/// Parses the e-mail address of an active user.
fn user(text: &str, rules: &FormRules<'_>) -> Result<Email, Fault> {
    let email = Email::parse(text).map_err(|refused| Fault::Email(refused.fault))?;
    rules.users.get(&email).cloned().ok_or(Fault::NotAUser)
}

fn tax_number(form: &Form, currency: Currency) -> Result<TaxNumber, Fault> {
    let text = &form.tax_number;
    if currency.code() == CurrencyCode::INR {
        return Gstin::parse(text)
            .map(TaxNumber::Gstin)
            .map_err(|refused| Fault::Gstin(refused.fault));
    }
    match VatCountry::from_code(form.billing.country.trim()) {
        Some(country) => VatNumber::parse(country, text)
            .map(TaxNumber::Vat)
            .map_err(|refused| Fault::Vat(refused.fault)),
        None => OneLine::parse(text)
            .map(TaxNumber::Other)
            .map_err(|refused| Fault::Line(refused.fault)),
    }
}
