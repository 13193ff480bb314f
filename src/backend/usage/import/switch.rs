//! Applies a file in one short transaction. After it, all of the file counts.

use api::Code;
use api::audit::Action;
use api::usage::intake::IntakeResult;
use billing::OrganizationId;
use billing::access::RequestUse;
use chrono::{DateTime, Utc};

use super::checking::{Checked, check};
use super::{Whose, closed_meanwhile, gone, sweeping};
use crate::account::access_control::admit_request;
use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::services::Services;
use crate::store::invoices::closings;
use crate::store::records::{self, AuditChange, AuditEntry};
use crate::store::usage::imports::{self, State};
use crate::store::usage::{UsageChanges, counted_usage, marks, staging, totals};
use crate::store::{Changes, Tx, organizations};
use crate::usage::evaluation;

/// How often a file is checked again when the figures change during the check.
const ATTEMPTS: u32 = 10;

/// Applies a file that has been read. Applying it again changes nothing.
///
/// # Errors
/// Fails when the file is gone, when one of its months was closed meanwhile, and when its figures no
/// longer fit the stored ones.
pub async fn apply(services: &Services, whose: &Whose, id: &str) -> Result<IntakeResult, Error> {
    let organization_id = &whose.organization_id;
    for _ in 0..ATTEMPTS {
        let mut tx = services.store.reading().await?;
        let import = imports::find(&mut tx, organization_id, id)
            .await?
            .ok_or_else(gone)?;
        if import.state == State::Applied {
            return taken(
                &mut tx,
                organization_id,
                &import.written,
                services.clock.now(),
            )
            .await;
        }
        drop(tx);
        let checked = check(services, organization_id, id).await?;
        let (whose, file, now) = (whose.clone(), id.to_owned(), services.clock.now());
        let changes = Changes::Account(organization_id.clone(), now);
        let switch = async move |tx: &mut Tx| switch(tx, &whose, &file, &checked, now).await;
        if let Some(taken) = services.store.transaction(changes, switch).await? {
            sweeping::clear_replaced(services, organization_id, id).await?;
            return Ok(taken);
        }
    }
    Err(Error::refused(
        Code::InProgress,
        "Other figures keep coming in; nothing was changed, try again",
    ))
}

/// Applies a file. Returns `None` when the figures have changed since the check.
async fn switch(
    tx: &mut Tx,
    whose: &Whose,
    id: &str,
    checked: &Checked,
    now: DateTime<Utc>,
) -> Result<Option<IntakeResult>, Error> {
    let organization_id = &whose.organization_id;
    admit_request(tx, organization_id, RequestUse::Ingestion, now).await?;
    if marks::version(tx, organization_id).await? != checked.version {
        return Ok(None);
    }
    let import = imports::find(tx, organization_id, id)
        .await?
        .ok_or_else(gone)?;
    let open_from = closings::first_open(tx, organization_id).await?.start();
    if import.days.is_some_and(|(first, _)| first < open_from) {
        return Err(closed_meanwhile());
    }
    if let Some(project) = staging::metered_by_events(tx, organization_id, id).await? {
        let detail = format!(
            "Nothing was changed: {project} is metered by its events since; a project is metered by \
                 events or by figures, never by both"
        );
        return Err(Error::refused(Code::InvalidField, detail));
    }
    let written = checked.written;
    imports::apply(tx, organization_id, id, &written, now).await?;
    totals::apply(tx, organization_id, &checked.moved).await?;
    marks::advance(tx, organization_id).await?;
    if written.corrected > 0 {
        evaluation::corrected(tx, organization_id, now).await?;
    } else {
        evaluation::evaluate(tx, organization_id, now).await?;
    }
    let entry = AuditEntry {
        actor: &whose.actor,
        at: now,
        action: Action::UsageImported,
        object: id,
        description: format!(
            "rows in the file: {}; {} added, {} corrected, {} unchanged",
            import.rows, written.added, written.corrected, written.unchanged
        ),
        change: AuditChange::NONE,
    };
    records::audit(tx, organization_id, entry).await?;
    taken(tx, organization_id, &written, now).await.map(Some)
}

async fn taken(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    written: &UsageChanges,
    now: DateTime<Utc>,
) -> Result<IntakeResult, Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let today = billing_day(now, organization.zone_offset_minutes);
    Ok(IntakeResult {
        added: written.added,
        corrected: written.corrected,
        unchanged: written.unchanged,
        metered: counted_usage::to_day(tx, organization_id, today)
            .await?
            .metered(),
    })
}
