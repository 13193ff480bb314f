//! The audit entries of a month change that puts scheduled changes into force (SPEC R6, R7, R20).

use api::audit::Action;
use billing::OrganizationId;
use billing::{BillingFrequency, PriceList, Subscription};
use chrono::{DateTime, NaiveDate, Utc};

use crate::account::audit_values;
use crate::foundation::error::Error;
use crate::mail::figures::date;
use crate::store::Tx;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};

/// A plan, and how often it is charged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ChargedPlan<'a> {
    pub(super) subscription: &'a Subscription,
    pub(super) frequency: BillingFrequency,
}

/// The plan before and after a month change.
pub(super) struct ChangedPlan<'a> {
    pub(super) before: ChargedPlan<'a>,
    pub(super) after: ChargedPlan<'a>,
    /// The first day of the new month.
    pub(super) on: NaiveDate,
}

/// Logs the scheduled changes that were applied; nothing when the plan is unchanged.
pub(super) async fn log(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    list: &PriceList,
    changed: ChangedPlan<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let ChangedPlan { before, after, on } = changed;
    let plan = |plan: ChargedPlan<'_>| audit_values::plan(list, plan.subscription, plan.frequency);
    let change = AuditChange::of(plan(before)?, plan(after)?);
    let actor = &Actor::system();
    if change.before != change.after {
        let entry = AuditEntry {
            actor,
            at: now,
            action: Action::PlanTurned,
            object: organization_id.as_str(),
            description: format!("from {} on", date(on)),
            change,
        };
        records::audit(tx, organization_id, entry).await?;
    }
    let ended = before
        .subscription
        .add_ons
        .difference(&after.subscription.add_ons);
    for add_on in ended {
        let price = audit_values::add_on(list, before.subscription.tier, add_on, before.frequency)?;
        let entry = AuditEntry {
            actor,
            at: now,
            action: Action::AddOnEnded,
            object: add_on.as_str(),
            description: list.add_on_name(add_on).to_owned(),
            change: AuditChange {
                before: Some(price),
                after: None,
            },
        };
        records::audit(tx, organization_id, entry).await?;
    }
    Ok(())
}
