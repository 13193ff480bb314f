//! The second transaction of a debit: applies the gateway's answer, all at once or not at all.

use api::audit::Action;
use billing::account::account_state::{AccountEvent, AccountState};
use billing::account::dunning::{Charge, Dunning, dunning_event};
use billing::account::lifecycle::Lifecycle;
use billing::catalog::policy::Policy;
use billing::invoicing::collection::{self, authentication_expires_at};
use billing::{Money, OrganizationId};
use chrono::{DateTime, Utc};

use crate::account::audit_values;
use crate::foundation::error::Error;
use crate::notification::Notification;
use crate::services::gateway::{NoAnswer, Outcome, failure_text};
use crate::store::invoices::{self, Payment};
use crate::store::payments::debits::{self, Debit, State, Transition};
use crate::store::records::outbox;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::retention::{erasure, tombstones};
use crate::store::{Changes, Tx, Work, account_states, schedule};

/// Applies the gateway's answer about a debit.
#[derive(Debug)]
pub(super) struct Settle {
    pub(super) organization_id: OrganizationId,
    pub(super) id: String,
    pub(super) outcome: Result<Outcome, NoAnswer>,
    pub(super) now: DateTime<Utc>,
}

/// The outcome of a debit.
#[derive(Debug, Clone, Copy)]
pub(super) enum Verdict<'a> {
    /// The money was captured, with this reference.
    Paid(&'a str),
    /// The bank declined it, for this reason.
    Declined(&'a str),
    /// The payer did not confirm it, for this reason.
    NotConfirmed(&'a str),
    /// It never reached the gateway.
    Never,
    /// The outcome is unknown so far.
    Unknown,
    /// The bank waits for the payer's confirmation.
    Authentication,
}

impl Work for Settle {
    type Output = ();

    fn changes(&self) -> Changes<'_> {
        Changes::Account(&self.organization_id, self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let id = &self.organization_id;
        let debit = debits::find(tx, id, &self.id).await?;
        let debit = debit.ok_or_else(|| Error::unexpected(format!("no debit {}", self.id)))?;
        if !debit.state.is_under_way() {
            return Ok(());
        }
        let asked = matches!(debit.state, State::Authentication { .. });
        let verdict = match &self.outcome {
            Ok(Outcome::Captured { reference }) => Verdict::Paid(reference),
            Ok(Outcome::Declined { reason }) => Verdict::Declined(reason),
            // The payer was asked to confirm and did not.
            Ok(Outcome::Never) if asked => Verdict::NotConfirmed("authentication_expired"),
            Ok(Outcome::Never) => Verdict::Never,
            Ok(Outcome::Authentication) => Verdict::Authentication,
            // While the bank waits for confirmation, a gateway that does not answer changes nothing.
            Err(NoAnswer) if asked => return Ok(()),
            Err(NoAnswer) => Verdict::Unknown,
        };
        settled(tx, id, (debit, verdict), self.now).await
    }
}

/// Moves a debit to its new state, with everything that follows: payment, dunning, log and mail.
pub(super) async fn settled(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    (debit, verdict): (Debit, Verdict<'_>),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let to = transition(&debit, verdict, &tx.policy(), now);
    if !debits::advance(tx, organization_id, &debit.id, to).await? {
        return Err(Error::Conflict);
    }
    if let (Verdict::Paid(reference), Some(method)) = (verdict, &debit.payment_method_id) {
        let payment = Payment {
            reference,
            payment_method_id: method,
            paid_at: now,
        };
        invoices::pay(tx, organization_id, &debit.number, payment).await?;
    }
    let (before, after) = dun(tx, organization_id, (&debit, verdict), now).await?;
    tell(tx, organization_id, (&debit, to), now).await?;
    let was_dunned = !matches!(before, Dunning::Clear);
    if was_dunned && after == Dunning::Clear {
        let cleared = Notification::PaymentCleared {
            invoice: debit.number.clone(),
        };
        outbox::publish(tx, organization_id, &cleared, now).await?;
    }
    if tombstones::find(tx, organization_id).await?.is_some() {
        erasure::methods(tx, organization_id).await?;
    }
    schedule::unpark(tx, organization_id).await
}

fn transition<'a>(
    debit: &Debit,
    verdict: Verdict<'a>,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Transition<'a> {
    let (state, reference, reason) = match verdict {
        Verdict::Paid(reference) => (State::Paid, Some(reference), None),
        Verdict::Declined(reason) => (State::Declined, None, Some(reason)),
        Verdict::NotConfirmed(reason) => (State::NotConfirmed, None, Some(reason)),
        Verdict::Never => (State::Never, None, None),
        Verdict::Unknown => (State::Unknown, None, None),
        Verdict::Authentication => {
            let expires = authentication_expires_at(debit.started_at, policy);
            (State::Authentication { expires }, None, None)
        }
    };
    Transition {
        state,
        reference,
        reason,
        now,
    }
}

/// Applies the outcome to the account's dunning (SPEC R12). Returns the dunning before and after it.
async fn dun(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    (debit, verdict): (&Debit, Verdict<'_>),
    now: DateTime<Utc>,
) -> Result<(Dunning, Dunning), Error> {
    let policy = tx.policy();
    let before: AccountState = account_states::find(tx, organization_id).await?;
    let as_of = paid_as_of(&before, (debit, verdict), now, &policy);
    let here = before.at(as_of, &policy).dunning();
    let outcome = match verdict {
        Verdict::Paid(_) => collection::Outcome::Paid,
        Verdict::Declined(_) => collection::Outcome::Declined,
        Verdict::NotConfirmed(_) => collection::Outcome::NotConfirmed,
        // Neither of these is the customer's failure.
        Verdict::Never | Verdict::Unknown => collection::Outcome::Unknown,
        Verdict::Authentication => collection::Outcome::Processing,
    };
    let charge = match debit.run {
        None => Charge::Scheduled,
        Some(_) => Charge::OnDemand,
    };
    let left = debits::outstanding(tx, organization_id).await?;
    let event = AccountEvent::Payment(dunning_event(outcome, charge, left));
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
    (debit, verdict): (&Debit, Verdict<'_>),
    now: DateTime<Utc>,
    policy: &Policy,
) -> DateTime<Utc> {
    let has_ended = matches!(
        before.at(now, policy).lifecycle(),
        Lifecycle::Cancelled { .. }
    );
    match verdict {
        Verdict::Paid(_) if has_ended => debit.started_at,
        _ => now,
    }
}

/// Writes the audit entry, and the mail if the admins need one.
async fn tell(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    (debit, to): (&Debit, Transition<'_>),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let action = match to.state {
        State::Paid => Action::PaymentSucceeded,
        State::Declined | State::NotConfirmed => Action::PaymentFailed,
        State::Authentication { .. } => Action::PaymentAuthentication,
        State::Never => Action::PaymentLost,
        State::Unknown | State::Started => return Ok(()),
    };
    let amount = amount(tx, organization_id, debit).await?;
    let entry = AuditEntry {
        action,
        object: &debit.number,
        description: said(debit, to.reason),
        change: match action {
            Action::PaymentSucceeded => audit_values::paid(amount),
            _ => AuditChange::NONE,
        },
    };
    records::audit(tx, organization_id, (&Actor::system(), now), entry).await?;
    match notification(debit, to, amount) {
        Some(told) => outbox::publish(tx, organization_id, &told, now).await,
        None => Ok(()),
    }
}

/// The mail to the admins. An admin who pays by hand sees the outcome on the screen, so only the
/// payment itself is mailed. A lost debit is made again, so it is not mailed.
fn notification(debit: &Debit, to: Transition<'_>, amount: Money) -> Option<Notification> {
    let (invoice, sum) = (debit.number.clone(), amount.into());
    let by_itself = debit.run.is_none();
    match to.state {
        State::Paid => Some(Notification::PaymentSucceeded { invoice, sum }),
        State::Declined | State::NotConfirmed if by_itself => Some(Notification::PaymentFailed {
            invoice,
            sum,
            reason: to.reason.map(str::to_owned),
        }),
        State::Authentication { expires } if by_itself => Some(Notification::PaymentToConfirm {
            invoice,
            sum,
            expires,
        }),
        State::Declined
        | State::NotConfirmed
        | State::Authentication { .. }
        | State::Never
        | State::Unknown
        | State::Started => None,
    }
}

/// A payment in one line, for the log.
fn said(debit: &Debit, reason: Option<&str>) -> String {
    let invoice = format!("invoice {}", debit.number);
    match reason {
        Some(reason) => format!("{invoice}, because {}", failure_text(reason)),
        None => invoice,
    }
}

async fn amount(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    debit: &Debit,
) -> Result<Money, Error> {
    let currency = debits::currency(tx, organization_id, &debit.currency).await?;
    Ok(Money::new(debit.amount_minor, currency))
}
