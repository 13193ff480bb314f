//! The billing details of an organization: whom to write to, whom to bill, where (SPEC 4.6).

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::identity::{Email, Gstin, OneLine, Phone, VatNumber};
use crate::tax::CountryCode;

mod fault;
mod form;

pub use fault::{AddressField, Fault, Field, FieldFault};
pub use form::{AddressForm, Form, FormRules};

/// The details as they stand on the next invoice; issued invoices keep theirs (SPEC 4.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillingDetails {
    /// Whom to write to.
    pub contacts: Contacts,
    /// The legal name.
    pub organization_name: OneLine,
    /// The name it trades under.
    pub doing_business_as: Option<OneLine>,
    /// Its tax number.
    pub tax_number: Option<TaxNumber>,
    /// Where it is billed.
    pub billing_address: Address,
    /// Where it is shipped to.
    pub shipping_address: Shipping,
}

/// The people who get the invoices. No secondary contact is the primary one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawContacts")]
pub struct Contacts {
    name: OneLine,
    email: Email,
    phone: Option<Phone>,
    secondary: BTreeSet<Email>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContacts {
    name: OneLine,
    email: Email,
    phone: Option<Phone>,
    secondary: BTreeSet<Email>,
}

impl TryFrom<RawContacts> for Contacts {
    type Error = Fault;
    fn try_from(raw: RawContacts) -> Result<Self, Fault> {
        if raw.secondary.contains(&raw.email) {
            return Err(Fault::PrimaryTwice);
        }
        Ok(Self {
            name: raw.name,
            email: raw.email,
            phone: raw.phone,
            secondary: raw.secondary,
        })
    }
}

impl Contacts {
    /// The primary contact's name.
    pub const fn name(&self) -> &OneLine {
        &self.name
    }

    /// The primary contact's address.
    pub const fn email(&self) -> &Email {
        &self.email
    }

    /// The primary contact's telephone number.
    pub const fn phone(&self) -> Option<&Phone> {
        self.phone.as_ref()
    }

    /// The secondary contacts.
    pub const fn secondary(&self) -> &BTreeSet<Email> {
        &self.secondary
    }

    /// Whom an invoice goes to.
    ///
    /// **Rule.** The primary contact, then the secondary ones.
    /// **Source.** SPEC 4.8, A23.
    pub fn recipients(&self) -> impl Iterator<Item = &Email> {
        core::iter::once(&self.email).chain(&self.secondary)
    }
}

/// A tax number: a GSTIN where rupees are paid, a VAT number in Europe, as it is elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxNumber {
    /// Of India.
    Gstin(Gstin),
    /// Of a European country.
    Vat(VatNumber),
    /// Of any other country: printed as it was typed.
    Other(OneLine),
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub line_1: OneLine,
    /// What does not fit there.
    pub line_2: Option<OneLine>,
    /// The country's two letters (ISO 3166).
    pub country: CountryCode,
    /// State, province or region.
    pub state: OneLine,
    /// City or town.
    pub city: OneLine,
    /// Postal code.
    pub postal_code: OneLine,
}

/// Where goods would go; printed on the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shipping {
    /// The box "same as billing address" is ticked; it follows the billing address.
    SameAsBilling,
    /// Another address.
    To(Address),
}

impl BillingDetails {
    /// The address on the invoice's shipping lines.
    pub const fn shipping_lines(&self) -> &Address {
        match &self.shipping_address {
            Shipping::SameAsBilling => &self.billing_address,
            Shipping::To(address) => address,
        }
    }

    /// Reads the form: all of it, or everything that is wrong with it, in the form's order.
    ///
    /// **Rule.** The contacts are active users of the organization, the secondary ones at most ten
    /// and others than the primary; the address is whole but for its second line; the tax number is
    /// a GSTIN where rupees are paid and a VAT number of the billing country otherwise.
    /// **Source.** SPEC 4.6.
    /// **Silent on** countries without VAT numbers: the number is kept as it was typed, see A101.
    ///
    /// # Errors
    /// Fails with one entry for each field that has to be corrected.
    pub fn parse(form: &Form, rules: &FormRules<'_>) -> Result<Self, Vec<FieldFault>> {
        form::read(form, rules)
    }
}

#[cfg(test)]
mod tests;
