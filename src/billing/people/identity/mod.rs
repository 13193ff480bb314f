//! Identity data of customers: tax numbers, addresses and bank codes, parsed once at the boundary.
//!
//! Every `parse` returns a type that needs no further check, or
//! [`InvalidText`](crate::text::InvalidText) with the text as typed and a sentence that says what to
//! change. No type holds a card number: they are recognised only to be refused.

pub mod email;
pub mod gstin;
pub mod ifsc;
pub mod phone;
pub mod vat;

pub use email::{Domain, DomainFault, Email, EmailFault};
pub use gstin::{Gstin, GstinFault};
pub use ifsc::{Ifsc, IfscFault};
pub use phone::{Phone, PhoneFault};
pub use vat::{VatCountry, VatFault, VatNumber};

#[cfg(test)]
mod tests;
