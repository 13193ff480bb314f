//! What the outcome of an invoice's payment means: the invoice is paid, or the account is dunned.

use api::audit::Action;
use billing::OrganizationId;
use billing::account::account_state::{AccountEvent, AccountState};
use billing::account::dunning::{Charge, Dunning, dunning_event};
use billing::account::lifecycle::Lifecycle;
use billing::catalog::policy::Policy;
use billing::invoicing::collection::AttemptState;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};

use crate::account::audit_values;
use crate::foundation::error::Error;
use crate::notification::Notification;
use crate::services::gateway::failure_text;
use crate::store::invoices::{self, Payment};
use crate::store::payments::attempts::PaymentAttempt;
use crate::store::payments::open_invoices;
use crate::store::records::{self, Actor, AuditChange, AuditEntry, outbox};
use crate::store::retention::{erasure, tombstones};
use crate::store::{Tx, account_states};

/// An attempt to pay an invoice.
#[derive(Debug, Clone, Copy)]
pub(super) struct InvoicePayment<'a> {
    pub(super) attempt: &'a PaymentAttempt,
    /// The number of the invoice.
    pub(super) number: &'a InvoiceNumber,
    /// Whether it fell due by itself, or an admin has ordered it.
    pub(super) charge: Charge,
}

/// Applies the new state of an attempt: payment, dunning, log and mail.
pub(super) async fn settled(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    payment: InvoicePayment<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let InvoicePayment {
        attempt, number, ..
    } = payment;
    if let (AttemptState::Paid { reference }, Some(method)) =
        (&attempt.state, &attempt.payment_method_id)
    {
        let paid = Payment {
            reference,
            payment_method_id: method,
            paid_at: now,
        };
        invoices::pay(tx, organization_id, number, paid).await?;
    }
    let (before, after) = dun(tx, organization_id, payment, now).await?;
    log(tx, organization_id, payment, now).await?;
    let was_dunned = !matches!(before, Dunning::Clear);
    if was_dunned && after == Dunning::Clear {
        let cleared = Notification::PaymentCleared {
            invoice: number.clone(),
        };
        outbox::publish(tx, organization_id, &cleared, now).await?;
    }
    if tombstones::find(tx, organization_id).await?.is_some() {
        erasure::methods(tx, organization_id).await?;
    }
    Ok(())
}

/// Applies the outcome to the account's dunning (SPEC R12). Returns the dunning before and after it.
async fn dun(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    InvoicePayment {
        attempt, charge, ..
    }: InvoicePayment<'_>,
    now: DateTime<Utc>,
) -> Result<(Dunning, Dunning), Error> {
    let policy = tx.policy();
    let before: AccountState = account_states::find(tx, organization_id).await?;
    let as_of = paid_as_of(&before, attempt, now, &policy);
    let here = before.at(as_of, &policy).dunning();
    let left = open_invoices::outstanding(tx, organization_id).await?;
    let event = AccountEvent::Payment(dunning_event(attempt.state.outcome(), charge, left));
    // A paused account is not dunned; a cancelled one is no longer dunned.
    let Ok(after) = before.after(event, as_of, &policy) else {
        return Ok((here, here));
    };
    if after.dunning() != here {
        account_states::replace(tx, organization_id, &after, now).await?;
    }
    Ok((here, after.dunning()))
}

/// The instant from which a payment counts. A payment that was started before a deadline ended the
/// account keeps the account, however late its outcome is known. An end that is already carried out
/// stays.
fn paid_as_of(
    before: &AccountState,
    attempt: &PaymentAttempt,
    now: DateTime<Utc>,
    policy: &Policy,
) -> DateTime<Utc> {
    let has_ended = matches!(
        before.at(now, policy).lifecycle(),
        Lifecycle::Cancelled { .. }
    );
    match attempt.state {
        AttemptState::Paid { .. } if has_ended => attempt.started_at,
        _ => now,
    }
}

/// Writes the audit entry, and the mail if the admins need one. An admin who pays by hand sees the
/// outcome on the screen, so only the payment itself is mailed. A lost debit is made again, so it is
/// not mailed.
async fn log(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    InvoicePayment {
        attempt,
        number,
        charge,
    }: InvoicePayment<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let by_itself = charge == Charge::Scheduled;
    let (invoice, sum) = (number.clone(), attempt.amount);
    let (action, notification) = match &attempt.state {
        AttemptState::Started | AttemptState::Unknown => return Ok(()),
        AttemptState::Paid { .. } => (
            Action::PaymentSucceeded,
            Some(Notification::PaymentSucceeded { invoice, sum }),
        ),
        AttemptState::Declined { .. } | AttemptState::NotConfirmed(_) => (
            Action::PaymentFailed,
            by_itself.then(|| Notification::PaymentFailed {
                invoice,
                sum,
                reason: attempt.state.reason().map(str::to_owned),
            }),
        ),
        AttemptState::Authentication { expires } => (
            Action::PaymentAuthentication,
            by_itself.then_some(Notification::PaymentToConfirm {
                invoice,
                sum,
                expires: *expires,
            }),
        ),
        AttemptState::Never => (Action::PaymentLost, None),
    };
    let entry = AuditEntry {
        actor: &Actor::system(),
        at: now,
        action,
        object: number.as_str(),
        description: match attempt.state.reason() {
            Some(reason) => format!("invoice {number}, because {}", failure_text(reason)),
            None => format!("invoice {number}"),
        },
        change: match attempt.state {
            AttemptState::Paid { .. } => audit_values::paid(attempt.amount),
            _ => AuditChange::NONE,
        },
    };
    records::audit(tx, organization_id, entry).await?;
    match notification {
        Some(notification) => outbox::publish(tx, organization_id, &notification, now).await,
        None => Ok(()),
    }
}
