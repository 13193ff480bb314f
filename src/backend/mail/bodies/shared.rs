//! The facts that every template may use.

use billing::access::cure::Cure;
use billing::access::{Condition, Gate, Works};
use billing::account::deadline::DeadlineKind;
use serde::{Serialize, Serializer};

use crate::mail::body::MailBody;
use crate::mail::facts::NotificationFacts;
use crate::mail::figures::{LocalInstant, Shown};
use crate::mail::pages::Pages;
use crate::mail::templates::Template;

#[derive(Debug, Serialize)]
pub(super) struct SharedFacts<'a> {
    /// The name of the organization.
    organization: &'a str,
    posted_at: Shown<LocalInstant>,
    works: WorkingParts,
    /// Whether dashboard, exports and ingestion all work.
    is_open: bool,
    /// What closes the dashboard, in the order in which it can be lifted.
    closed_by: Vec<Closure>,
    deadlines: Deadlines,
    pages: Pages,
}

/// What of the product works, from the access table.
#[derive(Debug, Serialize)]
struct WorkingParts {
    dashboard: bool,
    exports: bool,
    ingestion: bool,
    campaigns: bool,
}

/// A condition that closes the dashboard, and what lifts it.
#[derive(Debug, Serialize)]
struct Closure {
    condition: Shown<Condition>,
    /// One of them is enough.
    cures: Vec<Shown<Cure>>,
}

/// The deadlines that are ahead if nobody acts.
#[derive(Debug, Serialize)]
struct Deadlines {
    trial_end: Option<Shown<LocalInstant>>,
    trial_cancellation: Option<Shown<LocalInstant>>,
    grace_end: Option<Shown<LocalInstant>>,
    lock_end: Option<Shown<LocalInstant>>,
    pause_end: Option<Shown<LocalInstant>>,
    backup_purge: Option<Shown<LocalInstant>>,
}

impl<'a> SharedFacts<'a> {
    pub(super) fn of(notice: &'a NotificationFacts, site: Option<&str>) -> Self {
        let works = WorkingParts::of(notice.access.works);
        let conditions = notice.access.notices.iter().map(|notice| notice.condition);
        let closing = conditions.filter(|condition| condition.works().dashboard == Gate::Shut);
        Self {
            organization: &notice.organization.name,
            posted_at: notice.instant(notice.at),
            is_open: works.dashboard && works.exports && works.ingestion,
            works,
            closed_by: closing.map(Closure::of).collect(),
            deadlines: Deadlines::of(notice),
            pages: Pages::of(&notice.access, notice.notification.invoice(), site),
        }
    }

    /// The mail that a template makes of these facts and of its own.
    pub(super) fn mail(self, template: Template, facts: impl Serialize) -> MailBody {
        MailBody::new(
            template,
            AllFacts {
                shared: self,
                facts,
            },
        )
    }
}

#[derive(Serialize)]
struct AllFacts<'a, F> {
    #[serde(flatten)]
    shared: SharedFacts<'a>,
    #[serde(flatten)]
    facts: F,
}

impl WorkingParts {
    fn of(works: Works) -> Self {
        let works_now = |gate| match gate {
            Gate::Open => true,
            Gate::Shut => false,
        };
        Self {
            dashboard: works_now(works.dashboard),
            exports: works_now(works.exports),
            ingestion: works_now(works.ingestion),
            campaigns: works_now(works.campaigns),
        }
    }
}

impl Closure {
    fn of(condition: Condition) -> Self {
        Self {
            condition: Shown(condition),
            cures: condition.cures().iter().copied().map(Shown).collect(),
        }
    }
}

impl Deadlines {
    fn of(notice: &NotificationFacts) -> Self {
        Self {
            trial_end: notice.coming(DeadlineKind::TrialEnd),
            trial_cancellation: notice.coming(DeadlineKind::TrialCancellation),
            grace_end: notice.coming(DeadlineKind::GraceEnd),
            lock_end: notice.coming(DeadlineKind::LockEnd),
            pause_end: notice.coming(DeadlineKind::PauseEnd),
            backup_purge: notice.coming(DeadlineKind::BackupPurge),
        }
    }
}

/// In the words of refusals.
impl Serialize for Shown<Condition> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// In the words of refusals.
impl Serialize for Shown<Cure> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
