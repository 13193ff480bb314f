//! The billing data of a trial (SPEC R8).

use serde::{Deserialize, Serialize};

/// Which of the two things that a paid plan needs are on file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFile {
    /// Neither is on file.
    Nothing,
    /// Only a payment method is on file.
    PaymentMethod,
    /// Only the billing details are on file.
    BillingDetails,
    /// Both are on file: the trial will become a paid plan.
    Both,
}

impl OnFile {
    /// Adds a payment method.
    pub const fn with_payment_method(self) -> Self {
        match self {
            Self::Nothing | Self::PaymentMethod => Self::PaymentMethod,
            Self::BillingDetails | Self::Both => Self::Both,
        }
    }

    /// Removes the payment method.
    pub const fn without_payment_method(self) -> Self {
        match self {
            Self::Nothing | Self::PaymentMethod => Self::Nothing,
            Self::BillingDetails | Self::Both => Self::BillingDetails,
        }
    }

    /// Adds the billing details. They can be changed, but not removed.
    pub const fn with_billing_details(self) -> Self {
        match self {
            Self::Nothing | Self::BillingDetails => Self::BillingDetails,
            Self::PaymentMethod | Self::Both => Self::Both,
        }
    }
}
