//! Pauses or cancels an account in one transaction: once for each key, at the price that the person
//! saw.

use api::account::leaving::{Cancellation, Left, Pause};
use api::audit::Action;
use api::problem::{Change, Difference};
use api::{Code, Problem};
use billing::account::account_state::AccountState;
use billing::account::reason::confirm_cancellation;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};

use super::ending::end;
use super::{after_pause, cancel_event, refuse, said, settles, waits};
use crate::account::audit_values::{Charging, because};
use crate::account::sentence;
use crate::foundation::amount::in_currency;
use crate::foundation::clock::{Timestamps, billing_day};
use crate::foundation::error::Error;
use crate::invoicing::settle_month;
use crate::notification::Notification;
use crate::store::account_states::{self, departures};
use crate::store::idempotency::Key;
use crate::store::invoices::closings;
use crate::store::payments::attempts;
use crate::store::records::{self, Actor, AuditChange, AuditEntry, outbox};
use crate::store::{Changes, Tx, Work, organizations};

/// An order to pause or to cancel.
#[derive(Debug)]
pub struct Depart {
    /// The idempotency key of the request.
    pub key: Key,
    pub actor: Actor,
    pub departure: Departure,
    /// The hash of the request, which tells a repeated order from another one.
    pub request_hash: String,
    pub now: DateTime<Utc>,
}

/// Whether the order is a pause or a cancellation.
#[derive(Debug)]
pub enum Departure {
    Pause(Pause),
    Cancel(Cancellation),
}

impl Work for Depart {
    type Output = Left;

    fn changes(&self) -> Changes {
        Changes::Account(self.key.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Left, Error> {
        if let Some((hash, left)) = departures::find(tx, &self.key).await? {
            return self.replay(&hash, left);
        }
        self.typed()?;
        let id = &self.key.organization_id;
        let before = account_states::find(tx, id).await?;
        let after = self.after(tx, &before).await?;
        let offset = organizations::find(tx, id).await?.zone_offset_minutes;
        closings::admit_day(tx, id, billing_day(self.now, offset)).await?;
        self.agreed(tx).await?;
        let invoice = match &self.departure {
            Departure::Pause(_) => self.pause(tx, &after).await?,
            Departure::Cancel(order) => self.cancel(tx, &after, order).await?,
        };
        let left = Left {
            at: self.now,
            invoice,
        };
        departures::add(tx, &self.key, &self.kept(&left)).await?;
        Ok(left)
    }
}

impl Depart {
    fn replay(&self, hash: &str, left: Left) -> Result<Left, Error> {
        if hash == self.request_hash {
            return Ok(left);
        }
        let detail = "This key was used for another order; nothing was changed by this one";
        Err(Error::refused(Code::KeyReused, detail))
    }

    /// Checks what the person typed: the reason, and the word that confirms a cancellation.
    fn typed(&self) -> Result<(), Error> {
        let Departure::Cancel(order) = &self.departure else {
            return Ok(());
        };
        let field = |name: &str, fault: String| Error::from(Problem::field(name, fault));
        order
            .reason
            .check()
            .map_err(|fault| field("reason", sentence(&fault)))?;
        confirm_cancellation(&order.confirmation)
            .map_err(|fault| field("confirmation", sentence(&fault)))
    }

    /// The state after the order, or the refusal and what lifts it.
    async fn after(&self, tx: &mut Tx, before: &AccountState) -> Result<AccountState, Error> {
        let id = &self.key.organization_id;
        let after = match &self.departure {
            Departure::Pause(_) => after_pause(tx, id, before, self.now).await?,
            Departure::Cancel(order) => {
                let event = cancel_event(order.reason.clone());
                before.after(event, self.now, &tx.policy())
            }
        };
        let after = after.map_err(|refused| refuse(&said(refused)))?;
        if attempts::has_open_order(tx, id).await? {
            return Err(refuse(&waits()));
        }
        Ok(after)
    }

    /// Checks that the amount invoiced now is the amount that the person saw.
    async fn agreed(&self, tx: &mut Tx) -> Result<(), Error> {
        let seen = match &self.departure {
            Departure::Pause(order) => &order.agreed,
            Departure::Cancel(order) => &order.agreed,
        };
        let id = &self.key.organization_id;
        in_currency("agreed", *seen, organizations::currency(tx, id).await?)?;
        let settles = settles(tx, id, self.now).await?;
        if *seen == settles.total {
            return Ok(());
        }
        let difference = Difference::Total(Change {
            seen: *seen,
            now: settles.total,
        });
        Err(Error::from(Problem {
            differences: vec![difference],
            ..Problem::new(
                Code::QuoteChanged,
                "The overage that is invoiced has changed; nothing was done",
            )
        }))
    }

    async fn pause(
        &self,
        tx: &mut Tx,
        after: &AccountState,
    ) -> Result<Option<InvoiceNumber>, Error> {
        let (id, now) = (&self.key.organization_id, self.now);
        let change = Charging::of(tx, id, now).await?.stops();
        let invoice = settle_month(tx, id, after, Timestamps::immediate(now)).await?;
        let paused = Notification::AccountPaused {
            by: self.actor.name.clone(),
            invoice: invoice.clone(),
        };
        outbox::publish(tx, id, &paused, now).await?;
        let entry = AuditEntry {
            actor: &self.actor,
            at: now,
            action: Action::AccountPaused,
            object: id.as_str(),
            description: match &invoice {
                Some(number) => format!("overage so far on invoice {number}"),
                None => "nothing to invoice".to_owned(),
            },
            change,
        };
        records::audit(tx, id, entry).await?;
        Ok(invoice)
    }

    async fn cancel(
        &self,
        tx: &mut Tx,
        after: &AccountState,
        order: &Cancellation,
    ) -> Result<Option<InvoiceNumber>, Error> {
        let (id, now) = (&self.key.organization_id, self.now);
        let entry = AuditEntry {
            actor: &self.actor,
            at: now,
            action: Action::CancellationOrdered,
            object: id.as_str(),
            description: format!("because {}", because(&order.reason)),
            change: AuditChange::NONE,
        };
        records::audit(tx, id, entry).await?;
        Ok(end(tx, id, after, &self.actor, now).await?.invoice)
    }

    fn kept<'a>(&'a self, answer: &'a Left) -> departures::Departure<'a> {
        let (kind, reason) = match &self.departure {
            Departure::Pause(_) => ("pause", None),
            Departure::Cancel(order) => ("cancellation", Some(&order.reason)),
        };
        departures::Departure {
            request_hash: &self.request_hash,
            kind,
            reason,
            answer,
            ordered_at: self.now,
        }
    }
}
