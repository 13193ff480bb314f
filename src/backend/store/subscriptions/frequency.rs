//! A change of the billing frequency that takes effect at the next renewal, stored as a scheduled change.

use billing::{BillingFrequency, OrganizationId};

use super::ChangeContext;
use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::store::Tx;

/// The subjects of these scheduled changes. Ids of add-ons have no colon, so none is equal to them.
const SUBJECTS: [(BillingFrequency, &str); 2] = [
    (BillingFrequency::Monthly, "frequency:monthly"),
    (BillingFrequency::Annual, "frequency:annual"),
];

/// The frequency that a subject names.
pub(crate) fn of_subject(subject: &str) -> Option<BillingFrequency> {
    let mut subjects = SUBJECTS.iter();
    let found = subjects.find(|(_, other)| *other == subject);
    found.map(|(frequency, _)| *frequency)
}

/// Schedules a frequency, or none; one that is scheduled already keeps its id.
///
/// # Errors
/// An organization without a subscription.
pub async fn schedule(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    wanted: Option<BillingFrequency>,
    context: ChangeContext<'_>,
) -> Result<(), Error> {
    for (frequency, subject) in SUBJECTS {
        if wanted == Some(frequency) {
            add(tx, organization_id, subject, context).await?;
        } else {
            sqlx::query(
                "DELETE FROM scheduled_changes WHERE organization_id = $1 AND subject = $2",
            )
            .bind(organization_id.as_str())
            .bind(subject)
            .execute(tx.connection())
            .await?;
        }
    }
    Ok(())
}

async fn add(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    subject: &str,
    context: ChangeContext<'_>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO scheduled_changes (organization_id, id, subject, effective_on, scheduled_at, \
         scheduled_by) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (organization_id, subject) DO NOTHING",
    )
    .bind(organization_id.as_str())
    .bind(secret::id("sc")?)
    .bind(subject)
    .bind(context.next_first.to_string())
    .bind(instant_text(context.now))
    .bind(context.by)
    .execute(tx.connection())
    .await?;
    Ok(())
}
