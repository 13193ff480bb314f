//! The audit entries of an order and of each add-on in it (SPEC R20).

use api::audit::Action;
use api::plan::plan_change::{Order, State};
use api::plan::quote::Quote;
use billing::{AddOnId, BillingFrequency, PriceList, Subscription};
use chrono::{DateTime, Utc};

use crate::account::audit_values::{self, because};
use crate::foundation::error::Error;
use crate::mail::figures::{count, date, money};
use crate::store::Tx;
use crate::store::payments::plan_changes::StoredOrder;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};

/// An order and the plan that it changes.
#[derive(Debug)]
pub(super) struct Applied<'a> {
    pub(super) list: &'a PriceList,
    /// The plan before the order.
    pub(super) before: &'a Subscription,
    /// The plan after the order, with its scheduled changes.
    pub(super) after: &'a Subscription,
    /// The order's price.
    pub(super) quote: &'a Quote,
}

impl Applied<'_> {
    /// The audit values of the plan before and after the order; for a scheduled order, after the month
    /// change.
    pub(super) fn change(&self, state: &State) -> Result<AuditChange, Error> {
        let now = self.quote.frequency();
        let before = audit_values::plan(self.list, self.before, now)?;
        let after = match state {
            State::Scheduled => {
                let next_month = self.after.after_month_change();
                audit_values::plan(self.list, &next_month, self.quote.frequency_after)?
            }
            State::Started
            | State::Unknown
            | State::Authentication { .. }
            | State::Done
            | State::Declined { .. }
            | State::Expired => audit_values::plan(self.list, self.after, now)?,
        };
        Ok(if before == after {
            AuditChange::NONE
        } else {
            AuditChange::of(before, after)
        })
    }

    /// Logs each add-on that is added, removed or scheduled for removal, and a scheduled lower tier
    /// that a higher tier cancels (A13).
    pub(super) async fn parts(
        &self,
        tx: &mut Tx,
        order: &StoredOrder,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let organization_id = &order.key.organization_id;
        let change = &self.quote.change;
        let bought = change.add.difference(&self.before.add_ons);
        let bought = bought.map(|add_on| (Action::AddOnAdded, add_on));
        let dropped = change.remove.iter().map(|add_on| {
            let stays = self.after.add_ons.contains(add_on);
            let action = if stays {
                Action::AddOnEnding
            } else {
                Action::AddOnEnded
            };
            (action, add_on)
        });
        for (action, add_on) in bought.chain(dropped) {
            let entry = self.add_on(action, add_on, &order.actor, now)?;
            records::audit(tx, organization_id, entry).await?;
        }
        let (waited, waits) = (self.before.scheduled.tier, self.after.scheduled.tier);
        let Some(lower) = waited.filter(|_| waits.is_none()) else {
            return Ok(());
        };
        let entry = AuditEntry {
            actor: &order.actor,
            at: now,
            action: Action::PlanKept,
            object: order.id.as_str(),
            description: format!(
                "the downgrade to {} MAU is dropped for a higher tier",
                count(lower)
            ),
            change: AuditChange::NONE,
        };
        records::audit(tx, organization_id, entry).await
    }

    fn add_on<'a>(
        &self,
        action: Action,
        id: &'a AddOnId,
        actor: &'a Actor,
        now: DateTime<Utc>,
    ) -> Result<AuditEntry<'a>, Error> {
        let tier = match action {
            Action::AddOnAdded => self.after.tier,
            _ => self.before.tier,
        };
        let price = Some(audit_values::add_on(
            self.list,
            tier,
            id,
            self.quote.frequency(),
        )?);
        let name = self.list.add_on_name(id);
        let (description, before, after) = match action {
            Action::AddOnAdded => (name.to_owned(), None, price),
            Action::AddOnEnding => {
                let until = date(self.quote.renews_on());
                (format!("{name}, on {until}"), price, None)
            }
            _ => (name.to_owned(), price, None),
        };
        Ok(AuditEntry {
            actor,
            at: now,
            action,
            object: id.as_str(),
            description,
            change: AuditChange { before, after },
        })
    }
}

/// An order in one line.
pub(in crate::payments) fn ordered(list: &PriceList, quote: &Quote, order: &Order) -> String {
    let name = |id: &AddOnId| list.add_on_name(id).to_owned();
    let change = &quote.change;
    let tier = change.tier.map(|tier| format!("{} MAU", count(tier)));
    let with = change.add.iter().map(|id| format!("with {}", name(id)));
    let without = change
        .remove
        .iter()
        .map(|id| format!("without {}", name(id)));
    let billed = change.frequency.map(|frequency| {
        let word = match frequency {
            BillingFrequency::Monthly => "by the month",
            BillingFrequency::Annual => "by the year",
        };
        word.to_owned()
    });
    let parts = tier.into_iter().chain(with).chain(without).chain(billed);
    let parts: Vec<_> = parts.collect();
    let what = match parts.is_empty() {
        true => "nothing".to_owned(),
        false => parts.join(", "),
    };
    let price = money(quote.due_now.total);
    let reasons = order.reasons.iter();
    let reasons = reasons.map(|(id, reason)| format!("{}: {}", name(id), because(reason)));
    let reasons: Vec<_> = reasons.collect();
    match reasons.is_empty() {
        true => format!("{what}, for {price}"),
        false => format!("{what}, for {price}, because {}", reasons.join("; ")),
    }
}

/// The result of an order, in one line.
pub(super) fn concluded(order: &StoredOrder) -> String {
    let quote = &order.quote;
    match (&order.invoice_number, order.state()) {
        (Some(number), _) => {
            let total = money(quote.due_now.total);
            format!("charged {total}, invoice {number}")
        }
        (None, State::Scheduled) => format!("from {} on", date(quote.renews_on())),
        (None, _) => "without charge".to_owned(),
    }
}
