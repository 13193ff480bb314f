//! Runs one job of one organization, in one transaction.

use billing::{BillingPeriod, OrganizationId, OutOfRange};
use chrono::{DateTime, Utc};

use super::life;
use super::retention;
use crate::foundation::clock::Timestamps;
use crate::foundation::error::Error;
use crate::invoicing::month::{CloseMonth, Closed};
use crate::leaving::ending;
use crate::store::payments::attempts;
use crate::store::retention::Deleted;
use crate::store::schedule::{self, DeadlineKind, Due, Scope};
use crate::store::{Changes, Tx, Work, due_dates};
use crate::usage::evaluation;

/// Runs the next due job of an organization.
#[derive(Debug)]
pub(super) struct Next {
    pub(super) organization_id: OrganizationId,
    /// Jobs that are due later are left alone.
    pub(super) until: DateTime<Utc>,
    pub(super) scope: Scope,
    /// The present instant. A late job acts as of its due instant, and is logged as of this one.
    pub(super) now: DateTime<Utc>,
}

/// The result of one step.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing is due, or another process is working on the organization.
    Nothing,
    /// A job of this kind was done.
    Done(DeadlineKind),
    /// A part of the job was done; more is left.
    DoneInPart,
    /// The job waits for a payment whose outcome is open; this row asks the gateway about it.
    Waits(Option<Due>),
    /// This job calls the gateway, outside any transaction.
    Gateway(Due),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    Done,
    InPart,
    Waits,
}

impl Work for Next {
    type Output = Step;

    fn changes(&self) -> Changes {
        Changes::Organization(self.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<Step, Error> {
        let id = &self.organization_id;
        if !schedule::take(tx, id, self.until).await? {
            return Ok(Step::Nothing);
        }
        let Some(due) = schedule::first(tx, id, self.until, self.scope).await? else {
            return Ok(Step::Nothing);
        };
        if schedule::gateway_call(due.kind).is_some() {
            return Ok(Step::Gateway(due));
        }
        match self.carry_out(tx, &due).await? {
            Progress::Done => {}
            Progress::InPart => return Ok(Step::DoneInPart),
            Progress::Waits => return Ok(Step::Waits(schedule::payment_check(tx, id).await?)),
        }
        schedule::remove(tx, id, &due).await?;
        due_dates::sync(tx, id, self.now).await?;
        schedule::unpark(tx, id).await?;
        if schedule::first(tx, id, self.until, self.scope)
            .await?
            .as_ref()
            == Some(&due)
        {
            let kind = due.kind.as_str();
            return Err(Error::unexpected(format!(
                "the job {kind} leaves itself due"
            )));
        }
        Ok(Step::Done(due.kind))
    }
}

impl Next {
    pub(super) async fn carry_out(&self, tx: &mut Tx, due: &Due) -> Result<Progress, Error> {
        let id = &self.organization_id;
        let times = Timestamps {
            effective_at: due.at,
            recorded_at: self.now,
        };
        match due.kind {
            DeadlineKind::TrialLock => life::trial_locks(tx, id, times).await?,
            DeadlineKind::TrialEnd => life::trial_ends(tx, id, times).await?,
            DeadlineKind::GraceEnd => life::grace_ends(tx, id, times).await?,
            DeadlineKind::EndNotice => life::tells_of_end(tx, id, times).await?,
            DeadlineKind::TrialCancellation | DeadlineKind::LockEnd | DeadlineKind::PauseEnd => {
                // A lock that an open payment may cure does not end the account before the payment's
                // outcome is known.
                let cures = due.kind == DeadlineKind::LockEnd;
                if attempts::has_open_order(tx, id).await?
                    || (cures && attempts::for_invoices(tx, id).await?.is_some())
                {
                    return Ok(Progress::Waits);
                }
                life::ends(tx, id, times).await?;
            }
            DeadlineKind::MonthChange => return self.change_month(tx, due).await,
            DeadlineKind::Alerts => evaluation::evaluate(tx, id, self.now).await?,
            DeadlineKind::RetentionBoundary => {
                return Ok(match retention::expire(tx, id, times).await? {
                    Deleted::Everything => Progress::Done,
                    Deleted::ABatch => Progress::InPart,
                });
            }
            DeadlineKind::BackupPurge => ending::purge(tx, id, times).await?,
            // The schedule is updated afterwards, and nothing else is to be done.
            DeadlineKind::Schedule | DeadlineKind::PaymentCheck | DeadlineKind::Collect => {}
            // These never become rows of the schedule: they are part of the month change, or are
            // checked where they are stored.
            DeadlineKind::QuoteExpiry
            | DeadlineKind::AuthenticationExpiry
            | DeadlineKind::NextBillingDate
            | DeadlineKind::AnnualTermEnd
            | DeadlineKind::ScheduledChange
            | DeadlineKind::PredebitNotice
            | DeadlineKind::EarliestDebit => {}
        }
        Ok(Progress::Done)
    }

    async fn change_month(&self, tx: &mut Tx, due: &Due) -> Result<Progress, Error> {
        let first = due.subject.parse().map_err(|_| OutOfRange)?;
        let work = CloseMonth {
            organization_id: self.organization_id.clone(),
            period: BillingPeriod::of(first).ok_or(OutOfRange)?,
            now: self.now,
        };
        Ok(match work.run(tx).await? {
            Closed::Now(_) | Closed::Before => Progress::Done,
            // The clock has stepped back, an earlier month is open, or a payment's outcome is open.
            Closed::NotOver | Closed::OutOfOrder(_) | Closed::PaymentPending => Progress::Waits,
        })
    }
}
