//! Closes months, with the jobs that fell due within them, for `prorata close-month` and the demo.

use billing::invoicing::month_close::ends_at;
use billing::{BillingPeriod, OrganizationId};
use chrono::TimeDelta;

use super::catch_up_to;
use crate::foundation::error::Error;
use crate::invoicing::month::{CloseMonth, Closed};
use crate::services::Services;
use crate::store::invoices::closings;
use crate::store::organizations;

/// The results of closing a month for every organization.
#[derive(Debug, Default)]
pub struct MonthReport {
    /// The organizations by id, in order.
    pub organizations: Vec<(String, Result<Closed, Error>)>,
}

impl MonthReport {
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
pub async fn close_everywhere(
    services: &Services,
    period: BillingPeriod,
) -> Result<MonthReport, Error> {
    let ids = organizations::ids(&mut services.store.reading().await?).await?;
    let mut report = MonthReport::default();
    for id in ids {
        let outcome = close_through(services, &id, period).await;
        report.organizations.push((id.to_string(), outcome));
    }
    Ok(report)
}

/// Closes open months in order, up to and including `period`. Returns the result of the last one.
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
        catch_up_to(services, organization_id, end - TimeDelta::microseconds(1)).await?;
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
