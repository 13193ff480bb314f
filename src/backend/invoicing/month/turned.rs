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

/// A plan and its billing frequency.
type Plan<'a> = (&'a Subscription, BillingFrequency);

/// Logs the scheduled changes that were applied; nothing when the plan is unchanged.
pub(super) async fn log(
    tx: &mut Tx,
    (organization_id, day, now): (&OrganizationId, NaiveDate, DateTime<Utc>),
    list: &PriceList,
    (before, after): (Plan<'_>, Plan<'_>),
) -> Result<(), Error> {
    let plan =
        |(subscription, frequency): Plan<'_>| audit_values::plan(list, subscription, frequency);
    let change = AuditChange::of(plan(before)?, plan(after)?);
    let actor = &Actor::system();
    if change.before != change.after {
        let entry = AuditEntry {
            actor,
            at: now,
            action: Action::PlanTurned,
            object: organization_id.as_str(),
            description: format!("from {} on", date(day)),
            change,
        };
        records::audit(tx, organization_id, entry).await?;
    }
    let (before, frequency) = before;
    for add_on in before.add_ons.difference(&after.0.add_ons) {
        let price = audit_values::add_on(list, (before.tier, add_on), frequency)?;
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
