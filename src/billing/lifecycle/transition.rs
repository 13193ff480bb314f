//! What an event does to a trial, to an active account and to a paused one.

use chrono::{DateTime, Utc};

use super::{Cause, Event, Lifecycle, OnFile, trial_ends_at};
use crate::cure::Refused;
use crate::policy::Policy;

/// What a trial alone carries.
pub(super) struct Trial {
    pub(super) started_at: DateTime<Utc>,
    pub(super) on_file: OnFile,
}

impl Trial {
    pub(super) fn after(
        self,
        event: Event,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Lifecycle, Refused> {
        let on_file = match event {
            Event::PaymentMethodSaved => self.on_file.with_payment_method(),
            Event::LastPaymentMethodRemoved => self.on_file.without_payment_method(),
            Event::BillingDetailsSaved => self.on_file.with_billing_details(),
            Event::Pause { outstanding: _ } => return Err(Refused::InTrial),
            Event::Reactivate { outstanding: _ } => return Err(Refused::NotPaused),
            Event::Cancel { reason: _ } => return Ok(ordered(now)),
        };
        Ok(Self { on_file, ..self }.cured(now, policy))
    }

    /// One that has ended and is complete now is active from now on, not from its end.
    fn cured(self, now: DateTime<Utc>, policy: &Policy) -> Lifecycle {
        let Self {
            started_at,
            on_file,
        } = self;
        match on_file {
            OnFile::Both if now >= trial_ends_at(started_at, policy) => {
                Lifecycle::Active { since: now }
            }
            OnFile::Nothing | OnFile::PaymentMethod | OnFile::BillingDetails | OnFile::Both => {
                Lifecycle::Trial {
                    started_at,
                    on_file,
                }
            }
        }
    }
}

pub(super) fn active_after(
    since: DateTime<Utc>,
    event: Event,
    now: DateTime<Utc>,
) -> Result<Lifecycle, Refused> {
    match event {
        Event::PaymentMethodSaved
        | Event::LastPaymentMethodRemoved
        | Event::BillingDetailsSaved => Ok(Lifecycle::Active { since }),
        Event::Pause { outstanding } => {
            outstanding.settled()?;
            Ok(Lifecycle::Paused { at: now })
        }
        Event::Reactivate { outstanding: _ } => Err(Refused::NotPaused),
        Event::Cancel { reason: _ } => Ok(ordered(now)),
    }
}

pub(super) fn paused_after(
    at: DateTime<Utc>,
    event: Event,
    now: DateTime<Utc>,
) -> Result<Lifecycle, Refused> {
    match event {
        Event::PaymentMethodSaved
        | Event::LastPaymentMethodRemoved
        | Event::BillingDetailsSaved => Ok(Lifecycle::Paused { at }),
        Event::Reactivate { outstanding } => {
            outstanding.settled()?;
            Ok(Lifecycle::Active { since: now })
        }
        Event::Cancel { reason: _ } => Ok(ordered(now)),
        Event::Pause { outstanding: _ } => Err(Refused::Paused),
    }
}

/// Cancelled by an admin.
const fn ordered(at: DateTime<Utc>) -> Lifecycle {
    Lifecycle::Cancelled {
        at,
        cause: Cause::Ordered,
    }
}
