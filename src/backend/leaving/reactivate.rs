//! Reactivation after a pause: requested by an admin, carried out by the operator (SPEC R13, row 24).

use api::account::leaving::Requested;
use api::audit::Action;
use billing::access::cure::Refused;
use billing::account::account_state::{AccountEvent, AccountState};
use billing::account::lifecycle::{self, Lifecycle};
use billing::invoicing::collection::Outstanding;
use billing::invoicing::invoice::{InvoiceKind, InvoiceNumber};
use billing::metering::usage::Metered;
use billing::pricing::billing_cycle::scheduled_after_pause;
use billing::pricing::rest_of_month::reactivation_charge;
use billing::{
    BillingCycle, BillingFrequency, BillingPeriod, Derivations, OrganizationId, OutOfRange,
    PricedAccount,
};
use chrono::{DateTime, NaiveDate, Utc};

use super::{refuse, said};
use crate::account::audit_values::Charging;
use crate::foundation::clock::{Timestamps, billing_day};
use crate::foundation::error::Error;
use crate::invoicing::{self, Charged};
use crate::mail::figures::date;
use crate::notification::Notification;
use crate::store::account_states::{self, departures};
use crate::store::invoices::closings;
use crate::store::payments::open_invoices;
use crate::store::records::{self, Actor, AuditChange, AuditEntry, outbox};
use crate::store::subscriptions::{self, ChangeContext, annual_terms};
use crate::store::usage::counted_usage;
use crate::store::{Changes, Tx, Work, organizations, price_books};

/// Requests the reactivation of a paused plan. A second request changes nothing.
#[derive(Debug)]
pub struct RequestReactivation {
    pub organization_id: OrganizationId,
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

/// Reactivates a paused plan.
#[derive(Debug)]
pub struct Reactivate {
    pub organization_id: OrganizationId,
    pub now: DateTime<Utc>,
}

impl Work for RequestReactivation {
    type Output = Requested;

