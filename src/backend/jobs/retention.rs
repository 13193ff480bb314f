//! Deletes events that the plan no longer keeps (SPEC R18, A164).

use api::audit::Action;
use billing::OrganizationId;
use billing::account::retention::kept_since;

use crate::foundation::clock::Timestamps;
use crate::foundation::error::Error;
use crate::mail::figures::date;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::retention::{Deleted, PLAN, delete_before};
use crate::store::{Tx, organizations};

/// Deletes one batch of the events that are no longer kept at an instant. Logs it when all of them are
/// deleted.
pub(crate) async fn expire(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    times: Timestamps,
) -> Result<Deleted, Error> {
    let offset = organizations::find(tx, organization_id)
        .await?
        .zone_offset_minutes;
    let (oldest_kept, since) =
        kept_since(times.effective_at, PLAN, offset, &tx.policy()).ok_or(billing::OutOfRange)?;
    let deleted = delete_before(tx, organization_id, oldest_kept, since).await?;
    if deleted == Deleted::Everything {
        let entry = AuditEntry {
            actor: &Actor::system(),
            at: times.recorded_at,
            action: Action::EventsExpired,
            object: organization_id.as_str(),
            description: format!("events before {} are no longer kept", date(oldest_kept)),
            change: AuditChange::NONE,
        };
        records::audit(tx, organization_id, entry).await?;
    }
    Ok(deleted)
}
