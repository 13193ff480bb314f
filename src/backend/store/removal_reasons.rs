//! Why add-ons are given up: written with the order that drops them (SPEC R7).

use std::collections::BTreeMap;

use billing::AddOnId;
use billing::reason::Reason;

use super::Tx;
use crate::error::Error;

/// Keeps the reasons of an order, which is stored already.
///
/// # Errors
/// An order that is not stored, or a store that does not answer.
pub async fn add(
    tx: &mut Tx,
    organization_id: &str,
    plan_change_id: &str,
    reasons: &BTreeMap<AddOnId, Reason>,
) -> Result<(), Error> {
    for (add_on, reason) in reasons {
        let (reason, words) = stored(reason);
        sqlx::query(
            "INSERT INTO removal_reasons (organization_id, plan_change_id, add_on, reason, words) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(organization_id)
        .bind(plan_change_id)
        .bind(add_on.as_str())
        .bind(reason)
        .bind(words)
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// The reason as a word, and the person's own words where they gave some.
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
