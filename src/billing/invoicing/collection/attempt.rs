//! One attempt to collect money: an order's charge, a debit that falls due, a payment by hand. They
//! differ in what success and failure mean, not in how an attempt proceeds (SPEC R17, R19).

use alloc::string::String;

use chrono::{DateTime, Utc};

use super::{Outcome, authentication_expires_at};
use crate::catalog::policy::Policy;

/// The state of an attempt to collect money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptState {
    /// Recorded; the gateway is being called.
    Started,
    /// The gateway has not answered, which is neither success nor failure.
    Unknown,
    /// The bank waits for the payer's confirmation.
    Authentication {
        /// After this instant the attempt is given up.
        expires: DateTime<Utc>,
    },
    /// The money was captured.
    Paid {
        /// The gateway's reference of the capture.
        reference: String,
    },
    /// The bank declined it.
    Declined {
        /// The gateway's reason, such as `insufficient_funds`.
        reason: String,
    },
    /// The payer had to confirm it, and did not.
    NotConfirmed(Unconfirmed),
    /// The gateway never received it. Nobody is at fault.
    Never,
}

/// Why a payer did not confirm an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unconfirmed {
    /// The bank asked, and nobody confirmed in time.
    Expired,
    /// Nobody is there whom the bank could ask, so the charge is not sent (A114).
    PayerAbsent,
}

impl Unconfirmed {
    /// The reason that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "authentication_expired",
            Self::PayerAbsent => "authentication_required",
        }
    }
}

/// What the gateway says about an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayAnswer {
    /// The money was captured.
    Captured {
        /// The gateway's reference of the capture.
        reference: String,
    },
    /// The charge was declined and will not be captured.
    Declined {
        /// The gateway's reason, such as `insufficient_funds`.
        reason: String,
    },
    /// The bank waits for the payer's confirmation.
    Authentication,
    /// The charge never arrived or was given up; it will never be captured.
    Never,
}

impl AttemptState {
    /// The state after the gateway has answered; `None` means that it has not.
    ///
    /// **Rule.** Without an answer the outcome is unknown. A charge that the bank wants confirmed fails
    /// when it is given up; one that never arrived has not failed. What is settled stays as it is.
    /// **Source.** SPEC R17, R19.
    /// **Silent on** a gateway that stops answering while the bank waits: the bank still waits.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::catalog::policy::Policy;
    /// # use billing::invoicing::collection::{AttemptState, GatewayAnswer, Unconfirmed};
    /// let started_at = "2025-07-01T00:00:00Z".parse().unwrap();
    /// let after = |state: AttemptState, answer| state.after(answer, started_at, &Policy::default());
    /// let waits = after(AttemptState::Started, Some(GatewayAnswer::Authentication));
    /// let expires = "2025-07-01T00:30:00Z".parse().unwrap();
    /// assert_eq!(waits, AttemptState::Authentication { expires });
    /// assert_eq!(after(waits.clone(), None), waits);
    /// let expired = AttemptState::NotConfirmed(Unconfirmed::Expired);
    /// assert_eq!(after(waits, Some(GatewayAnswer::Never)), expired);
    /// assert_eq!(after(AttemptState::Unknown, Some(GatewayAnswer::Never)), AttemptState::Never);
    /// ```
    pub fn after(
        self,
        answer: Option<GatewayAnswer>,
        started_at: DateTime<Utc>,
        policy: &Policy,
    ) -> Self {
        if !self.is_open() {
            return self;
        }
        let asked = matches!(self, Self::Authentication { .. });
        match answer {
            None if asked => self,
            None => Self::Unknown,
            Some(GatewayAnswer::Authentication) => Self::Authentication {
                expires: authentication_expires_at(started_at, policy),
            },
            Some(GatewayAnswer::Captured { reference }) => Self::Paid { reference },
            Some(GatewayAnswer::Declined { reason }) => Self::Declined { reason },
            Some(GatewayAnswer::Never) if asked => Self::NotConfirmed(Unconfirmed::Expired),
            Some(GatewayAnswer::Never) => Self::Never,
        }
    }

    /// Whether the outcome is still open.
    pub const fn is_open(&self) -> bool {
        match self {
            Self::Started | Self::Unknown | Self::Authentication { .. } => true,
            Self::Paid { .. } | Self::Declined { .. } | Self::NotConfirmed(_) | Self::Never => {
                false
            }
        }
    }

    /// Whether the bank waits for the payer at an instant at which it no longer counts.
    pub fn has_expired(&self, now: DateTime<Utc>) -> bool {
        matches!(self, Self::Authentication { expires } if *expires <= now)
    }

    /// Why the attempt failed; `None` when it has not.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Declined { reason } => Some(reason),
            Self::NotConfirmed(because) => Some(because.as_str()),
            Self::Started
            | Self::Unknown
            | Self::Authentication { .. }
            | Self::Paid { .. }
            | Self::Never => None,
        }
    }

    /// What the state means for the dunning: a charge that never arrived is nobody's failure.
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::Started | Self::Unknown | Self::Never => Outcome::Unknown,
            Self::Authentication { .. } => Outcome::Processing,
            Self::Paid { .. } => Outcome::Paid,
            Self::Declined { .. } => Outcome::Declined,
            Self::NotConfirmed(_) => Outcome::NotConfirmed,
        }
    }

    /// The word that is stored.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Unknown => "unknown",
            Self::Authentication { .. } => "authentication",
            Self::Paid { .. } => "paid",
            Self::Declined { .. } => "declined",
            Self::NotConfirmed(_) => "not_confirmed",
            Self::Never => "never",
        }
    }
}
