//! Changes that take effect at the next renewal (SPEC R6, R7, R9).

use std::collections::BTreeSet;

use billing::pricing::subscription::{Scheduled, ScheduledKind};
use billing::{AddOnId, OrganizationId, PlanChangeId};
use chrono::{DateTime, NaiveDate, Utc};

use super::ChangeContext;
use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::store::Tx;
use crate::store::database::column::{Count, Text, Word};

/// The subject of a change of tier. Ids of add-ons, the subjects of their removals, are no such words.
const TIER: &str = "tier";
/// Before the word of a billing frequency, the subject of a change to it.
const FREQUENCY: &str = "frequency:";

/// A change that takes effect on the next 1st, or at the end of a term.
#[derive(Debug, Clone)]
pub struct ScheduledChange {
    /// The id by which it is withdrawn.
    pub id: PlanChangeId,
    pub kind: ScheduledKind,
    pub effective_on: NaiveDate,
    pub scheduled_at: DateTime<Utc>,
    /// The e-mail address of the person who ordered it.
    pub scheduled_by: String,
}

/// The scheduled changes before and after a change of the subscription.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScheduledAfter<'a> {
    pub(super) before: &'a Scheduled,
    pub(super) after: &'a Scheduled,
}

#[derive(sqlx::FromRow)]
struct ScheduledRow {
    id: Text<PlanChangeId>,
    subject: String,
    tier: Option<Count>,
    effective_on: Text<NaiveDate>,
    scheduled_at: Text<DateTime<Utc>>,
    scheduled_by: String,
}

/// The scheduled changes of an organization, in the order in which they were scheduled.
pub(super) async fn all(
    tx: &mut Tx,
    organization_id: &OrganizationId,
) -> Result<Vec<ScheduledChange>, Error> {
    let rows: Vec<ScheduledRow> = sqlx::query_as(
        "SELECT id, subject, tier, effective_on, scheduled_at, scheduled_by \
         FROM scheduled_changes WHERE organization_id = $1 ORDER BY scheduled_at, subject",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(ScheduledChange::try_from).collect()
}

/// Moves scheduled changes that a pause has delayed, due by `day`, to the day `to` (A83).
pub async fn reschedule(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    day: NaiveDate,
    to: NaiveDate,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE scheduled_changes SET effective_on = $3 \
         WHERE organization_id = $1 AND effective_on <= $2",
    )
    .bind(organization_id.as_str())
    .bind(Text(day))
    .bind(Text(to))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Replaces the scheduled changes; a change that stays keeps its id.
pub(super) async fn replace(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    scheduled: ScheduledAfter<'_>,
    context: ChangeContext<'_>,
) -> Result<(), Error> {
    let (before, after) = (subjects(scheduled.before)?, subjects(scheduled.after)?);
    for (subject, _) in before.difference(&after) {
        sqlx::query("DELETE FROM scheduled_changes WHERE organization_id = $1 AND subject = $2")
            .bind(organization_id.as_str())
            .bind(subject.as_str())
            .execute(tx.connection())
            .await?;
    }
    for (subject, tier) in after.difference(&before) {
        sqlx::query(
            "INSERT INTO scheduled_changes \
             (organization_id, id, subject, tier, effective_on, scheduled_at, scheduled_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(organization_id.as_str())
        .bind(secret::id("sc")?)
        .bind(subject.as_str())
        .bind(tier.map(Count))
        .bind(Text(context.next_first))
        .bind(Text(context.now))
        .bind(context.by)
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

fn subjects(scheduled: &Scheduled) -> Result<BTreeSet<(String, Option<u64>)>, Error> {
    let removals = scheduled.removals.iter();
    let mut subjects: BTreeSet<_> = removals.map(|add_on| (add_on.to_string(), None)).collect();
    subjects.extend(scheduled.tier.map(|tier| (TIER.to_owned(), Some(tier))));
    if let Some(frequency) = scheduled.frequency {
        let word = Word(frequency).text().map_err(Error::unexpected)?;
        subjects.insert((format!("{FREQUENCY}{word}"), None));
    }
    Ok(subjects)
}

impl TryFrom<ScheduledRow> for ScheduledChange {
    type Error = Error;

    fn try_from(row: ScheduledRow) -> Result<Self, Error> {
        let kind = match (row.tier, row.subject.strip_prefix(FREQUENCY)) {
            (Some(Count(tier)), _) => ScheduledKind::Downgrade(tier),
            (None, Some(frequency)) => ScheduledKind::Frequency(Word::read(frequency)?.0),
            (None, None) => ScheduledKind::Removal(AddOnId::new(row.subject)),
        };
        Ok(Self {
            id: row.id.0,
            kind,
            effective_on: row.effective_on.0,
            scheduled_at: row.scheduled_at.0,
            scheduled_by: row.scheduled_by,
        })
    }
}
