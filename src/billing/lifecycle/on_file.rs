//! What a trial has to charge with (SPEC R8).

use serde::{Deserialize, Serialize};

/// Which of the two things that a paid plan needs are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFile {
    /// Neither.
    Nothing,
    /// A payment method; the billing details are missing.
    PaymentMethod,
    /// The billing details; a payment method is missing.
    BillingDetails,
    /// Both: the trial goes over into a paid plan.
    Both,
}

impl OnFile {
    /// With a payment method.
    pub const fn with_payment_method(self) -> Self {
        match self {
            Self::Nothing | Self::PaymentMethod => Self::PaymentMethod,
            Self::BillingDetails | Self::Both => Self::Both,
        }
    }

    /// Without a payment method.
    pub const fn without_payment_method(self) -> Self {
        match self {
            Self::Nothing | Self::PaymentMethod => Self::Nothing,
            Self::BillingDetails | Self::Both => Self::BillingDetails,
        }
    }

    /// With billing details. They can be changed, but not removed.
    pub const fn with_billing_details(self) -> Self {
        match self {
            Self::Nothing | Self::BillingDetails => Self::BillingDetails,
            Self::PaymentMethod | Self::Both => Self::Both,
        }
    }
}
