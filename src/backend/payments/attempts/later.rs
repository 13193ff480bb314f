//! Asks the gateway again later about an attempt whose outcome is open.

use billing::OrganizationId;
use chrono::{DateTime, TimeDelta, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::schedule::{self, Due};

/// The least time until the gateway is asked again. Otherwise the wait is as long as the attempt has
/// been open.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(1);
/// The longest time until the gateway is asked again.
const AT_THE_LATEST: TimeDelta = TimeDelta::hours(6);

/// Schedules the check of an attempt, which was started at `since`, again. If the attempt has its outcome
/// by now, the due date is removed before the commit.
pub(super) async fn ask_later(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    due: &Due,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    schedule::remove(tx, organization_id, due).await?;
    let wait = (now - since).clamp(AGAIN_AFTER, AT_THE_LATEST);
    let again = Due {
        at: now + wait,
        ..due.clone()
    };
    schedule::add(tx, organization_id, &again).await?;
    schedule::unpark(tx, organization_id).await
}
