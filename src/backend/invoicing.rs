//! Issues invoices that nobody has ordered: the first after a trial, the one behind a pause, the
//! last one. Such an invoice is a debt, and falls due by itself (SPEC R8, R13, R14, R15 step 7).

use api::invoice::InvoiceKind;
use api::statement::Statement;
use billing::account_state::AccountState;
use billing::accrued_overage::{Measure, final_statement};
use billing::lifecycle::Lifecycle;
use billing::month_close::{CollectingRule, Collection};
use billing::period::Span;
use billing::{Derivations, OutOfRange, PriceList, PricedAccount, Status};
use chrono::{DateTime, NaiveDate, Utc};

use crate::allowance;
use crate::clock::billing_day;
use crate::collecting::when_due;
use crate::error::Error;
use crate::notification::Notification;
use crate::store::collections::{self, Due};
use crate::store::invoices::{self, Draft};
use crate::store::organizations::Organization;
use crate::store::{
    Tx, account_states, add_on_use, counted_usage, organizations, outbox, price_books, schedule,
    subscriptions,
};

/// What is invoiced.
#[derive(Debug)]
pub struct Charged {
    /// What for.
    pub kind: InvoiceKind,
    /// For which days.
    pub span: Span,
    /// How much.
    pub statement: billing::Statement,
}

/// Issues an invoice as of an instant, and notes when it is collected. None where it charges nothing.
///
/// # Errors
/// An organization that is not stored in full.
pub async fn issue(
    tx: &mut Tx,
    organization: &Organization,
    charged: &Charged,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<String>, Error> {
    let total = charged.statement.total;
    let rule = CollectingRule::of(total.currency(), &tx.policy());
    let Some(collection) = Collection::of(rule, total, at.max(now))? else {
        return Ok(None);
    };
    let draft = Draft {
        kind: charged.kind,
        period: charged.span,
        issued_on: billing_day(at, organization.zone_offset_minutes),
        issued_at: at,
        book: organization.book.clone(),
        statement: Statement::from(&charged.statement),
        plan_change_id: None,
    };
    let id = organization.id.as_str();
    let number = invoices::issue(tx, id, &draft).await?;
    let issued = Notification::InvoiceIssued {
        invoice: number.clone(),
    };
    outbox::publish(tx, id, &issued, now).await?;
    let due = Due {
        collection,
        issued_at: at,
    };
    collect(tx, id, (&number, due), now).await?;
    Ok(Some(number))
}

/// Notes when an invoice is collected; where the payer has to be told before, they are (SPEC R17).
///
/// # Errors
/// An invoice that is not stored.
pub async fn collect(
    tx: &mut Tx,
    organization_id: &str,
    (number, due): (&str, Due),
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
                invoice: number.to_owned(),
                sum: amount.into(),
                debit_at,
                authentication: when_due(tx, organization_id, (amount, debit_at)).await?,
            };
            outbox::publish(tx, organization_id, &announced, now).await
        }
    }
}

/// Settles the running month of an account that stops: invoices the overage that it has accrued up
/// to an instant (SPEC R13, R14); it is not charged again. None where there is none, as in a trial.
///
/// `after` is the state that it stops in. It is written before the invoice is told of, so that the mail
/// says what works then and leads to a page that is left.
///
/// # Errors
/// An organization that is not stored in full.
pub async fn settle_month(
    tx: &mut Tx,
    organization_id: &str,
    after: &AccountState,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<String>, Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let charged = settlement(tx, &organization, at).await?;
    account_states::replace(tx, organization_id, after, now).await?;
    let Some(charged) = charged else {
        return Ok(None);
    };
    let day = billing_day(at, organization.zone_offset_minutes);
    counted_usage::settle(tx, organization_id, (day, at)).await?;
    let number = issue(tx, &organization, &charged, (at, now)).await?;
    schedule::sync_due_dates(tx, organization_id, now).await?;
    Ok(number)
}

/// What the running month of an account that stops is settled with; none in a trial and in a pause.
///
/// # Errors
/// An organization that is not stored in full.
pub async fn settlement(
    tx: &mut Tx,
    organization: &Organization,
    at: DateTime<Utc>,
) -> Result<Option<Charged>, Error> {
    let organization_id = organization.id.as_str();
    let day = billing_day(at, organization.zone_offset_minutes);
    let stored = subscriptions::find(tx, organization_id).await?;
    let life = account_states::find(tx, organization_id).await?.lifecycle();
    let is_paused = matches!(life, Lifecycle::Paused { .. });
    // A pause has settled its month already (A191).
    if stored.subscription.status == Status::Trial || is_paused {
        return Ok(None);
    }
    let month = counted_usage::to_day(tx, organization_id, day).await?;
    let used = add_on_use::of_month(tx, organization_id, (month.period, day)).await?;
    let book = price_books::find(tx, &organization.book).await?;
    let account = PricedAccount {
        list: list(&book.book, organization)?,
        subscription: &stored.subscription,
        metered: month.metered(),
        add_on_use: &used,
        places: organization.places,
        day,
    };
    let per_mau = account.list.data_points_per_mau;
    let measure = match allowance::before(tx, organization_id, per_mau, &month).await? {
        Some(allowance) => Measure::Pooled(allowance.year.pool),
        None => Measure::Since(month.from),
    };
    let statement = final_statement(&account, measure, Derivations::Included);
    Ok(Some(Charged {
        kind: InvoiceKind::Final,
        span: to_the_end_of(month.from, day)?,
        statement: statement.map_err(Error::unexpected)?,
    }))
}

/// The prices that an organization pays.
///
/// # Errors
/// A currency that its price book does not have.
pub fn list<'a>(
    book: &'a billing::PriceBook,
    organization: &Organization,
) -> Result<&'a PriceList, Error> {
    book.list(&organization.currency)
        .ok_or_else(|| OutOfRange.into())
}

/// The days that count, the last one included.
fn to_the_end_of(from: NaiveDate, last: NaiveDate) -> Result<Span, Error> {
    let end = last.succ_opt().ok_or(OutOfRange)?;
    Span::new(from.min(last), end).map_err(Error::unexpected)
}
