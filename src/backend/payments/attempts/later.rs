//! Asks the gateway again later about an attempt whose outcome is open.

use billing::OrganizationId;
use chrono::{DateTime, TimeDelta, Utc};

use crate::foundation::error::Error;
use crate::store::schedule::{self, Due};
use crate::store::{Changes, Tx, Work};

/// The least time until the gateway is asked again. Otherwise the wait is as long as the attempt has
/// been open.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(1);
/// The longest time until the gateway is asked again.
const AT_THE_LATEST: TimeDelta = TimeDelta::hours(6);

/// Schedules the check of an attempt again. If the attempt has its outcome by now, the due date is
/// removed.
#[derive(Debug)]
pub(super) struct Later {
    pub(super) organization_id: OrganizationId,
    pub(super) due: Due,
    /// When the attempt was started.
    pub(super) since: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
}

impl Work for Later {
    type Output = ();

    fn changes(&self) -> Changes<'_> {
        Changes::Account(&self.organization_id, self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let id = &self.organization_id;
        schedule::remove(tx, id, &self.due).await?;
        let wait = (self.now - self.since).clamp(AGAIN_AFTER, AT_THE_LATEST);
        let again = Due {
            at: self.now + wait,
            ..self.due.clone()
        };
        schedule::add(tx, id, &again).await?;
        schedule::unpark(tx, id).await
    }
}
