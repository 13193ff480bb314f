//! The reasons for which add-ons are removed, stored with the order that removes them (SPEC R7).

use std::collections::BTreeMap;

use billing::account::reason::Reason;
use billing::{AddOnId, OrganizationId, PlanChangeId};

use crate::foundation::error::Error;
use crate::store::Tx;

/// Stores the reasons of an order, which must be stored already.
pub async fn add(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    plan_change_id: &PlanChangeId,
    reasons: &BTreeMap<AddOnId, Reason>,
) -> Result<(), Error> {
    for (add_on, reason) in reasons {
        let (reason, words) = stored(reason);
        sqlx::query(
            "INSERT INTO removal_reasons (organization_id, plan_change_id, add_on, reason, words) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(organization_id.as_str())
        .bind(plan_change_id.as_str())
        .bind(add_on.as_str())
        .bind(reason)
        .bind(words)
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// The name of a reason, and the person's own text if there is one.
fn stored(reason: &Reason) -> (&'static str, Option<&str>) {
    match reason {
        Reason::TooExpensive => ("too_expensive", None),
        Reason::MissingFeature => ("missing_feature", None),
        Reason::SwitchingProduct => ("switching_product", None),
        Reason::LowUsage => ("low_usage", None),
        Reason::TemporaryProject => ("temporary_project", None),
        Reason::Other(words) => ("other", Some(words.trim())),
    }
}
