//! What is on file to charge with: a payment method and billing details (SPEC R8). Saving either one is
//! an event of the account's lifecycle, which may be waiting for it.

use api::audit::Action;
use api::invoicing::invoice::Party;
use billing::OrganizationId;
use billing::account::account_state::AccountEvent;
use billing::account::lifecycle::{self, Lifecycle};
use chrono::{DateTime, Utc};

use super::debits;
use crate::account::access_control::refusal;
use crate::account::audit_values;
use crate::foundation::clock::Timestamps;
use crate::foundation::error::Error;
use crate::invoicing::begin_charging;
use crate::store::organizations::payment_methods::{self, PaymentMethod};
use crate::store::organizations::{self, billing_details};
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::{Changes, Tx, Work, account_states};

/// Saves a payment method as the default one.
#[derive(Debug)]
pub struct SavePaymentMethod {
    pub organization_id: OrganizationId,
    pub method: PaymentMethod,
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

#[derive(Debug)]
pub struct SaveDetails {
    pub organization_id: OrganizationId,
    /// The name and address on the next invoices.
    pub billed_to: Party,
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

impl Work for SavePaymentMethod {
    type Output = ();

    fn changes(&self) -> Changes {
        Changes::Account(self.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let id = &self.organization_id;
        let method = &self.method;
        let before = payment_methods::default_of(tx, id).await?;
        payment_methods::save_default(tx, id, method).await?;
        notify(
            tx,
            id,
            lifecycle::LifecycleEvent::PaymentMethodSaved,
            self.now,
        )
        .await?;
        debits::retry(tx, id, self.now).await?;
        let entry = AuditEntry {
            actor: &self.actor,
            at: self.now,
            action: Action::PaymentMethodSaved,
            object: &method.id,
            description: "the default from now on".to_owned(),
            change: AuditChange {
                before: before.as_ref().map(audit_values::card),
                after: Some(audit_values::card(method)),
            },
        };
        records::audit(tx, id, entry).await
    }
}

impl Work for SaveDetails {
    type Output = ();

    fn changes(&self) -> Changes {
        Changes::Account(self.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let id = &self.organization_id;
        let before = organizations::find(tx, id).await?.billed_to;
        billing_details::save(tx, id, &self.billed_to, &self.actor.name, self.now).await?;
        notify(
            tx,
            id,
            lifecycle::LifecycleEvent::BillingDetailsSaved,
            self.now,
        )
        .await?;
        let entry = AuditEntry {
            actor: &self.actor,
            at: self.now,
            action: Action::BillingDetailsSaved,
            object: id.as_str(),
            description: "for the next invoices".to_owned(),
            change: AuditChange::of(
                audit_values::party(&before),
                audit_values::party(&self.billed_to),
            ),
        };
        records::audit(tx, id, entry).await
    }
}

/// Applies the event to the account's state.
async fn notify(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    saved: lifecycle::LifecycleEvent,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let before = account_states::find(tx, organization_id).await?;
    let after = before.after(AccountEvent::Life(saved), now, &tx.policy());
    let after = after.map_err(refusal)?;
    account_states::replace(tx, organization_id, &after, now).await?;
    // Row 5a: charging begins now in a trial that had expired.
    match after.lifecycle() {
        Lifecycle::Active { since } => {
            let times = Timestamps {
                effective_at: since,
                recorded_at: now,
            };
            begin_charging(tx, organization_id, times).await
        }
        Lifecycle::Trial { .. } | Lifecycle::Paused { .. } | Lifecycle::Cancelled { .. } => Ok(()),
    }
}
