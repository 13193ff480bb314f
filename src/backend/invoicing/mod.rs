//! Issues invoices that no order caused: the first one after a trial, the one after a pause, and the
//! final one. Such an invoice is a debt that falls due without an order (SPEC R8, R13, R14, R15
//! step 7).

use billing::account::account_state::AccountState;
use billing::account::lifecycle::Lifecycle;
use billing::invoicing::collection::CollectingRule;
use billing::invoicing::invoice::{InvoiceKind, InvoiceNumber};
use billing::invoicing::month_close::Collection;
use billing::period::Span;
use billing::pricing::final_invoice::final_statement;
use billing::{Derivations, OrganizationId, OutOfRange, PricedAccount};
use chrono::{DateTime, NaiveDate, Utc};

use crate::account::allowance;
use crate::account::confirmation::when_due;
use crate::foundation::clock::{Timestamps, billing_day};
use crate::foundation::error::Error;
use crate::notification::Notification;
use crate::store::invoices::{self, Draft};
use crate::store::organizations::Organization;
use crate::store::payments::collections::{self, NewCollection};
use crate::store::records::outbox;
use crate::store::usage::{add_on_use, counted_usage};
use crate::store::{Tx, account_states, organizations, price_books, subscriptions};

mod first;
pub mod month;

pub use first::begin_charging;

/// What an invoice charges.
#[derive(Debug)]
pub struct Charged {
    /// The kind of the invoice.
    pub kind: InvoiceKind,
    /// The days that it covers.
    pub span: Span,
    /// The lines and the total.
    pub statement: billing::Statement,
}

/// Issues an invoice and schedules its collection. `None` when there is nothing to charge.
pub async fn issue(
    tx: &mut Tx,
    organization: &Organization,
    charged: &Charged,
    times: Timestamps,
) -> Result<Option<InvoiceNumber>, Error> {
    let Timestamps {
        effective_at,
        recorded_at,
    } = times;
    let total = charged.statement.total;
    let rule = CollectingRule::of(total.currency(), &tx.policy());
    let Some(collection) = Collection::of(rule, total, effective_at.max(recorded_at)) else {
        return Ok(None);
    };
    let draft = Draft {
        kind: charged.kind,
        period: charged.span,
        issued_on: billing_day(effective_at, organization.zone_offset_minutes),
        issued_at: effective_at,
        book: organization.book.clone(),
        statement: charged.statement.clone(),
        plan_change_id: None,
    };
    let id = &organization.id;
    let number = invoices::issue(tx, id, &draft).await?;
    let issued = Notification::InvoiceIssued {
        invoice: number.clone(),
    };
    outbox::publish(tx, id, &issued, recorded_at).await?;
    let due = NewCollection {
        collection,
        issued_at: effective_at,
    };
    collect(tx, id, &number, due, recorded_at).await?;
    Ok(Some(number))
}

/// Schedules the collection of an invoice, and mails the notice that some payers must get before a
/// debit (SPEC R17).
///
/// # Errors
/// Fails for an unknown invoice number.
pub async fn collect(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    number: &InvoiceNumber,
    due: NewCollection,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    collections::add(tx, organization_id, number, due).await?;
    match due.collection {
        Collection::AtOnce { amount: _ } => Ok(()),
        Collection::AfterNotice {
            amount,
            notice_at: _,
            debit_at,
        } => {
            let announced = Notification::DebitAnnounced {
                invoice: number.clone(),
                sum: amount,
                debit_at,
                authentication: when_due(tx, organization_id, amount, debit_at).await?,
            };
            outbox::publish(tx, organization_id, &announced, now).await
        }
    }
}

/// Settles the running month of an account that stops: invoices the overage up to an instant (SPEC R13,
/// R14), which is not charged again later. `None` when there is none, as in a trial.
///
/// `after` is the state in which the account stops. It is stored before the invoice is announced, so
/// that the mail says what works then and links to a page that still opens.
pub async fn settle_month(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    after: &AccountState,
    times: Timestamps,
) -> Result<Option<InvoiceNumber>, Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let charged = settlement(tx, &organization, times.effective_at).await?;
    account_states::replace(tx, organization_id, after, times.recorded_at).await?;
    let Some(charged) = charged else {
        return Ok(None);
    };
    let at = times.effective_at;
    let day = billing_day(at, organization.zone_offset_minutes);
    counted_usage::settle(tx, organization_id, day, at).await?;
    let number = issue(tx, &organization, &charged, times).await?;
    Ok(number)
}

/// The charge that settles the running month of an account that stops; `None` in a trial and in a
/// pause.
pub async fn settlement(
    tx: &mut Tx,
    organization: &Organization,
    at: DateTime<Utc>,
) -> Result<Option<Charged>, Error> {
    let organization_id = &organization.id;
    let day = billing_day(at, organization.zone_offset_minutes);
    let stored = subscriptions::find(tx, organization_id).await?;
    let life = account_states::find(tx, organization_id).await?.lifecycle();
    let is_paused = matches!(life, Lifecycle::Paused { .. });
    // The pause has already settled its month (A191).
    if stored.is_trial || is_paused {
        return Ok(None);
    }
    let month = counted_usage::to_day(tx, organization_id, day).await?;
    let used = add_on_use::of_month(tx, organization_id, month.days_to(day)).await?;
    let book = price_books::find(tx, &organization.book).await?;
    let list = organization.price_list(&book.book)?;
    let per_mau = list.data_points_per_mau;
    let annual = allowance::before(tx, organization_id, per_mau, &month).await?;
    let account = PricedAccount {
        list,
        subscription: &stored.subscription,
        cycle: allowance::charged_cycle(annual, &month),
        annual_offered: organization.annual_eligible,
        metered: month.metered(),
        add_on_use: &used,
        places: organization.places,
        day,
    };
    let statement = final_statement(&account, Derivations::Included);
    Ok(Some(Charged {
        kind: InvoiceKind::Final,
        span: to_the_end_of(month.from, day)?,
        statement: statement.map_err(Error::unexpected)?,
    }))
}

/// The span of the days that count, with the last one included.
fn to_the_end_of(from: NaiveDate, last: NaiveDate) -> Result<Span, Error> {
    let end = last.succ_opt().ok_or(OutOfRange)?;
    Span::new(from.min(last), end).map_err(Error::unexpected)
}