    fn changes(&self) -> Changes {
        Changes::Account(self.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Requested, Error> {
        let id = &self.organization_id;
        let state = account_states::find(tx, id).await?;
        let Lifecycle::Paused { .. } = state.at(self.now, &tx.policy()).lifecycle() else {
            return Err(refuse(&said(Refused::NotPaused)));
        };
        if let Some(requested) = departures::requested(tx, id).await? {
            return Ok(requested);
        }
        let requested = Requested {
            by: self.actor.name.clone(),
            at: self.now,
        };
        departures::request(tx, id, &requested).await?;
        let asked = Notification::ReactivationRequested {
            by: requested.by.clone(),
            owes: open_invoices::outstanding(tx, id).await? != Outstanding::Nothing,
        };
        outbox::publish(tx, id, &asked, self.now).await?;
        let entry = AuditEntry {
            actor: &self.actor,
            at: self.now,
            action: Action::ReactivationAsked,
            object: id.as_str(),
            description: "the support team carries it out".to_owned(),
            change: AuditChange::NONE,
        };
        records::audit(tx, id, entry).await?;
        Ok(requested)
    }
}

impl Work for Reactivate {
    /// The number of the invoice for the rest of the month; `None` when that month is already paid.
    type Output = Option<InvoiceNumber>;

    fn changes(&self) -> Changes {
        Changes::Account(self.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Option<InvoiceNumber>, Error> {
        let (id, now) = (&self.organization_id, self.now);
        let state = account_states::find(tx, id).await?;
        let outstanding = open_invoices::outstanding(tx, id).await?;
        let event = AccountEvent::Life(lifecycle::LifecycleEvent::Reactivate { outstanding });
        let after = state.after(event, now, &tx.policy());
        let after = after.map_err(|refused| refuse(&said(refused)))?;
        let invoice = self.charge(tx).await?;
        let renews_on = self.take_up(tx, &state).await?;
        account_states::replace(tx, id, &after, now).await?;
        departures::settle(tx, id, now).await?;
        let reactivated = Notification::AccountReactivated {
            invoice: invoice.clone(),
            renews_on,
        };
        outbox::publish(tx, id, &reactivated, now).await?;
        let entry = AuditEntry {
            actor: &Actor::operator(),
            at: now,
            action: Action::AccountReactivated,
            object: id.as_str(),
            description: described(invoice.as_ref(), renews_on),
            change: Charging::of(tx, id, now).await?.begins(),
        };
        records::audit(tx, id, entry).await?;
        Ok(invoice)
    }
}

impl Reactivate {
    /// Charges the rest of the month, and counts usage anew from today (A81).
    async fn charge(&self, tx: &mut Tx) -> Result<Option<InvoiceNumber>, Error> {
        let (id, now) = (&self.organization_id, self.now);
        let organization = organizations::find(tx, id).await?;
        let stored = subscriptions::find(tx, id).await?;
        let book = price_books::find(tx, &organization.book).await?;
        let day = billing_day(now, organization.zone_offset_minutes);
        closings::admit_day(tx, id, day).await?;
        let account = PricedAccount {
            list: organization.price_list(&book.book)?,
            subscription: &stored.subscription,
            cycle: BillingCycle::Monthly { counted_from: day },
            annual_offered: organization.annual_eligible,
            metered: Metered::default(),
            add_on_use: billing::AddOnUse::NONE,
            places: organization.places,
            day,
        };
        let started_on = subscriptions::started_on(tx, id).await?;
        let invoiced = departures::paid_until(tx, id).await?.unwrap_or(started_on);
        let year = annual_terms::on(tx, id, day).await?;
        let paid_until = year.map_or(invoiced, |year| invoiced.max(year.term.end()));
        let charge = reactivation_charge(&account, paid_until, Derivations::Included);
        counted_usage::begin(tx, id, day, now).await?;
        let Some(rest) = charge.map_err(Error::unexpected)? else {
            return Ok(None);
        };
        let charged = Charged {
            kind: InvoiceKind::Reactivation,
            span: rest.span,
            statement: rest.statement,
        };
        invoicing::issue(tx, &organization, &charged, Timestamps::immediate(now)).await
    }

    /// Moves the changes that the pause has frozen to the next 1st (A83). If the annual term ended
    /// during the pause, the next one follows (A166); its first day is returned.
    async fn take_up(
        &self,
        tx: &mut Tx,
        before: &AccountState,
    ) -> Result<Option<NaiveDate>, Error> {
        let (id, now) = (&self.organization_id, self.now);
        let Lifecycle::Paused { at } = before.lifecycle() else {
            return Ok(None);
        };
        let offset = organizations::find(tx, id).await?.zone_offset_minutes;
        let day = billing_day(now, offset);
        let next_first = BillingPeriod::of(day).ok_or(OutOfRange)?.end();
        let paused_in = annual_terms::on(tx, id, billing_day(at, offset)).await?;
        let stored = subscriptions::find(tx, id).await?;
        let chosen = stored.subscription.scheduled.frequency;
        let frequency = scheduled_after_pause(paused_in.map(|year| year.term), chosen, day);
        let context = ChangeContext {
            by: "system",
            day,
            next_first,
            now,
        };
        let mut after = stored.subscription.clone();
        after.scheduled.frequency = frequency;
        if after != stored.subscription {
            subscriptions::replace(tx, id, &stored, &after, context).await?;
        }
        subscriptions::reschedule(tx, id, day, next_first).await?;
        let renews = frequency == Some(BillingFrequency::Annual) && chosen.is_none();
        Ok(renews.then_some(next_first))
    }
}

fn described(invoice: Option<&InvoiceNumber>, renews_on: Option<NaiveDate>) -> String {
    let charged = match invoice {
        Some(number) => format!("invoice {number}"),
        None => "the month was paid already".to_owned(),
    };
    match renews_on {
        Some(day) => format!("{charged}; the next year begins on {}", date(day)),
        None => charged,
    }
}
