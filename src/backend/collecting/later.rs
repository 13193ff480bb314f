//! A question that has no answer yet is asked again.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Error;
use crate::store::schedule::{self, Due};
use crate::store::{Tx, Work};

/// How long until the gateway is asked again: at least this, and as long as it was asked already.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(1);
/// At most this.
const AT_THE_LATEST: TimeDelta = TimeDelta::hours(6);

/// Puts a question off; where it has its answer by now, it goes.
#[derive(Debug)]
pub(super) struct Later {
    pub(super) organization_id: String,
    pub(super) due: Due,
    /// When the payment began.
    pub(super) since: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
}

impl Work for Later {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let id = self.organization_id.as_str();
        schedule::remove(tx, id, &self.due).await?;
        let wait = (self.now - self.since).clamp(AGAIN_AFTER, AT_THE_LATEST);
        let again = Due {
            at: self.now + wait,
            ..self.due.clone()
        };
        schedule::add(tx, id, &again).await?;
        schedule::sync_due_dates(tx, id, self.now).await
    }
}
