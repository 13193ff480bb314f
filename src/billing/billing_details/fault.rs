//! What is wrong with which field of the form.

use core::fmt;

use crate::identity::{EmailFault, GstinFault, OneLineFault, PhoneFault, VatFault};

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The primary contact's name.
    ContactName,
    /// The primary contact's address.
    ContactEmail,
    /// The primary contact's telephone number.
    ContactPhone,
    /// A secondary contact, by its place in the list, from 0.
    Secondary(usize),
    /// All secondary contacts together.
    SecondaryContacts,
    /// The legal name.
    OrganizationName,
    /// The name it trades under.
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
    /// What does not fit there.
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

/// What is wrong with a field; its `Display` says what to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// With a line.
    Line(OneLineFault),
    /// With an address of a contact.
    Email(EmailFault),
    /// With a telephone number.
    Phone(PhoneFault),
    /// With a GSTIN.
    Gstin(GstinFault),
    /// With a VAT number.
    Vat(VatFault),
    /// The country is not two letters.
    Country,
    /// The contact is no active user.
    NotAUser,
    /// A secondary contact is the primary one.
    PrimaryTwice,
    /// More secondary contacts than there may be.
    TooMany {
        /// How many were named.
        asked: usize,
        /// How many may be.
        most: usize,
    },
}

/// A field, and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldFault {
    /// Which field.
    pub field: Field,
    /// What is wrong.
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
