//! The complete state of an account: lifecycle, dunning and usage lock (SPEC 6).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::access::OrderKind;
use crate::access::cure::Refused;
use crate::account::dunning::{self, Charge, Dunning};
use crate::account::end_notice::EndNotice;
use crate::account::lifecycle::{self, Lifecycle, OnFile};
use crate::account::usage_lock::{self, UsageLock};
use crate::catalog::policy::Policy;

mod conditions;
mod ending;
mod history;
mod month_end;
mod parts;

pub use conditions::{conditions, works};
pub use history::{BadHistory, Fact, state_at};
pub use parts::Contradiction;
use parts::Parts;

/// The three state machines together, and the latest instant that the state has been advanced to.
///
/// Time never goes back before that instant: for an earlier one, the state of the later one is
/// returned. So a clock that is set back unlocks, charges and deletes nothing (A66).
///
/// A trial has neither dunning nor a usage lock, a paused account has no dunning, a cancelled one has
/// neither. Any other combination is invalid and fails to deserialize.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct AccountState {
    lifecycle: Lifecycle,
    dunning: Dunning,
    usage_lock: UsageLock,
    end_notice: EndNotice,
    as_of: DateTime<Utc>,
}

/// An event of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AccountEvent {
    /// An event of the lifecycle.
    Life(lifecycle::LifecycleEvent),
    /// An event of a payment.
    Payment(dunning::PaymentEvent),
    /// An event of the usage, or of the limit that it is compared with.
    Usage(usage_lock::UsageEvent),
    /// A plan change without a higher tier; that is [`usage_lock::UsageEvent::Upgraded`].
    Plan(PlanOrder),
}

/// An order that changes the plan but no state. It is an event so that a state can refuse it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanOrder {
    /// A lower tier (SPEC R6, row 9).
    Downgrade,
    /// A new add-on (SPEC R7, row 11).
    AddAddOn,
    /// The removal of an add-on (SPEC R7, row 9).
    RemoveAddOn,
    /// The withdrawal of a scheduled change (row 10).
    Withdraw,
}

impl AccountState {
    /// A new account: its setup is complete and its trial begins (SPEC 6, row 1).
    pub const fn started(at: DateTime<Utc>) -> Self {
        let on_file = OnFile::Nothing;
        let lifecycle = Lifecycle::Trial {
            started_at: at,
            on_file,
        };
        Self {
            lifecycle,
            dunning: Dunning::Clear,
            usage_lock: UsageLock::CLEAR,
            end_notice: EndNotice::WhenDue,
            as_of: at,
        }
    }

    /// An account that is charged since `since`, with nothing unpaid and nothing locked.
    pub const fn running(since: DateTime<Utc>) -> Self {
        Self {
            lifecycle: Lifecycle::Active { since },
            dunning: Dunning::Clear,
            usage_lock: UsageLock::CLEAR,
            end_notice: EndNotice::WhenDue,
            as_of: since,
        }
    }

    /// The state of the lifecycle.
    pub const fn lifecycle(&self) -> Lifecycle {
        self.lifecycle
    }

    /// The state of dunning after a failed payment.
    pub const fn dunning(&self) -> Dunning {
        self.dunning
    }

    /// The state of the usage lock.
    pub const fn usage_lock(&self) -> UsageLock {
        self.usage_lock
    }

    /// Whether the notice of the account's end has been sent.
    pub const fn end_notice(&self) -> EndNotice {
        self.end_notice
    }

    /// The latest instant that this state has been advanced to.
    pub const fn as_of(&self) -> DateTime<Utc> {
        self.as_of
    }

