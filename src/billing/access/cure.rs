//! Cures: what restores full access, and what a refusal suggests (SPEC 6).

use core::fmt;

use serde::{Deserialize, Serialize};

/// A way to lift a restriction, as a page offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cure {
    /// Add the payment method or the billing details that are missing (SPEC R8).
    CompleteSetup,
    /// Pay the oldest open invoice (SPEC R12).
    PayOldest,
    /// Pay all open invoices (SPEC R12).
    PayAll,
    /// Upgrade to a tier that is high enough for the usage (SPEC R11).
    Upgrade,
    /// Ask sales for a plan that fits the usage; the operator lifts the lock (SPEC R11).
    ContactSales,
    /// Request a reactivation with a ticket; the operator reactivates (SPEC R13).
    RequestReactivation,
    /// Wait until the trial has become a paid plan (SPEC R13).
    FinishTrial,
    /// Sign up again with another account (SPEC R14).
    SignUpAgain,
}

/// Who carries out a cure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// An admin of the organization (A33).
    Admin,
    /// The operator, at the request of an admin.
    Operator,
}

impl Cure {
    /// Who carries the cure out (SPEC 6, last column).
    pub const fn who(self) -> Who {
        match self {
            Self::CompleteSetup
            | Self::PayOldest
            | Self::PayAll
            | Self::Upgrade
            | Self::FinishTrial
            | Self::SignUpAgain => Who::Admin,
            Self::ContactSales | Self::RequestReactivation => Who::Operator,
        }
    }
}

impl fmt::Display for Cure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CompleteSetup => "add a payment method and the billing details",
            Self::PayOldest => "pay the oldest open invoice",
            Self::PayAll => "pay all open invoices",
            Self::Upgrade => "upgrade to a tier that is high enough for the usage",
            Self::ContactSales => "contact sales about a plan that is large enough",
            Self::RequestReactivation => "request reactivation, which the support team carries out",
            Self::FinishTrial => "wait until the trial has ended",
            Self::SignUpAgain => "sign up again for a new account",
        })
    }
}

/// Why an event or an order is refused in the account's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// The account is cancelled, which is final (SPEC 6, row 27).
    Cancelled,
    /// The account is paused (SPEC R13, A39).
    Paused,
    /// A trial cannot be paused (SPEC R13).
    InTrial,
    /// Only a paused account can be reactivated (SPEC R13).
    NotPaused,
    /// Something is unpaid (SPEC R13, A39).
    OpenDebt,
    /// The account is locked for a payment: pay first (SPEC 6).
    PaymentLocked,
    /// The account is locked for its usage: upgrade only (SPEC 6).
    UpgradeOnly,
    /// There is no usage lock to lift (SPEC R11).
    NotLocked,
    /// Nothing is charged in a trial or a pause, so nothing can fail (SPEC R8, R13).
    NothingCharged,
}

impl Refused {
    /// The cure that lifts the refusal; `None` when there is none.
    pub const fn cure(self) -> Option<Cure> {
        match self {
            Self::Cancelled => Some(Cure::SignUpAgain),
            Self::Paused => Some(Cure::RequestReactivation),
            Self::InTrial => Some(Cure::FinishTrial),
            Self::OpenDebt | Self::PaymentLocked => Some(Cure::PayAll),
            Self::UpgradeOnly => Some(Cure::Upgrade),
            Self::NotPaused | Self::NotLocked | Self::NothingCharged => None,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cancelled => "the account is cancelled and its data is deleted",
            Self::Paused => "the account is paused",
            Self::InTrial => "a trial cannot be paused",
            Self::NotPaused => "the account is not paused",
            Self::OpenDebt => "an invoice is still unpaid",
            Self::PaymentLocked => "the account is locked until its invoices are paid",
            Self::UpgradeOnly => "the account is locked for its usage and can only be upgraded",
            Self::NotLocked => "the account is not locked for its usage",
            Self::NothingCharged => "nothing is charged in a trial or a pause",
        })?;
        match self.cure() {
            Some(cure) => write!(f, ": {cure}"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_refusal_says_why_and_what_lifts_it() {
        let check = |refused: Refused, says: &str| assert_eq!(refused.to_string(), says);
        check(
            Refused::Cancelled,
            "the account is cancelled and its data is deleted: sign up again for a new account",
        );
        check(
            Refused::Paused,
            "the account is paused: request reactivation, which the support team carries out",
        );
        check(
            Refused::InTrial,
            "a trial cannot be paused: wait until the trial has ended",
        );
        check(Refused::NotPaused, "the account is not paused");
        check(
            Refused::OpenDebt,
            "an invoice is still unpaid: pay all open invoices",
        );
        check(
            Refused::PaymentLocked,
            "the account is locked until its invoices are paid: pay all open invoices",
        );
        check(
            Refused::UpgradeOnly,
            "the account is locked for its usage and can only be upgraded: upgrade to a tier that \
             is high enough for the usage",
        );
        check(
            Refused::NotLocked,
            "the account is not locked for its usage",
        );
        check(
            Refused::NothingCharged,
            "nothing is charged in a trial or a pause",
        );
    }

    #[test]
    fn the_operator_does_what_an_admin_can_only_ask_for() {
        let by = |cure: Cure| cure.who();
        assert_eq!(by(Cure::RequestReactivation), Who::Operator, "row 24");
        assert_eq!(by(Cure::ContactSales), Who::Operator, "R11");
        for cure in [
            Cure::CompleteSetup,
            Cure::PayOldest,
            Cure::PayAll,
            Cure::Upgrade,
        ] {
            assert_eq!(by(cure), Who::Admin, "{cure}: rows 3, 14, 16, 20");
        }
    }
}
