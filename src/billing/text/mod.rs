//! Text as people type it: which characters it may have, and that it holds no card number; and the ids
//! of what is stored.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

mod card_number;
pub(crate) mod digit;
mod ids;
mod kind;
mod one_line;

pub use card_number::{
    CardNumberFound, contains_card_number, contains_issued_card_number, without_card_number,
};
pub use ids::{OrganizationId, PaymentAttemptId, PlanChangeId, UserId};
pub use kind::{TextFault, TextKind};
pub use one_line::{OneLine, OneLineFault};

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
    pub(crate) fn new(typed: &str, fault: Fault) -> Self {
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
pub(crate) fn compact(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '.'))
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}