    /// The state at `now`: every deadline that has passed has acted, at its own instant.
    ///
    /// **Rule.** Each machine advances by itself. In addition, an end that has come and was announced in
    /// time cancels the account, for example when dunning has run out.
    /// **Source.** SPEC 6, R2, R12, rows 5, 17 and 25.
    ///
    /// # Worked example
    ///
    /// A charge fails on 1 July 2025 at 00:05: cancelled on 25 July at 00:05, even if no job runs before
    /// August.
    ///
    /// ```
    /// # use billing::{catalog::policy::Policy, account::account_state::{AccountState, AccountEvent}};
    /// # use billing::account::{dunning::{self, Charge}, lifecycle::{self, Cause, Lifecycle}};
    /// let policy = Policy::default();
    /// let instant = |text: &str| text.parse().unwrap();
    /// let mut account = AccountState::started(instant("2025-05-17T00:00:00Z"));
    /// for saved in [lifecycle::LifecycleEvent::PaymentMethodSaved, lifecycle::LifecycleEvent::BillingDetailsSaved] {
    ///     let now = instant("2025-05-18T00:00:00Z");
    ///     account = account.after(AccountEvent::Life(saved), now, &policy).unwrap();
    /// }
    /// let failed = AccountEvent::Payment(dunning::PaymentEvent::PaymentFailed { charge: Charge::Scheduled });
    /// account = account.after(failed, instant("2025-07-01T00:05:00Z"), &policy).unwrap();
    /// let ended = Lifecycle::Cancelled { at: instant("2025-07-25T00:05:00Z"), cause: Cause::Unpaid };
    /// assert_ne!(account.at(instant("2025-07-25T00:04:59Z"), &policy).lifecycle(), ended);
    /// assert_eq!(account.at(instant("2025-08-01T00:00:00Z"), &policy).lifecycle(), ended);
    /// ```
    pub fn at(self, now: DateTime<Utc>, policy: &Policy) -> Self {
        let as_of = now.max(self.as_of);
        let here = Self { as_of, ..self };
        match (self.lifecycle, here.ending(policy), here.ends_at(policy)) {
            (Lifecycle::Cancelled { .. }, ..) => Self::cancelled(self.lifecycle, as_of),
            (_, Some(ending), Some(at)) if as_of >= at => {
                let cause = ending.cause;
                Self::cancelled(Lifecycle::Cancelled { at, cause }, as_of)
            }
            (_, ending, _) => Self {
                // An account that is about to end has no other deadlines in its lifecycle.
                lifecycle: match ending {
                    Some(_) => self.lifecycle,
                    None => self.lifecycle.at(as_of, policy),
                },
                dunning: self.dunning.at(as_of, policy),
                usage_lock: self.usage_lock.at(as_of),
                ..here
            },
        }
    }

    /// The state just before an instant, without the deadlines at that very instant.
    ///
    /// **Rule.** A month is closed with the account as it was before the month's end: every other deadline
    /// at that instant acts after the close. Instants are kept to the microsecond.
    /// **Source.** SPEC R2.
    ///
    /// # Worked example
    ///
    /// A complete trial that ends on 1 May: at midnight it is over, just before it was a trial.
    ///
    /// ```
    /// # use billing::catalog::policy::Policy;
    /// # use billing::account::{account_state::AccountState, lifecycle::Lifecycle};
    /// let trial: AccountState = serde_json::from_str(r#"{
    ///     "lifecycle": {"trial": {"started_at": "2026-04-01T00:00:00Z", "on_file": "both"}},
    ///     "dunning": "clear",
    ///     "usage_lock": {"clear": {"lifted_until": null}},
    ///     "as_of": "2026-04-01T00:00:00Z"
    /// }"#).unwrap();
    /// let (may, policy) = ("2026-05-01T00:00:00Z".parse().unwrap(), Policy::default());
    /// assert_eq!(trial.at(may, &policy).lifecycle(), Lifecycle::Active { since: may });
    /// assert_eq!(trial.before(may, &policy).lifecycle(), trial.lifecycle());
    /// ```
    pub fn before(self, instant: DateTime<Utc>, policy: &Policy) -> Self {
        let before = instant.checked_sub_signed(TimeDelta::microseconds(1));
        self.at(before.unwrap_or(instant), policy)
    }

