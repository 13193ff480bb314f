//! Runs the jobs that have fallen due: each once, in order, whatever fails (SPEC R2, section 6).
//!
//! [`schedule`](crate::store::schedule) says what is due. The jobs of an organization run in order of
//! their due instants, each in a transaction of its own that also removes its row. A late job acts as
//! of its own instant. A job that fails parks its organization, which is retried later and does not
//! block others.
//!
//! The server's ticks and `prorata run-jobs` call [`run_due`], a clock that is moved forward calls
//! [`pass`], and a page of one organization calls [`catch_up`].

use std::collections::BTreeSet;
use std::future::ready;
use std::time::Instant;

use billing::OrganizationId;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};

use crate::foundation::clock::Kept;
use crate::foundation::error::Error;
use crate::payments::attempts;
use crate::payments::debits;
use crate::services::Services;
use crate::store::database::latest_instant;
use crate::store::database::row::damaged;
use crate::store::schedule::{self, Due, DueOrganization, GatewayCall, Scope};
use crate::store::{Changes, Tx};

mod dry_run;
mod life;
mod months;
mod next;
mod report;
pub mod retention;

pub use dry_run::{PlannedJob, planned_jobs};
pub use months::{MonthReport, close_everywhere, close_through};
use next::{Next, Step};
pub use report::Report;

/// How many organizations are read at once.
const PAGE: u32 = 200;

/// Runs every job that has fallen due, for every organization.
pub async fn run_due(services: &Services, now: DateTime<Utc>) -> Result<Report, Error> {
    let raise = async move |tx: &mut Tx| {
        latest_instant::raise(tx, now).await?;
        latest_instant::read(tx).await
    };
    let latest = services.store.transaction(Changes::Other, raise).await?;
    keep_up(services, latest);
    let mut report = Report::default();
    pass(services, now, &mut report, |_| ready(Ok(()))).await?;
    report.parked = schedule::parked(&mut services.store.reading().await?).await?;
    Ok(report)
}

/// Runs the due jobs of one organization, except those that call the payment gateway and those that
/// delete events. Pages and orders call this first, so that nothing is shown or priced in a month that
/// still has to be closed.
pub async fn catch_up(services: &Services, organization_id: &OrganizationId) -> Result<(), Error> {
    catch_up_to(services, organization_id, DateTime::<Utc>::MAX_UTC).await
}

/// Whether [`catch_up`] has anything to do. If not, a page continues to read in the same snapshot.
pub async fn is_behind(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    until: DateTime<Utc>,
) -> Result<bool, Error> {
    let due = schedule::first(tx, organization_id, until, Scope::AtOnce).await?;
    Ok(due.is_some())
}

/// Runs the due jobs of one organization as [`catch_up`] does, up to an instant that may lie in the
/// future.
async fn catch_up_to(
    services: &Services,
    organization_id: &OrganizationId,
    until: DateTime<Utc>,
) -> Result<(), Error> {
    let mut tx = services.store.reading().await?;
    keep_up(services, latest_instant::read(&mut tx).await?);
    let until = until.min(services.clock.now());
    let is_behind = is_behind(&mut tx, organization_id, until).await?;
    drop(tx);
    if !is_behind {
        return Ok(());
    }
    loop {
        let next = Next {
            organization_id: organization_id.to_owned(),
            until,
            scope: Scope::AtOnce,
            now: services.clock.now(),
        };
        match services.store.write(next).await? {
            Step::Done(_) | Step::DoneInPart => {}
            Step::Nothing | Step::Waits(_) | Step::Gateway(_) => return Ok(()),
        }
    }
}

/// Runs every due job of one organization, including the calls to the gateway.
pub async fn run_one(
    services: &Services,
    organization_id: &OrganizationId,
) -> Result<Report, Error> {
    let mut report = Report::default();
    let now = services.clock.now();
    organization(services, organization_id, now, &mut report).await?;
    Ok(report)
}

/// Compares the clock with the latest instant of the database, and logs when it falls behind or has
/// caught up.
fn keep_up(services: &Services, latest: DateTime<Utc>) {
    match services.clock.keep_up(latest) {
        Some(Kept::Behind { by }) => tracing::error!(
            seconds = by.num_seconds(),
            "this machine's clock is behind what the database has seen; it is not ready until they agree"
        ),
        Some(Kept::InStep) => tracing::info!("this machine's clock agrees with the database again"),
        None => {}
    }
}

