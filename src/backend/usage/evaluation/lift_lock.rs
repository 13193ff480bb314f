//! Lifts a usage lock by order of the operator (SPEC R11): with a reason, logged and mailed.

use api::audit::Action;
use api::problem::Problem;
use billing::account::account_state::AccountEvent;
use billing::account::usage_lock::{self, UsageLock};
use billing::period::day_start;
use billing::text::{OneLine, OneLineFault};
use billing::{BillingPeriod, OrganizationId, OutOfRange};
use chrono::{DateTime, NaiveDate, Utc};

use crate::account::access_control::refusal;
use crate::account::sentence;
use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::mail::figures::date;
use crate::notification::Notification;
use crate::store::records::outbox;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::subscriptions::annual_terms;
use crate::store::{Changes, Tx, Work, account_states, organizations};

/// Lifts a usage lock of either kind.
#[derive(Debug)]
pub struct LiftLock {
    pub organization_id: OrganizationId,
    /// The reason, for the log and the mail.
    pub reason: String,
    /// The day on which usage may lock again. By default the day after the month that locked, or after
    /// the year (A183).
    pub until: Option<NaiveDate>,
    pub now: DateTime<Utc>,
}

impl Work for LiftLock {
    /// The day on which usage may lock again.
    type Output = NaiveDate;

    fn changes(&self) -> Changes {
        Changes::Account(self.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<NaiveDate, Error> {
        let id = &self.organization_id;
        let reason = match OneLine::parse(&self.reason) {
            Ok(reason) => String::from(reason),
            Err(mistyped) if mistyped.fault == OneLineFault::Empty => {
                let needs = "Enter a reason: the admins read it in a mail and in the activity log";
                return Err(Problem::field("reason", needs).into());
            }
            Err(mistyped) => return Err(Problem::field("reason", sentence(&mistyped.fault)).into()),
        };
        let offset = organizations::find(tx, id).await?.zone_offset_minutes;
        let before = account_states::find(tx, id).await?;
        let day = match self.until {
            Some(day) => day,
            None => self.end_of_measure(tx, before.usage_lock(), offset).await?,
        };
        let until = day_start(day, offset).ok_or(OutOfRange)?;
        if until <= self.now {
            return Err(Problem::field("until", "Choose a day in the future").into());
        }
        let lifted = AccountEvent::Usage(usage_lock::UsageEvent::Lifted { until });
        let after = before.after(lifted, self.now, &tx.policy());
        let after = after.map_err(refusal)?;
        account_states::replace(tx, id, &after, self.now).await?;
        let action = Action::UsageLockLifted;
        let notification = Notification::UsageLockLifted {
            until,
            reason: reason.clone(),
        };
        outbox::publish(tx, id, &notification, self.now).await?;
        let entry = AuditEntry {
            actor: &Actor::operator(),
            at: self.now,
            action,
            object: id.as_str(),
            description: format!("until {}, because {reason}", date(day)),
            change: AuditChange::NONE,
        };
        records::audit(tx, id, entry).await?;
        Ok(day)
    }
}

impl LiftLock {
    /// The day after the month, or after the annual term, whose usage has locked.
    async fn end_of_measure(
        &self,
        tx: &mut Tx,
        lock: UsageLock,
        offset_minutes: i32,
    ) -> Result<NaiveDate, Error> {
        let today = billing_day(self.now, offset_minutes);
        let month = BillingPeriod::of(today).ok_or(OutOfRange)?;
        let year = match lock {
            UsageLock::AnnualSoft { .. } => {
                annual_terms::on(tx, &self.organization_id, today).await?
            }
            UsageLock::Overage { .. } | UsageLock::Clear { .. } => None,
        };
        Ok(year.map_or(month.end(), |year| year.term.end()))
    }
}
