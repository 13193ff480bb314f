//! Why something is given up, and the word that confirms a cancellation (SPEC R7, R14, 4.5).

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

/// The reasons offered for removing an add-on and for cancelling (SPEC 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Too expensive.
    TooExpensive,
    /// Something is missing.
    MissingFeature,
    /// Another product takes over.
    SwitchingProduct,
    /// Hardly used.
    LowUsage,
    /// The project was temporary from the start.
    TemporaryProject,
    /// In the person's own words.
    Other(String),
}

/// What has to be typed, letter by letter, to cancel (SPEC 4.5).
pub const CANCEL_WORD: &str = "DELETE";

/// What was typed is not the word that confirms a cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotConfirmed;

impl fmt::Display for NotConfirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "type {CANCEL_WORD} in capital letters to confirm")
    }
}

impl core::error::Error for NotConfirmed {}

/// Checks the word that confirms a cancellation.
///
/// **Rule.** Exactly `DELETE`, in capitals, with nothing around it.
/// **Source.** SPEC R14, 4.5.
///
/// ```
/// use billing::reason::{NotConfirmed, confirm_cancellation};
/// assert_eq!(confirm_cancellation("DELETE"), Ok(()));
/// for other in ["delete", "Delete", "DELETE ", " DELETE", "DELETED", ""] {
///     assert_eq!(confirm_cancellation(other), Err(NotConfirmed), "{other:?}");
/// }
/// ```
///
/// # Errors
/// Any other text.
pub fn confirm_cancellation(typed: &str) -> Result<(), NotConfirmed> {
    match typed {
        CANCEL_WORD => Ok(()),
        _ => Err(NotConfirmed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn says_what_to_type() {
        assert_eq!(
            NotConfirmed.to_string(),
            "type DELETE in capital letters to confirm"
        );
    }

    #[test]
    fn a_reason_is_a_word_or_the_persons_own() {
        let check = |reason: Reason, text: &str| {
            assert_eq!(serde_json::to_string(&reason).unwrap(), text, "SPEC 11");
            assert_eq!(serde_json::from_str::<Reason>(text).unwrap(), reason);
        };
        check(Reason::TooExpensive, r#""too_expensive""#);
        check(Reason::MissingFeature, r#""missing_feature""#);
        check(Reason::SwitchingProduct, r#""switching_product""#);
        check(Reason::LowUsage, r#""low_usage""#);
        check(Reason::TemporaryProject, r#""temporary_project""#);
        check(Reason::Other("moved".into()), r#"{"other":"moved"}"#);
    }
}
