//! Collecting: invoices that fell due are debited, once each (SPEC R12, R15 step 7, R17).
//!
//! [`begin`] records the debit, the gateway is called outside any transaction, [`settle`] applies its
//! answer. When a timeout or a crash interrupts a debit between the two, the gateway is asked again
//! under the same key. [`pay`] does the same for everything that is open when an admin pays by hand.
//! [`look`] asks about a payment that waits for the payer's confirmation.

use billing::invoicing::collection::Occasion;
use billing::{Money, OrganizationId, OutOfRange};
use chrono::{DateTime, Utc};

use super::orders;
use crate::account::confirmation;
use crate::foundation::error::Error;
use crate::services::Services;
use crate::services::gateway::{Charge, Outcome, in_time};
use crate::store::Tx;
use crate::store::organizations::payment_methods;
use crate::store::payments::debits::{self, Debit, State};
use crate::store::schedule::{DeadlineKind, Due};

mod begin;
mod later;
mod look;
mod pay;
mod retry;
mod settle;

use begin::Begin;
use later::Later;
pub use look::look;
pub use pay::{Payable, PaymentReply, Submission, pay, payable};
pub(crate) use retry::retry;
use settle::Settle;

/// Makes the gateway call that a due job needs.
///
/// # Errors
/// Fails for an invoice that cannot be debited.
pub async fn act(
    services: &Services,
    organization_id: &OrganizationId,
    due: &Due,
) -> Result<(), Error> {
    match due.kind {
        DeadlineKind::Collect => collect(services, organization_id, &due.subject).await,
        DeadlineKind::DebitCheck => {
            let since = check(services, organization_id, &due.subject).await?;
            later(services, organization_id, (due, since)).await
        }
        DeadlineKind::OrderCheck => {
            let order = (organization_id, due.subject.as_str());
            let order = orders::look_again(services, order, orders::Scope::Abandoned).await?;
            let since = order.map(|order| order.ordered_at);
            later(services, organization_id, (due, since)).await
        }
        DeadlineKind::Schedule
        | DeadlineKind::QuoteExpiry
        | DeadlineKind::AuthenticationExpiry
        | DeadlineKind::MonthChange
        | DeadlineKind::NextBillingDate
        | DeadlineKind::AnnualTermEnd
        | DeadlineKind::ScheduledChange
        | DeadlineKind::PredebitNotice
        | DeadlineKind::TrialLock
        | DeadlineKind::TrialEnd
        | DeadlineKind::GraceEnd
        | DeadlineKind::EndNotice
        | DeadlineKind::Alerts
        | DeadlineKind::TrialCancellation
        | DeadlineKind::LockEnd
        | DeadlineKind::PauseEnd
        | DeadlineKind::EarliestDebit
        | DeadlineKind::RetentionBoundary
        | DeadlineKind::BackupPurge => Ok(()),
    }
}

/// Debits an invoice if it is still due.
async fn collect(
    services: &Services,
    organization_id: &OrganizationId,
    number: &str,
) -> Result<(), Error> {
    let begin = Begin {
        organization_id: organization_id.to_owned(),
        number: number.to_owned(),
        now: services.clock.now(),
    };
    match services.store.write(begin).await? {
        Some(charge) => debit(services, organization_id, charge).await,
        None => Ok(()),
    }
}

/// Sends a recorded charge to the gateway and applies the outcome.
async fn debit(
    services: &Services,
    organization_id: &OrganizationId,
    charge: Charge,
) -> Result<(), Error> {
    let outcome = in_time(services.gateway.charge(&charge)).await;
    let settle = Settle {
        organization_id: organization_id.to_owned(),
        id: charge.key,
        outcome,
        now: services.clock.now(),
    };
    services.store.write(settle).await
}

/// Asks the gateway about a debit whose outcome is open, unless it has just been started. Returns when
/// it was started.
async fn check(
    services: &Services,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<Option<DateTime<Utc>>, Error> {
    let now = services.clock.now();
    let mut tx = services.store.reading().await?;
    let Some(debit) = debits::find(&mut tx, organization_id, id).await? else {
        return Ok(None);
    };
    if !debit.is_anyones(now) {
        return Ok(Some(debit.started_at));
    }
    let charge = charge_of(&mut tx, organization_id, &debit).await?;
    drop(tx);
    let overdue = matches!(debit.state, State::Authentication { expires } if expires <= now);
    let outcome = match in_time(services.gateway.outcome(&charge)).await {
        Ok(Outcome::Authentication) if overdue => in_time(services.gateway.give_up(&charge)).await,
        outcome => outcome,
    };
    let settle = Settle {
        organization_id: organization_id.to_owned(),
        id: id.to_owned(),
        outcome,
        now: services.clock.now(),
    };
    services.store.write(settle).await?;
    Ok(Some(debit.started_at))
}

/// Schedules the next question if the outcome is still open.
async fn later(
    services: &Services,
    organization_id: &OrganizationId,
    (due, since): (&Due, Option<DateTime<Utc>>),
) -> Result<(), Error> {
    let now = services.clock.now();
    let later = Later {
        organization_id: organization_id.to_owned(),
        due: due.clone(),
        since: since.unwrap_or(now),
        now,
    };
    services.store.write(later).await
}

/// The charge of a recorded debit, as it is sent to the gateway.
async fn charge_of(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    debit: &Debit,
) -> Result<Charge, Error> {
    let method = debit.payment_method_id.as_deref().ok_or(OutOfRange)?;
    let currency = debits::currency(tx, organization_id, &debit.currency).await?;
    let amount = Money::new(debit.amount_minor, currency);
    let occasion = match debit.run {
        Some(_) => Occasion::OneTime,
        // A debit that needs confirmation is never sent without its payer (A114).
        None => Occasion::Recurring,
    };
    let wanted = (amount, occasion);
    Ok(Charge {
        key: debit.id.clone(),
        token: payment_methods::token_of(tx, organization_id, method).await?,
        amount,
        authentication: confirmation::of(tx, organization_id, wanted, debit.started_at).await?,
    })
}
