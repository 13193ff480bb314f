//! The month change: SPEC R15, steps 1 to 6, one organization at a time.

use api::invoice::InvoiceKind;
use api::statement::Statement;
use billing::quote::next_invoice;
use billing::usage::Metered;
use billing::{Account, BillingPeriod, Derivations, Status, Subscription};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::clock::billing_day;
use crate::error::Error;
use crate::store::closings::{self, Closing};
use crate::store::invoices::{self, Draft};
use crate::store::organizations::Organization;
use crate::store::records::{self, Actor, Deed};
use crate::store::subscriptions::{self, Moment};
use crate::store::{Tx, Work, organizations, plan_changes, price_books, usage};
use crate::till::Till;

/// Where a month begins first.
const EASTERNMOST_MINUTES: i32 = 14 * 60;

/// Closes a month of an organization. Closing it again does nothing.
#[derive(Debug)]
pub struct CloseMonth {
    /// The organization.
    pub organization_id: String,
    /// The month.
    pub period: BillingPeriod,
    /// When.
    pub now: DateTime<Utc>,
}

/// What closing a month has led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// Closed now, with this invoice where one was due.
    Now(Option<String>),
    /// It was closed before.
    Before,
    /// It has not ended in the organization's zone.
    NotOver,
    /// A payment has not ended; it belongs to this month and is waited for.
    PaymentPending,
}

/// What closing a month has led to, organization by organization.
#[derive(Debug, Default)]
pub struct Report {
    /// The organizations, in order.
    pub organizations: Vec<(String, Result<Closed, Error>)>,
}

impl Report {
    /// Whether the month is closed everywhere.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let closed =
            |closed: &Result<Closed, Error>| matches!(closed, Ok(Closed::Now(_) | Closed::Before));
        self.organizations
            .iter()
            .all(|(_, outcome)| closed(outcome))
    }
}

/// Closes a month, and any open month before it, for every organization. One that fails does not
/// keep the others waiting.
///
/// # Errors
/// A store that does not answer at all.
pub async fn close_everywhere(till: &Till, period: BillingPeriod) -> Result<Report, Error> {
    let ids = organizations::ids(&mut till.store.reading().await?).await?;
    let mut report = Report::default();
    for id in ids {
        let outcome = close_through(till, &id, period).await;
        report.organizations.push((id, outcome));
    }
    Ok(report)
}

/// Closes every month that has ended for an organization. Orders call this first: none is priced on
/// a month that still waits for its change.
///
/// # Errors
/// A month that cannot be closed.
pub async fn catch_up(till: &Till, organization_id: &str) -> Result<(), Error> {
    let mut tx = till.store.reading().await?;
    let organization = organizations::find(&mut tx, organization_id).await?;
    let open = closings::first_open(&mut tx, organization_id).await?;
    drop(tx);
    let today = billing_day(till.clock.now(), organization.zone_offset_minutes);
    let current = BillingPeriod::of(today).ok_or(billing::OutOfRange)?;
    if open.start() >= current.start() {
        return Ok(());
    }
    let ended = current
        .start()
        .pred_opt()
        .and_then(BillingPeriod::of)
        .ok_or(billing::OutOfRange)?;
    close_through(till, organization_id, ended).await.map(drop)
}

/// Closes every month that has ended, for every organization; what fails is logged and tried again
/// next time.
///
/// # Errors
/// A store that does not answer at all.
pub async fn catch_up_everywhere(till: &Till) -> Result<(), Error> {
    let latest = billing_day(till.clock.now(), EASTERNMOST_MINUTES);
    let current = BillingPeriod::of(latest).ok_or(billing::OutOfRange)?;
    let ended = current
        .start()
        .pred_opt()
        .and_then(BillingPeriod::of)
        .ok_or(billing::OutOfRange)?;
    let ids = closings::behind(&mut till.store.reading().await?, ended).await?;
    for id in ids {
        if let Err(cause) = catch_up(till, &id).await {
            tracing::error!(organization_id = id, %cause, "a month was not closed");
        }
    }
    Ok(())
}

/// Closes open months in order, up to and with `period`. Answers what became of the last.
///
/// # Errors
/// A month that cannot be closed.
pub async fn close_through(
    till: &Till,
    organization_id: &str,
    period: BillingPeriod,
) -> Result<Closed, Error> {
    loop {
        let open = closings::first_open(&mut till.store.reading().await?, organization_id).await?;
        if open.start() > period.start() {
            return Ok(Closed::Before);
        }
        let organization_id = organization_id.to_owned();
        let work = CloseMonth {
            organization_id,
            period: open,
            now: till.clock.now(),
        };
        let closed = till.store.write(work).await?;
        if open == period || matches!(closed, Closed::NotOver | Closed::PaymentPending) {
            return Ok(closed);
        }
    }
}

