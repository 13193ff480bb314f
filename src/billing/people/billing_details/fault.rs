//! The fields of the billing details form and their faults.

use core::fmt;

use crate::people::identity::{EmailFault, GstinFault, PhoneFault, VatFault};
use crate::text::OneLineFault;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The primary contact's name.
    ContactName,
    /// The primary contact's e-mail address.
    ContactEmail,
    /// The primary contact's telephone number.
    ContactPhone,
    /// A secondary contact, by its index in the list, from 0.
    Secondary(usize),
    /// All secondary contacts together.
    SecondaryContacts,
    /// The legal name.
    OrganizationName,
    /// The trade name.
    DoingBusinessAs,
    /// The tax number.
    TaxNumber,
    /// A line of the billing address.
    Billing(AddressField),
    /// A line of the shipping address.
    Shipping(AddressField),
}

/// A field of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressField {
    /// Street and number.
    Line1,
    /// The further line of the street address.
    Line2,
    /// The country.
    Country,
    /// State, province or region.
    State,
    /// City or town.
    City,
    /// Postal code.
    PostalCode,
}

/// The fault of a field; its `Display` says what to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A line of text is invalid.
    Line(OneLineFault),
    /// A contact's e-mail address is invalid.
    Email(EmailFault),
    /// The telephone number is invalid.
    Phone(PhoneFault),
    /// The GSTIN is invalid.
    Gstin(GstinFault),
    /// The VAT number is invalid.
    Vat(VatFault),
    /// The country is not a two-letter code.
    Country,
    /// The contact is not an active user.
    NotAUser,
    /// A secondary contact is also the primary one.
    PrimaryTwice,
    /// There are more secondary contacts than allowed.
    TooMany {
        /// The number of secondary contacts in the form.
        asked: usize,
        /// The number that is allowed.
        most: usize,
    },
}

/// A field and its fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldFault {
    /// The field with the fault.
    pub field: Field,
    /// The fault of the field.
    pub fault: Fault,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(fault) => fault.fmt(f),
            Self::Email(fault) => fault.fmt(f),
            Self::Phone(fault) => fault.fmt(f),
            Self::Gstin(fault) => fault.fmt(f),
            Self::Vat(fault) => fault.fmt(f),
            Self::Country => f.write_str("choose a country"),
            Self::NotAUser => f.write_str("choose an active user of your organization"),
            Self::PrimaryTwice => f.write_str("the primary contact gets every invoice already"),
            Self::TooMany { asked, most } => {
                write!(
                    f,
                    "choose at most {most} secondary contacts, here are {asked}"
                )
            }
        }
    }
}

impl core::error::Error for Fault {}
