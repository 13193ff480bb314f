//! Who a customer is: tax numbers, addresses and bank codes, read once where they enter.
//!
//! Every `parse` answers with a type that is trusted from then on, or with [`InvalidText`]: what the
//! person typed and a sentence that says what to change. Card numbers are the exception: they are
//! recognised only to be refused, and no type holds one.

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

/// A text that is not what it should be: as it was typed, and what to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidText<Fault> {
    /// The text, untouched, so that a form can show it again; empty if it holds a card number, so
    /// that none gets into a log with the error.
    pub typed: String,
    /// What is wrong with it; its `Display` says what to change.
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
