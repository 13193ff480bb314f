//! The billing details of an organization: contacts, tax number and addresses (SPEC 4.6).

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::people::identity::{Email, Gstin, Phone, VatNumber};
use crate::pricing::tax::CountryCode;
use crate::text::OneLine;

mod fault;
mod form;

pub use fault::{AddressField, Fault, Field, FieldFault};
pub use form::{AddressForm, Form, FormRules};

/// The details that the next invoice uses; issued invoices keep the earlier ones (SPEC 4.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillingDetails {
    /// The people who get the invoices.
    pub contacts: Contacts,
    /// The legal name.
    pub organization_name: OneLine,
    /// The trade name, if it differs from the legal one.
    pub doing_business_as: Option<OneLine>,
    /// The tax number, when one was entered.
    pub tax_number: Option<TaxNumber>,
    /// The postal address for invoices.
    pub billing_address: Address,
    /// The shipping address for invoices.
    pub shipping_address: Shipping,
}

/// The people who get the invoices. The primary contact is never among the secondary ones.
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

    /// The primary contact's e-mail address.
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

    /// The recipients of an invoice.
    ///
    /// **Rule.** The primary contact, then the secondary ones.
    /// **Source.** SPEC 4.8, A23.
    pub fn recipients(&self) -> impl Iterator<Item = &Email> {
        core::iter::once(&self.email).chain(&self.secondary)
    }
}

/// A tax number: a GSTIN for rupees, a VAT number in Europe, free text elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxNumber {
    /// The number of an Indian business.
    Gstin(Gstin),
    /// The number of a business in a European country.
    Vat(VatNumber),
    /// A number of any other country, printed as typed.
    Other(OneLine),
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub line_1: OneLine,
    /// A further line of the street address.
    pub line_2: Option<OneLine>,
    /// The two-letter country code (ISO 3166).
    pub country: CountryCode,
    /// State, province or region.
    pub state: OneLine,
    /// City or town.
    pub city: OneLine,
    /// Postal code.
    pub postal_code: OneLine,
}

/// The shipping address that is printed on the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shipping {
    /// The box "same as billing address" is ticked: the address follows the billing address.
    SameAsBilling,
    /// A separate address.
    To(Address),
}

impl BillingDetails {
    /// The address for the invoice's shipping lines.
    pub const fn shipping_lines(&self) -> &Address {
        match &self.shipping_address {
            Shipping::SameAsBilling => &self.billing_address,
            Shipping::To(address) => address,
        }
    }

    /// Parses the form, or returns all its faults in the form's order.
    ///
    /// **Rule.** The contacts are active users of the organization; there are at most ten secondary ones,
    /// none of them the primary. Every line of an address but the second is required. The tax number is a
    /// GSTIN for rupees, and a VAT number of the billing country otherwise.
    /// **Source.** SPEC 4.6.
    /// **Silent on** countries without VAT numbers: the number is kept as typed, see A101.
    ///
    /// # Errors
    /// Fails with one entry for each field that has to be corrected.
    pub fn parse(form: &Form, rules: &FormRules<'_>) -> Result<Self, Vec<FieldFault>> {
        form::read(form, rules)
    }
}

#[cfg(test)]
mod tests;