impl Work for CloseMonth {
    type Output = Closed;

    async fn run(&self, tx: &mut Tx) -> Result<Closed, Error> {
        let id = self.organization_id.as_str();
        let organization = organizations::find(tx, id).await?;
        let open = closings::first_open(tx, id).await?;
        if open.start() > self.period.start() {
            return Ok(Closed::Before);
        }
        let offset = organization.zone_offset_minutes;
        if open != self.period || billing_day(self.now, offset) < self.period.end() {
            return Ok(Closed::NotOver);
        }
        if plan_changes::pending(tx, id).await?.is_some() {
            return Ok(Closed::PaymentPending);
        }
        let number = self.close(tx, organization).await?;
        let description = match &number {
            Some(number) => format!("closed, invoice {number}"),
            None => "closed without invoice".to_owned(),
        };
        let month = self.period.start().format("%Y-%m").to_string();
        let deed = Deed {
            action: "month.closed",
            object: &month,
            description,
        };
        records::audit(tx, id, (&Actor::system(), self.now), deed).await?;
        Ok(Closed::Now(number))
    }
}

impl CloseMonth {
    async fn close(
        &self,
        tx: &mut Tx,
        organization: Organization,
    ) -> Result<Option<String>, Error> {
        let id = self.organization_id.as_str();
        let before = subscriptions::find(tx, id).await?;
        let last_day = self.period.end().pred_opt().ok_or(billing::OutOfRange)?;
        let metered = usage::metered(tx, id, self.period, last_day).await?;
        let tier = before.subscription.tier;
        let statement = self
            .statement(tx, &organization, (&before.subscription, metered))
            .await?;
        let after = before.subscription.after_month_change();
        if after != before.subscription {
            let day = self.period.end();
            let moment = Moment {
                by: "system",
                day,
                next_first: day,
                now: self.now,
            };
            subscriptions::replace(tx, id, &before, &after, moment).await?;
        }
        let number = match before.subscription.status {
            Status::Trial => None,
            Status::Active => Some(self.invoice(tx, organization, statement).await?),
        };
        let invoice_number = number.as_deref();
        let closing = Closing {
            period: self.period,
            tier,
            metered,
            invoice_number,
            closed_at: self.now,
        };
        closings::add(tx, id, &closing).await?;
        Ok(number)
    }

    /// Overage with the closing tier and add-ons, then the coming month, then tax: steps 2 to 5.
    async fn statement(
        &self,
        tx: &mut Tx,
        organization: &Organization,
        (subscription, metered): (&Subscription, Metered),
    ) -> Result<Statement, Error> {
        let book = price_books::find(tx, &organization.book).await?;
        let list = book
            .book
            .list(&organization.currency)
            .ok_or(billing::OutOfRange)?;
        let day = self.period.end().pred_opt().ok_or(billing::OutOfRange)?;
        let closing = Account {
            list,
            subscription,
            metered,
            places: organization.places,
            day,
        };
        let invoice = next_invoice(&closing, self.period, Derivations::Included);
        Ok(Statement::from(
            &invoice.map_err(Error::unexpected)?.statement,
        ))
    }

    async fn invoice(
        &self,
        tx: &mut Tx,
        organization: Organization,
        statement: Statement,
    ) -> Result<String, Error> {
        let coming = BillingPeriod::of(self.period.end()).ok_or(billing::OutOfRange)?;
        let draft = Draft {
            kind: InvoiceKind::Scheduled,
            period: coming,
            period_start: coming.start(),
            issued_on: coming.start(),
            issued_at: self.nominal_instant(organization.zone_offset_minutes)?,
            book: organization.book,
            statement,
            plan_change_id: None,
        };
        let number = invoices::issue(tx, &self.organization_id, &draft).await?;
        let body = json!({ "invoice": number });
        records::post(
            tx,
            &self.organization_id,
            ("invoice.issued", self.now),
            &body,
        )
        .await?;
        Ok(number)
    }

    /// When the month ended in the organization's zone: a late job acts as of then (SPEC R2).
    fn nominal_instant(&self, offset_minutes: i32) -> Result<DateTime<Utc>, Error> {
        let last_day = self.period.end().pred_opt().ok_or(billing::OutOfRange)?;
        Ok(billing::period::day_end(last_day, offset_minutes).ok_or(billing::OutOfRange)?)
    }
}