/// Visits every organization with due jobs once, page by page, in order of the first due instant. An
/// organization that waits for the payment of an order is visited again when the gateway is to be asked
/// about it. `reach` is called with each instant before its jobs run.
pub(crate) async fn pass<F: Future<Output = Result<(), Error>>>(
    services: &Services,
    until: DateTime<Utc>,
    report: &mut Report,
    reach: impl Fn(DateTime<Utc>) -> F,
) -> Result<(), Error> {
    let mut behind: Option<DueOrganization> = None;
    let mut waiting = BTreeSet::new();
    loop {
        let mut tx = services.store.reading().await?;
        let page = schedule::page(&mut tx, until, behind.as_ref(), PAGE).await?;
        drop(tx);
        let Some((instant, visits)) = next_visits(page, &mut waiting) else {
            return Ok(());
        };
        reach(instant).await?;
        // Later ones are read again afterwards, because these jobs may change when they are due.
        for visit in visits {
            let asked_at = organization(services, &visit.organization_id, instant, report).await?;
            let comes_again = asked_at.filter(|asked_at| *asked_at <= until);
            waiting.extend(comes_again.map(|asked_at| DueOrganization {
                at: asked_at,
                organization_id: visit.organization_id.clone(),
            }));
            behind = behind.max(Some(visit));
        }
    }
}

/// The organizations to visit next: one that waits for a payment, if its instant comes first, or else
/// those of the page with the earliest instant.
fn next_visits(
    page: Vec<DueOrganization>,
    waiting: &mut BTreeSet<DueOrganization>,
) -> Option<(DateTime<Utc>, Vec<DueOrganization>)> {
    let on_page = page.first().map(|visit| visit.at);
    let waits = waiting.first().map(|visit| visit.at);
    match (on_page, waits) {
        (Some(at), waits) if waits.is_none_or(|waits| at <= waits) => {
            let visits = page.into_iter().take_while(|visit| visit.at == at);
            Some((at, visits.collect()))
        }
        (_, Some(at)) => Some((at, waiting.pop_first().into_iter().collect())),
        (_, None) => None,
    }
}

/// Runs the due jobs of an organization up to an instant, in order. When all of them wait for the
/// payment of an order, returns the later instant at which the gateway is asked about it.
async fn organization(
    services: &Services,
    organization_id: &OrganizationId,
    until: DateTime<Utc>,
    report: &mut Report,
) -> Result<Option<DateTime<Utc>>, Error> {
    let mut asked: Vec<Due> = Vec::new();
    loop {
        let next = Next {
            organization_id: organization_id.to_owned(),
            until,
            scope: Scope::Everything,
            now: services.clock.now(),
        };
        let began = Instant::now();
        let question = match services.store.write(next).await {
            Ok(Step::Nothing) => return Ok(None),
            Ok(Step::DoneInPart) => {
                // Other transactions get as much time as this one took.
                tokio::time::sleep(began.elapsed()).await;
                continue;
            }
            Ok(Step::Done(kind)) => {
                report.count(kind);
                continue;
            }
            Ok(Step::Gateway(due)) => Ok(due),
            Ok(Step::Waits(Some(due))) if due.at <= services.clock.now() => Ok(due),
            Ok(Step::Waits(question)) => Err(question.map(|due| due.at)),
            Err(cause) => {
                return put_aside(services, organization_id, cause)
                    .await
                    .map(|()| None);
            }
        };
        match question {
            // The same call again: another process is making it, or its outcome is still open.
            Ok(due) if asked.contains(&due) => {
                report.waiting += 1;
                return Ok(None);
            }
            Ok(due) => {
                if let Err(cause) = call_gateway(services, organization_id, &due).await {
                    return put_aside(services, organization_id, cause)
                        .await
                        .map(|()| None);
                }
                report.count(due.kind);
                asked.push(due);
            }
            Err(asked_at) => {
                report.waiting += 1;
                return Ok(asked_at);
            }
        }
    }
}

/// Makes the gateway call that a due job needs.
async fn call_gateway(
    services: &Services,
    organization_id: &OrganizationId,
    due: &Due,
) -> Result<(), Error> {
    match schedule::gateway_call(due.kind) {
        Some(GatewayCall::Debit) => {
            let number = InvoiceNumber::parse(&due.subject)
                .ok_or_else(|| damaged("invoice number", &due.subject))?;
            debits::debit(services, organization_id, &number).await
        }
        Some(GatewayCall::Check) => attempts::check(services, organization_id, due).await,
        None => Ok(()),
    }
}

/// A failed job parks its organization. A store that is too busy parks nobody.
async fn put_aside(
    services: &Services,
    organization_id: &OrganizationId,
    cause: Error,
) -> Result<(), Error> {
    match cause {
        Error::Conflict => {
            tracing::warn!(
                %organization_id,
                "a job met other work; it comes with the next run"
            );
            Ok(())
        }
        Error::Unavailable(_) => Err(cause),
        Error::Refused(_) | Error::Unexpected(_) => {
            let (id, error, now) = (
                organization_id.clone(),
                cause.to_string(),
                services.clock.now(),
            );
            let park = async move |tx: &mut Tx| schedule::park(tx, &id, &error, now).await;
            let retry_at = services
                .store
                .transaction(organization_id.clone(), park)
                .await?;
            tracing::error!(%organization_id, %cause, %retry_at, "a job failed; the organization is parked");
            Ok(())
        }
    }
}
