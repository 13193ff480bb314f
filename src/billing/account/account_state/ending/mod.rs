//! How time ends an account, and the notice that announces it (SPEC R2; rows 5, 17 and 25).

use chrono::{DateTime, Utc};

use super::AccountState;
use crate::account::dunning::{self, Dunning};
use crate::account::end_notice::{EndNotice, kept_end, pause_notified_at};
use crate::account::lifecycle::{self, Cause, Lifecycle, OnFile};
use crate::catalog::policy::Policy;

/// An end that comes if nobody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ending {
    /// The end by the rules alone.
    pub(super) nominal: DateTime<Utc>,
    /// The instant of its notice: when the account locks, when the trial expires, a week before a pause ends.
    pub(super) notified_at: DateTime<Utc>,
    /// The cause of the end.
    pub(super) cause: Cause,
}

impl AccountState {
    /// When the account is cancelled if nobody acts; `None` when nothing ends it.
    ///
    /// **Rule.** At the end by the rules, but not before its notice has been out for 72 hours. A notice
    /// that is not out yet is sent now at the earliest.
    /// **Source.** SPEC R2; section 6, rows 5, 17 and 25.
    pub fn ends_at(&self, policy: &Policy) -> Option<DateTime<Utc>> {
        match self.lifecycle {
            Lifecycle::Cancelled { at, cause: _ } => Some(at),
            Lifecycle::Trial { .. } | Lifecycle::Active { .. } | Lifecycle::Paused { .. } => {
                let ending = self.ending(policy)?;
                Some(kept_end(ending.nominal, self.notified_at(&ending)))
            }
        }
    }

    /// The end by the rules alone, whether or not it was announced.
    ///
    /// **Source.** SPEC 6, rows 5, 17 and 25.
    pub fn nominal_end(&self, policy: &Policy) -> Option<DateTime<Utc>> {
        self.ending(policy).map(|ending| ending.nominal)
    }

    /// When the notice of the end is due; `None` when it has been sent, or when the notice of an earlier
    /// deadline, such as that of the lock, announces the end.
    ///
    /// **Source.** SPEC R2, A171.
    pub fn end_notice_due(&self, policy: &Policy) -> Option<DateTime<Utc>> {
        let ending = self.ending(policy)?;
        let is_last = match (self.lifecycle, self.dunning) {
            (Lifecycle::Paused { .. }, _) | (Lifecycle::Active { .. }, Dunning::Locked { .. }) => {
                true
            }
            (Lifecycle::Trial { .. }, _) => self.as_of >= ending.notified_at,
            (Lifecycle::Active { .. }, Dunning::Clear | Dunning::Grace { .. })
            | (Lifecycle::Cancelled { .. }, _) => false,
        };
        match self.end_notice {
            EndNotice::NotYet if is_last => Some(ending.notified_at),
            EndNotice::NotYet | EndNotice::WhenDue | EndNotice::Out(_) => None,
        }
    }

    /// The cause that ends the account if nobody acts.
    pub fn end_cause(&self, policy: &Policy) -> Option<Cause> {
        self.ending(policy).map(|ending| ending.cause)
    }

    /// The same state, except that its end counts as announced only if the record says so. Stored states
    /// are read this way.
    pub fn by_the_record(self, policy: &Policy) -> Self {
        match (self.end_notice, self.ending(policy)) {
            (EndNotice::WhenDue, Some(_)) => Self {
                end_notice: EndNotice::NotYet,
                ..self
            },
            (EndNotice::WhenDue | EndNotice::NotYet | EndNotice::Out(_), _) => self,
        }
    }

    /// The state after the notice of its end has been sent; unchanged when it was sent before, or when
    /// nothing ends the account.
    pub fn with_end_announced(self, at: DateTime<Utc>, policy: &Policy) -> Self {
        match (self.end_notice, self.ending(policy)) {
            (EndNotice::WhenDue | EndNotice::NotYet, Some(_)) => Self {
                end_notice: EndNotice::Out(at),
                ..self
            },
            (EndNotice::WhenDue | EndNotice::NotYet | EndNotice::Out(_), _) => self,
        }
    }

    /// A notice belongs to one end: it does not announce another one.
    pub(super) fn with_notice_of(self, before: &Self, policy: &Policy) -> Self {
        if self.nominal_end(policy) == before.nominal_end(policy) {
            return self;
        }
        let end_notice = match before.end_notice {
            EndNotice::WhenDue => EndNotice::WhenDue,
            EndNotice::NotYet | EndNotice::Out(_) => match self.ending(policy) {
                Some(_) => EndNotice::NotYet,
                None => EndNotice::WhenDue,
            },
        };
        Self { end_notice, ..self }
    }

    /// The end that comes if nobody acts.
    pub(super) fn ending(&self, policy: &Policy) -> Option<Ending> {
        match self.lifecycle {
            Lifecycle::Trial {
                started_at,
                on_file,
            } => match on_file {
                OnFile::Both => None,
                OnFile::Nothing | OnFile::PaymentMethod | OnFile::BillingDetails => Some(Ending {
                    nominal: lifecycle::trial_cancels_at(started_at, policy),
                    notified_at: lifecycle::trial_ends_at(started_at, policy),
                    cause: Cause::TrialExpired,
                }),
            },
            Lifecycle::Active { since: _ } => match self.dunning {
                Dunning::Clear => None,
                Dunning::Grace { failed_at } | Dunning::Locked { failed_at } => Some(Ending {
                    nominal: dunning::cancels_at(failed_at, policy),
                    notified_at: dunning::grace_ends_at(failed_at, policy),
                    cause: Cause::Unpaid,
                }),
            },
            Lifecycle::Paused { at } => {
                let nominal = lifecycle::pause_ends_at(at, policy);
                Some(Ending {
                    nominal,
                    notified_at: pause_notified_at(at, nominal),
                    cause: Cause::PauseExpired,
                })
            }
            Lifecycle::Cancelled { at: _, cause: _ } => None,
        }
    }

    /// When the notice was sent, or will be at the earliest.
    fn notified_at(&self, ending: &Ending) -> DateTime<Utc> {
        match self.end_notice {
            EndNotice::WhenDue => ending.notified_at,
            EndNotice::NotYet => ending.notified_at.max(self.as_of),
            EndNotice::Out(at) => at,
        }
    }
}

#[cfg(test)]
mod tests;
