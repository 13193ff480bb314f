//! Moves a clock forward through the instants at which something falls due.

use chrono::{DateTime, Utc};

use super::clock::NotMoved;
use crate::foundation::error::Error;
use crate::jobs::{self, Report};
use crate::payments::attempts::{Lease, reconcile};
use crate::services::Services;
use crate::store::sandbox::shown;
use crate::store::schedule;

/// Moves a sandbox or test clock forward. Jobs that fall due on the way run at their own instants.
///
/// # Errors
/// Fails for the system clock, and for an instant in the past.
pub async fn travel(
    services: &Services,
    to: DateTime<Utc>,
) -> Result<Result<Report, NotMoved>, Error> {
    if let Err(refusal) = services.clock.hold() {
        return Ok(Err(refusal));
    }
    let now = services.clock.now();
    if to < now {
        // The clock was stopped only for this comparison; it runs on.
        return Ok(services
            .clock
            .move_to(now)
            .and(Err(NotMoved::Backwards { now })));
    }
    let outcome = passes(services, to).await;
    let reached = if outcome.is_ok() {
        to
    } else {
        services.clock.now()
    };
    if let Err(refusal) = services.clock.move_to(reached) {
        return Ok(Err(refusal));
    }
    shown::keep(&services.store, reached).await?;
    outcome.map(Ok)
}

/// Repeats passes until one does nothing: a job that waits for a payment runs in the next pass.
async fn passes(services: &Services, to: DateTime<Utc>) -> Result<Report, Error> {
    let mut report = Report::default();
    reconcile(services, Lease::Respected).await?;
    loop {
        let before = report.jobs();
        jobs::pass(services, to, &mut report, |instant| {
            reach(services, instant)
        })
        .await?;
        if report.jobs() == before {
            break;
        }
    }
    report.parked = schedule::parked(&mut services.store.reading().await?).await?;
    Ok(report)
}

/// Holds the clock at an instant, unless it is past it already.
async fn reach(services: &Services, instant: DateTime<Utc>) -> Result<(), Error> {
    if instant > services.clock.now() {
        shown::keep(&services.store, instant).await?;
        services.clock.hold_at(instant).map_err(Error::unexpected)?;
    }
    Ok(())
}
