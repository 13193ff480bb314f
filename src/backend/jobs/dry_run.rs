//! Shows what a run would do, without doing it: `prorata run-jobs --dry-run`.
//!
//! Each organization's jobs run in a transaction that is rolled back. The gateway is not called: its
//! answers cannot be foreseen, so the calls that are due are listed last.

use std::fmt;

use billing::OrganizationId;
use chrono::{DateTime, Utc};

use super::next::{Next, Progress};
use crate::foundation::error::Error;
use crate::services::Services;
use crate::store::schedule::{self, DeadlineKind, Due, Scope};
use crate::store::{Changes, Tx, Work, account_states, due_dates, organizations};

/// A job that a run would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedJob {
    pub organization_id: OrganizationId,
    pub kind: DeadlineKind,
    /// What the job is about when an organization has several of its kind, such as an invoice number.
    pub subject: String,
    /// The instant as of which the rules do the job.
    pub at: DateTime<Utc>,
    /// The instant at which it would be done, when that is later: the end of an account waits for its
    /// notice.
    pub not_before: Option<DateTime<Utc>>,
}

/// The jobs that a run would do now, in order, organization by organization. Nothing is changed.
pub async fn planned_jobs(
    services: &Services,
    now: DateTime<Utc>,
) -> Result<Vec<PlannedJob>, Error> {
    let ids = organizations::ids(&mut services.store.reading().await?).await?;
    let mut planned = Vec::new();
    for organization_id in ids {
        let dry_run = DryRun {
            organization_id,
            now,
        };
        planned.extend(services.store.dry_run(dry_run).await?);
    }
    Ok(planned)
}

/// The dry run of one organization's jobs.
#[derive(Debug)]
struct DryRun {
    organization_id: OrganizationId,
    now: DateTime<Utc>,
}

impl Work for DryRun {
    type Output = Vec<PlannedJob>;

    fn changes(&self) -> Changes {
        Changes::Organization(self.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<Vec<PlannedJob>, Error> {
        let id = &self.organization_id;
        let mut planned = Vec::new();
        while let Some(due) = schedule::first(tx, id, self.now, Scope::AtOnce).await? {
            let next = Next {
                organization_id: id.to_owned(),
                until: self.now,
                scope: Scope::AtOnce,
                now: self.now,
            };
            match next.carry_out(tx, &due).await? {
                Progress::Done => {}
                Progress::InPart | Progress::Waits => break,
            }
            schedule::remove(tx, id, &due).await?;
            due_dates::sync(tx, id, self.now).await?;
            if !self.waits(tx, &due).await? {
                planned.push(self.planned(due, None));
            }
        }
        let state = account_states::find(tx, id).await?;
        let nominal_end = state.nominal_end(&tx.policy());
        for due in schedule::all(tx, id).await? {
            match nominal_end {
                Some(nominal) if due.kind.ends_account() && nominal <= self.now => {
                    let later = Some(due.at).filter(|at| *at > nominal);
                    let due = Due { at: nominal, ..due };
                    planned.push(self.planned(due, later));
                }
                Some(_) | None if due.at <= self.now => planned.push(self.planned(due, None)),
                Some(_) | None => {}
            }
        }
        Ok(planned)
    }
}

impl DryRun {
    /// Whether a due end of the account was only postponed.
    async fn waits(&self, tx: &mut Tx, due: &Due) -> Result<bool, Error> {
        if !due.kind.ends_account() {
            return Ok(false);
        }
        let left = schedule::all(tx, &self.organization_id).await?;
        Ok(left.iter().any(|left| left.kind == due.kind))
    }

    fn planned(&self, due: Due, not_before: Option<DateTime<Utc>>) -> PlannedJob {
        PlannedJob {
            organization_id: self.organization_id.clone(),
            kind: due.kind,
            subject: due.subject,
            at: due.at,
            not_before,
        }
    }
}

impl fmt::Display for PlannedJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, kind, at) = (&self.organization_id, self.kind, self.at);
        write!(f, "{id}  {at:?}  {}", kind.as_str())?;
        if self.subject != "-" {
            write!(f, " {}", self.subject)?;
        }
        write!(f, ": {kind}")?;
        match self.not_before {
            Some(not_before) => write!(
                f,
                ", not before {not_before:?}, 72 hours after the notice of it"
            ),
            None => Ok(()),
        }
    }
}
