//! Reasons for removals and cancellations, and the word that confirms a cancellation (SPEC R7, R14, 4.5).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::price_book::AddOnId;
use crate::text::{OneLine, OneLineFault};

/// The reasons offered for removing an add-on and for cancelling (SPEC 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The product is too expensive.
    TooExpensive,
    /// A feature is missing.
    MissingFeature,
    /// The customer switches to another product.
    SwitchingProduct,
    /// The customer hardly uses it.
    LowUsage,
    /// The project was temporary from the start.
    TemporaryProject,
    /// A reason in the person's own words.
    Other(String),
}

impl Reason {
    /// Checks a reason in the person's own words.
    ///
    /// # Errors
    /// Fails when the text is empty, too long, or contains a card number.
    pub fn check(&self) -> Result<(), OneLineFault> {
        match self {
            Self::TooExpensive
            | Self::MissingFeature
            | Self::SwitchingProduct
            | Self::LowUsage
            | Self::TemporaryProject => Ok(()),
            Self::Other(words) => OneLine::parse(words)
                .map(drop)
                .map_err(|mistyped| mistyped.fault),
        }
    }
}

/// The reasons of an order do not match its removals: the first add-on with a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonMismatch {
    /// The id of the add-on.
    pub add_on: AddOnId,
    /// What is wrong with its reason.
    pub fault: ReasonFault,
}

/// What is wrong with a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonFault {
    /// A removal has no reason.
    Missing,
    /// The reason is for an add-on that is not removed.
    Unasked,
    /// The person's own words cannot be stored.
    Words(OneLineFault),
}

impl fmt::Display for ReasonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("choose why this add-on is removed"),
            Self::Unasked => f.write_str("this add-on is not removed and needs no reason"),
            Self::Words(fault) => fault.fmt(f),
        }
    }
}

impl fmt::Display for ReasonMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.add_on, self.fault)
    }
}

impl core::error::Error for ReasonMismatch {}

/// Checks that every removed add-on has a reason, and no other add-on has one.
///
/// **Rule.** A removal needs a reason, in trial too.
/// **Source.** SPEC R7, 4.3, 11.
/// **Silent on** several removals in one order, and on the form of own words, see A103.
///
/// ```
/// use billing::AddOnId;
/// use billing::account::reason::{Reason, ReasonFault, check_removals};
/// let goes = [AddOnId::new("promotions")].into();
/// let refused = check_removals(&goes, &[].into()).unwrap_err();
/// assert_eq!(refused.fault, ReasonFault::Missing);
/// let reasons = [(AddOnId::new("promotions"), Reason::LowUsage)].into();
/// assert_eq!(check_removals(&goes, &reasons), Ok(()));
/// ```
///
/// # Errors
/// Fails at the first add-on, by id, whose reason is missing, superfluous or cannot be stored.
pub fn check_removals(
    remove: &BTreeSet<AddOnId>,
    reasons: &BTreeMap<AddOnId, Reason>,
) -> Result<(), ReasonMismatch> {
    let wrong = |add_on: &AddOnId, fault| ReasonMismatch {
        add_on: add_on.clone(),
        fault,
    };
    for add_on in remove {
        let reason = reasons.get(add_on);
        reason
            .ok_or(ReasonFault::Missing)
            .and_then(|reason| reason.check().map_err(ReasonFault::Words))
            .map_err(|fault| wrong(add_on, fault))?;
    }
    match reasons.keys().find(|add_on| !remove.contains(*add_on)) {
        Some(add_on) => Err(wrong(add_on, ReasonFault::Unasked)),
        None => Ok(()),
    }
}

/// The word that has to be typed exactly to cancel (SPEC 4.5).
pub const CANCEL_WORD: &str = "DELETE";

/// The text is not the word that confirms a cancellation.
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
/// use billing::account::reason::{NotConfirmed, confirm_cancellation};
/// assert_eq!(confirm_cancellation("DELETE"), Ok(()));
/// for other in ["delete", "Delete", "DELETE ", " DELETE", "DELETED", ""] {
///     assert_eq!(confirm_cancellation(other), Err(NotConfirmed), "{other:?}");
/// }
/// ```
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

    #[test]
    fn every_removal_has_its_reason_and_nothing_else_has() {
        let id = |id: &str| AddOnId::new(id);
        let check = |reasons: &[(&str, Reason)], expected: Result<(), (&str, ReasonFault)>| {
            let goes = [id("cloud-export"), id("promotions")].into();
            let reasons = reasons
                .iter()
                .map(|(add_on, reason)| (id(add_on), reason.clone()));
            let checked = check_removals(&goes, &reasons.collect());
            let expected = expected.map_err(|(add_on, fault)| ReasonMismatch {
                add_on: id(add_on),
                fault,
            });
            assert_eq!(checked, expected);
        };
        let (cheap, own) = (Reason::TooExpensive, |words: &str| {
            Reason::Other(words.into())
        });
        let both = [
            ("promotions", cheap.clone()),
            ("cloud-export", own("moved")),
        ];
        check(&both, Ok(()));
        check(&both[1..], Err(("promotions", ReasonFault::Missing)));
        check(&both[..1], Err(("cloud-export", ReasonFault::Missing)));
        check(&[], Err(("cloud-export", ReasonFault::Missing)));
        let [one, two] = both;
        let third = ("whatsapp-connect", cheap.clone());
        let unasked = Err(("whatsapp-connect", ReasonFault::Unasked));
        check(&[one, two, third], unasked);
        for (words, fault) in [
            (" ", OneLineFault::Empty),
            ("4111 1111 1111 1111", OneLineFault::CardNumber),
            ("a\nb", OneLineFault::Control),
        ] {
            let reasons = [("promotions", own(words)), ("cloud-export", cheap.clone())];
            check(&reasons, Err(("promotions", ReasonFault::Words(fault))));
        }
    }

    #[test]
    fn says_what_a_reason_needs() {
        let unreasoned = |fault| ReasonMismatch {
            add_on: AddOnId::new("promotions"),
            fault,
        };
        for (fault, text) in [
            (
                ReasonFault::Missing,
                "promotions: choose why this add-on is removed",
            ),
            (
                ReasonFault::Unasked,
                "promotions: this add-on is not removed and needs no reason",
            ),
            (
                ReasonFault::Words(OneLineFault::Empty),
                "promotions: this is required",
            ),
        ] {
            assert_eq!(unreasoned(fault).to_string(), text);
        }
    }
}
