//! The e-mails of one demo organization: by the 20th of a month, more than its add-on includes.

use billing::{AddOnId, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::usage::add_on_use::{self, DayUse};

/// The organization that sends them.
const ORGANIZATION: OrganizationId = OrganizationId::from_static("org_mailer");
/// E-mails per day: 110,000 by the 20th, of which a month includes 100,000.
const A_DAY: u64 = 5_500;

/// Counts the e-mails of the given days if the organization sends any.
pub(super) async fn count(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    days: &[NaiveDate],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if *organization_id != ORGANIZATION {
        return Ok(());
    }
    let sent = |day: &NaiveDate| DayUse {
        add_on: AddOnId::new("clevertap-email"),
        day: *day,
        used: A_DAY,
    };
    let days: Vec<_> = days.iter().map(sent).collect();
    add_on_use::put(tx, organization_id, &days, now).await?;
    Ok(())
}
