//! Withdraws a scheduled change (SPEC R6, R7).

use api::Code;
use api::audit::Action;
use api::plan::subscription::Subscription;
use billing::access::OrderKind;
use billing::pricing::subscription::{NotScheduled, ScheduledKind};
use billing::{BillingFrequency, OrganizationId, PlanChangeId};
use chrono::{DateTime, Utc};

use crate::account::access_control::admit;
use crate::account::{OrganizationAccount, audit_values};
use crate::foundation::error::Error;
use crate::mail::figures::count;
use crate::notification::{Notification, PlanOrder};
use crate::store::records::{self, Actor, AuditChange, AuditEntry, outbox};
use crate::store::subscriptions;
use crate::store::{Changes, Tx, Work};

/// Withdraws a scheduled change. Returns the subscription without it.
#[derive(Debug)]
pub struct Withdraw {
    pub organization_id: OrganizationId,
    /// The id of the scheduled change.
    pub id: PlanChangeId,
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

impl Work for Withdraw {
    type Output = Subscription;

    fn changes(&self) -> Changes {
        Changes::Account(self.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Subscription, Error> {
        let organization_id = &self.organization_id;
        let account = OrganizationAccount::load(tx, organization_id, self.now).await?;
        let waiting = account
            .stored
            .scheduled
            .iter()
            .find(|change| change.id == self.id);
        let waiting = waiting.ok_or_else(gone)?;
        if account.shown.pending.is_some() {
            return Err(Error::refused(
                Code::PaymentPending,
                "A payment of your organization has not ended yet; withdraw this when it has",
            ));
        }
        admit(tx, organization_id, OrderKind::Other, self.now).await?;
        let after = account.stored.subscription.withdrawn(&waiting.kind);
        let after = after.map_err(|NotScheduled| gone())?;
        let context = account.context(&self.actor.name);
        subscriptions::replace(tx, organization_id, &account.stored, &after, context).await?;
        let entry = self.entry(&account, &after, &waiting.kind)?;
        records::audit(tx, organization_id, entry).await?;
        let withdrawn = Notification::PlanWithdrawn(plan_order(&waiting.kind, &self.actor.name));
        outbox::publish(tx, organization_id, &withdrawn, self.now).await?;
        Ok(OrganizationAccount::load(tx, organization_id, self.now)
            .await?
            .shown)
    }
}

impl Withdraw {
    /// The audit entry: the plan after the next month change, with the scheduled change and without it.
    fn entry<'a>(
        &'a self,
        account: &OrganizationAccount,
        after: &billing::Subscription,
        waiting: &'a ScheduledKind,
    ) -> Result<AuditEntry<'a>, Error> {
        let list = account.list()?;
        let before = &account.stored.subscription;
        let cycle = account.shown.cycle();
        let now = cycle.frequency();
        let next = before.next_frequency(&cycle);
        let (description, stays) = match waiting {
            ScheduledKind::Removal(id) => {
                let price = audit_values::add_on(list, before.tier, id, now)?;
                return Ok(AuditEntry {
                    actor: &self.actor,
                    at: self.now,
                    action: Action::AddOnKept,
                    object: id.as_str(),
                    description: list.add_on_name(id).to_owned(),
                    change: AuditChange {
                        before: None,
                        after: Some(price),
                    },
                });
            }
            ScheduledKind::Downgrade(_) => (format!("stays on {} MAU", count(before.tier)), next),
            ScheduledKind::Frequency(BillingFrequency::Annual) => {
                ("stays charged by the month".to_owned(), now)
            }
            ScheduledKind::Frequency(BillingFrequency::Monthly) => {
                ("stays charged by the year".to_owned(), now)
            }
        };
        Ok(AuditEntry {
            actor: &self.actor,
            at: self.now,
            action: Action::PlanKept,
            object: self.id.as_str(),
            description,
            change: AuditChange::of(
                audit_values::plan(list, &before.after_month_change(), next)?,
                audit_values::plan(list, &after.after_month_change(), stays)?,
            ),
        })
    }
}

/// The facts for the notification: the change that will not happen.
fn plan_order(waiting: &ScheduledKind, by: &str) -> PlanOrder {
    let mut order = PlanOrder {
        by: by.to_owned(),
        ..PlanOrder::default()
    };
    match waiting {
        ScheduledKind::Downgrade(lower) => order.tier = Some(*lower),
        ScheduledKind::Removal(add_on) => order.remove.push(add_on.clone()),
        ScheduledKind::Frequency(frequency) => order.frequency = Some(*frequency),
    }
    order
}

fn gone() -> Error {
    Error::refused(
        Code::NotScheduled,
        "This change is not scheduled any more; reload to see what is",
    )
}
