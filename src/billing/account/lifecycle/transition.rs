//! The effect of an event on a trial, an active account and a paused one.

use chrono::{DateTime, Utc};

use super::{Cause, Lifecycle, LifecycleEvent, OnFile, trial_ends_at};
use crate::access::cure::Refused;
use crate::catalog::policy::Policy;

/// The data that only a trial has.
pub(super) struct Trial {
    pub(super) started_at: DateTime<Utc>,
    pub(super) on_file: OnFile,
}

impl Trial {
    pub(super) fn after(
        self,
        event: LifecycleEvent,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Lifecycle, Refused> {
        let on_file = match event {
            LifecycleEvent::PaymentMethodSaved => self.on_file.with_payment_method(),
            LifecycleEvent::LastPaymentMethodRemoved => self.on_file.without_payment_method(),
            LifecycleEvent::BillingDetailsSaved => self.on_file.with_billing_details(),
            LifecycleEvent::Pause { outstanding: _ } => return Err(Refused::InTrial),
            LifecycleEvent::Reactivate { outstanding: _ } => return Err(Refused::NotPaused),
            LifecycleEvent::Cancel { reason: _ } => return Ok(ordered(now)),
        };
        Ok(Self { on_file, ..self }.cured(now, policy))
    }

    /// A trial that has ended and is now complete is active from now on, not from its end.
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
    event: LifecycleEvent,
    now: DateTime<Utc>,
) -> Result<Lifecycle, Refused> {
    match event {
        LifecycleEvent::PaymentMethodSaved
        | LifecycleEvent::LastPaymentMethodRemoved
        | LifecycleEvent::BillingDetailsSaved => Ok(Lifecycle::Active { since }),
        LifecycleEvent::Pause { outstanding } => {
            outstanding.settled()?;
            Ok(Lifecycle::Paused { at: now })
        }
        LifecycleEvent::Reactivate { outstanding: _ } => Err(Refused::NotPaused),
        LifecycleEvent::Cancel { reason: _ } => Ok(ordered(now)),
    }
}

pub(super) fn paused_after(
    at: DateTime<Utc>,
    event: LifecycleEvent,
    now: DateTime<Utc>,
) -> Result<Lifecycle, Refused> {
    match event {
        LifecycleEvent::PaymentMethodSaved
        | LifecycleEvent::LastPaymentMethodRemoved
        | LifecycleEvent::BillingDetailsSaved => Ok(Lifecycle::Paused { at }),
        LifecycleEvent::Reactivate { outstanding } => {
            outstanding.settled()?;
            Ok(Lifecycle::Active { since: now })
        }
        LifecycleEvent::Cancel { reason: _ } => Ok(ordered(now)),
        LifecycleEvent::Pause { outstanding: _ } => Err(Refused::Paused),
    }
}

/// The state after a cancellation by an admin.
const fn ordered(at: DateTime<Utc>) -> Lifecycle {
    Lifecycle::Cancelled {
        at,
        cause: Cause::Ordered,
    }
}
