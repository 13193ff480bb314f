//! The month change (SPEC R15), one organization at a time.
//!
//! [`billing::invoicing::month_close`] decides what is to be done. [`account`] reads its input, [`plan`] carries
//! out its result, both in one transaction.

use billing::invoicing::month_close::{self, CloseRefused, ends_at};
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::foundation::error::Error;
use crate::jobs;
use crate::services::Services;
use crate::store::invoices::closings;
use crate::store::{Changes, Tx, Work, organizations};

mod account;
mod plan;
mod turned;

use account::ClosingAccount;
use plan::carry_out;

/// Closes a month of an organization. Closing it again does nothing.
#[derive(Debug)]
pub struct CloseMonth {
    pub organization_id: OrganizationId,
    pub period: BillingPeriod,
    pub now: DateTime<Utc>,
}

/// The result of closing a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// Closed now; with the number of the invoice if one was issued.
    Now(Option<String>),
    /// It was already closed.
    Before,
    /// It has not ended in the organization's time zone.
    NotOver,
    /// This earlier month is still open.
    OutOfOrder(BillingPeriod),
    /// A payment that belongs to this month is still open.
    PaymentPending,
}

/// The results of closing a month for every organization.
#[derive(Debug, Default)]
pub struct Report {
    /// The organizations by id, in order.
    pub organizations: Vec<(String, Result<Closed, Error>)>,
}

impl Report {
    /// Whether the month is closed for every organization.
    pub fn is_complete(&self) -> bool {
        let closed =
            |closed: &Result<Closed, Error>| matches!(closed, Ok(Closed::Now(_) | Closed::Before));
        self.organizations
            .iter()
            .all(|(_, outcome)| closed(outcome))
    }
}

/// Closes a month, and any open month before it, for every organization. A failure for one organization
/// does not stop the others.
pub async fn close_everywhere(services: &Services, period: BillingPeriod) -> Result<Report, Error> {
    let ids = organizations::ids(&mut services.store.reading().await?).await?;
    let mut report = Report::default();
    for id in ids {
        let outcome = close_through(services, &id, period).await;
        report.organizations.push((id.to_string(), outcome));
    }
    Ok(report)
}

/// Closes open months in order, up to and including `period`. Returns the result of the last one.
///
/// # Errors
/// Fails when a month cannot be closed.
pub async fn close_through(
    services: &Services,
    organization_id: &OrganizationId,
    period: BillingPeriod,
) -> Result<Closed, Error> {
    loop {
        let mut tx = services.store.reading().await?;
        let month = closings::first_open(&mut tx, organization_id)
            .await?
            .min(period);
        let organization = organizations::find(&mut tx, organization_id).await?;
        drop(tx);
        // Jobs that fell due within the month run before its end: a trial that ended in it is charged.
        let end = ends_at(month, organization.zone_offset_minutes).map_err(Error::unexpected)?;
        jobs::catch_up_to(services, organization_id, end - TimeDelta::microseconds(1)).await?;
        let work = CloseMonth {
            organization_id: organization_id.to_owned(),
            period: month,
            now: services.clock.now(),
        };
        match services.store.write(work).await? {
            Closed::Now(_) | Closed::Before if month < period => {}
            closed => return Ok(closed),
        }
    }
}

impl Work for CloseMonth {
    type Output = Closed;

    fn changes(&self) -> Changes<'_> {
        Changes::Account(&self.organization_id, self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Closed, Error> {
        let account = ClosingAccount::load(tx, self).await?;
        match account.close(self)? {
            Ok(month_close::Closed::Before) => Ok(Closed::Before),
            Ok(month_close::Closed::Now(plan)) => {
                let number = carry_out(tx, (&plan, &account), self.now).await?;
                Ok(Closed::Now(number))
            }
            Err(CloseRefused::NotOver(_)) => Ok(Closed::NotOver),
            Err(CloseRefused::OutOfOrder(open)) => Ok(Closed::OutOfOrder(open)),
            Err(CloseRefused::PaymentPending) => Ok(Closed::PaymentPending),
            Err(CloseRefused::Unpriced(refusal)) => Err(Error::unexpected(refusal)),
        }
    }
}
