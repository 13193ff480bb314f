//! Identity data of customers: tax numbers, addresses and bank codes, parsed once at the boundary.
//!
//! Every `parse` returns a type that needs no further check, or [`InvalidText`] with the text as typed
//! and a sentence that says what to change. Card numbers are the exception: they are recognised only
//! to be refused, and no type holds one.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

pub mod card_number;
mod digit;
pub mod email;
pub mod gstin;
pub mod ifsc;
pub mod one_line;
pub mod phone;
pub mod text;
pub mod vat;

pub use card_number::{
    CardNumberFound, contains_card_number, contains_issued_card_number, without_card_number,
};
pub use email::{Domain, DomainFault, Email, EmailFault};
pub use gstin::{Gstin, GstinFault};
pub use ifsc::{Ifsc, IfscFault};
pub use one_line::{OneLine, OneLineFault};
pub use phone::{Phone, PhoneFault};
pub use text::{TextFault, TextKind};
pub use vat::{VatCountry, VatFault, VatNumber};

/// A text that failed to parse: as typed, with its fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidText<Fault> {
    /// The text, unchanged, so that a form can show it again. It is empty when the text contains a card
    /// number, so that no card number is logged with the error.
    pub typed: String,
    /// The fault of the text; its `Display` says what to change.
    pub fault: Fault,
}

impl<Fault> InvalidText<Fault> {
    fn new(typed: &str, fault: Fault) -> Self {
        let typed = without_card_number(typed).unwrap_or_default().to_owned();
        Self { typed, fault }
    }
}

impl<Fault: fmt::Display> fmt::Display for InvalidText<Fault> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} cannot be right: {}", self.typed, self.fault)
    }
}

impl<Fault: fmt::Debug + fmt::Display> core::error::Error for InvalidText<Fault> {}

/// The text in capitals, without the blanks, dots and dashes that people write for legibility.
fn compact(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '.'))
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests;