    /// The state after an event at an instant. An event before [`AccountState::as_of`] counts as of
    /// that instant.
    ///
    /// **Rule.** Each machine by itself, and these rules across them: no pause and no removal of the last
    /// payment method while anything is owed; during the payment lock only paying; during a usage lock only
    /// an upgrade; nothing is charged or locked in a trial or a pause.
    /// **Source.** SPEC 6 rows 6 to 11 and 23, "What works when"; R8, R13, 4.7; A39.
    pub fn after(
        self,
        event: AccountEvent,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Self, Refused> {
        let here = self.at(now, policy);
        let next = match here.lifecycle {
            Lifecycle::Trial { .. } => here.in_trial(event, policy)?,
            Lifecycle::Active { .. } => here.while_active(event, policy)?,
            Lifecycle::Paused { .. } => here.while_paused(event, policy)?,
            Lifecycle::Cancelled { .. } => return Err(Refused::Cancelled),
        };
        Ok(next.with_notice_of(&here, policy).at(now, policy))
    }

    /// Every plan change is free and takes effect at once; nothing is charged, nothing locks (R8).
    fn in_trial(self, event: AccountEvent, policy: &Policy) -> Result<Self, Refused> {
        match event {
            AccountEvent::Life(event) => self.with_life_after(event, policy),
            AccountEvent::Payment(event) => self.without_charges(event),
            AccountEvent::Usage(event) => match event {
                usage_lock::UsageEvent::Counted(_)
                | usage_lock::UsageEvent::Corrected { .. }
                | usage_lock::UsageEvent::MonthClosed(_)
                | usage_lock::UsageEvent::Upgraded(_) => Ok(self),
                usage_lock::UsageEvent::Lifted { until: _ } => Err(Refused::NotLocked),
            },
            AccountEvent::Plan(_) => self.may_order(policy).map(|()| self),
        }
    }

    fn while_active(self, event: AccountEvent, policy: &Policy) -> Result<Self, Refused> {
        match event {
            AccountEvent::Life(event) => match event {
                lifecycle::LifecycleEvent::Pause { outstanding: _ }
                | lifecycle::LifecycleEvent::LastPaymentMethodRemoved => {
                    self.without_debt()?.with_life_after(event, policy)
                }
                lifecycle::LifecycleEvent::PaymentMethodSaved
                | lifecycle::LifecycleEvent::BillingDetailsSaved
                | lifecycle::LifecycleEvent::Reactivate { outstanding: _ }
                | lifecycle::LifecycleEvent::Cancel { reason: _ } => {
                    self.with_life_after(event, policy)
                }
            },
            AccountEvent::Payment(event) => Ok(Self {
                dunning: self.dunning.after(event, self.as_of, policy),
                ..self
            }),
            AccountEvent::Usage(event) => {
                if let usage_lock::UsageEvent::Upgraded(_) = event {
                    self.may_upgrade(policy)?;
                }
                self.with_usage_after(event, policy)
            }
            AccountEvent::Plan(_) => self.may_order(policy).map(|()| self),
        }
    }

    /// Only the sixty days of the pause go on (R13, A39).
    fn while_paused(self, event: AccountEvent, policy: &Policy) -> Result<Self, Refused> {
        match event {
            AccountEvent::Life(event) => self.with_life_after(event, policy),
            AccountEvent::Payment(event) => self.without_charges(event),
            AccountEvent::Usage(event) => match event {
                usage_lock::UsageEvent::Counted(_)
                | usage_lock::UsageEvent::Corrected { .. }
                | usage_lock::UsageEvent::MonthClosed(_) => Ok(self),
                usage_lock::UsageEvent::Upgraded(_) => self.may_upgrade(policy).map(|()| self),
                usage_lock::UsageEvent::Lifted { until: _ } => self.with_usage_after(event, policy),
            },
            AccountEvent::Plan(_) => self.may_order(policy).map(|()| self),
        }
    }

    fn with_life_after(
        self,
        event: lifecycle::LifecycleEvent,
        policy: &Policy,
    ) -> Result<Self, Refused> {
        let lifecycle = self.lifecycle.moved(event, self.as_of, policy)?;
        Ok(Self { lifecycle, ..self })
    }

    fn with_usage_after(
        self,
        event: usage_lock::UsageEvent,
        policy: &Policy,
    ) -> Result<Self, Refused> {
        let usage_lock = self.usage_lock.after(event, self.as_of, policy)?;
        Ok(Self { usage_lock, ..self })
    }

    fn without_charges(self, event: dunning::PaymentEvent) -> Result<Self, Refused> {
        match event {
            dunning::PaymentEvent::PaymentFailed {
                charge: Charge::Scheduled,
            } => Err(Refused::NothingCharged),
            dunning::PaymentEvent::PaymentFailed {
                charge: Charge::OnDemand,
            }
            | dunning::PaymentEvent::PaymentSucceeded { left: _ }
            | dunning::PaymentEvent::PaymentProcessing => Ok(self),
        }
    }

    fn without_debt(self) -> Result<Self, Refused> {
        match self.dunning {
            Dunning::Clear => Ok(self),
            Dunning::Grace { .. } | Dunning::Locked { .. } => Err(Refused::OpenDebt),
        }
    }

    /// Whether the table allows an upgrade.
    fn may_upgrade(&self, policy: &Policy) -> Result<(), Refused> {
        self.may(OrderKind::Upgrade, policy)
    }

    /// Whether the table allows any other change.
    fn may_order(&self, policy: &Policy) -> Result<(), Refused> {
        self.may(OrderKind::Other, policy)
    }

    fn may(&self, order: OrderKind, policy: &Policy) -> Result<(), Refused> {
        let refused = works(self, policy).plan_change.refuses(order);
        refused.map_or(Ok(()), Err)
    }

    const fn cancelled(lifecycle: Lifecycle, as_of: DateTime<Utc>) -> Self {
        Self {
            lifecycle,
            dunning: Dunning::Clear,
            usage_lock: UsageLock::CLEAR,
            end_notice: EndNotice::WhenDue,
            as_of,
        }
    }
}

#[cfg(test)]
mod product_tests;
#[cfg(test)]
mod reach_tests;
#[cfg(test)]
mod rows_tests;
#[cfg(test)]
mod schedule_tests;
