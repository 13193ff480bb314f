//! Imports files of usage figures (SPEC 3). A file is read and checked in small transactions, and
//! applied in one short one. Before that, none of it counts. Abandoned files are deleted.

use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::problem::FieldError;
use api::usage::intake::StagedUsage;
use api::{Code, Problem};
use billing::access::RequestUse;
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::mpsc;

use super::intake::{MOST_FAULTS, window};
use crate::account::access_control::admit_request;
use crate::foundation::clock::Clock;
use crate::foundation::error::{Error, count_faults};
use crate::foundation::secret;
use crate::services::Services;
use crate::store::database::closure::Closure;
use crate::store::invoices::closings;
use crate::store::records::Actor;
use crate::store::usage::imports::{self, State};
use crate::store::usage::staging::{self, Staged};
use crate::store::usage::{self, counted_usage, totals};
use crate::store::{Tx, organizations};

mod checking;
mod reading;
mod sweeping;
mod switch;

use checking::Checked;
pub(crate) use reading::line_of;
use reading::{Batch, Frame};
pub use sweeping::{discard, sweep};
pub use switch::apply;

/// How long a file that is being read may go without a write before it counts as abandoned.
const SILENCE: TimeDelta = TimeDelta::seconds(60);
/// How long a file that has been read waits for a person to apply it.
const WAITING: TimeDelta = TimeDelta::hours(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// The organization of a file, and the person or program that sends it.
#[derive(Debug, Clone)]
pub struct Whose {
    pub organization_id: OrganizationId,
    pub actor: Actor,
}

/// Reads and checks a file. The result says what applying it would change; nothing has changed yet.
///
/// # Errors
/// The error names lines and columns. The file is then deleted from the store.
pub async fn stage(
    services: &Services,
    whose: &Whose,
    source: impl Read + Send + 'static,
) -> Result<StagedUsage, Error> {
    let id = begin(services, whose).await?;
    let organization_id = &whose.organization_id;
    let staged = match take_in(services, organization_id, &id, source).await {
        Ok(()) => look_at(services, organization_id, &id).await,
        Err(error) => Err(error),
    };
    if staged.is_err() {
        discard(services, organization_id, &id).await?;
    }
    staged
}

/// Registers a new file. An earlier one is discarded, unless it is still being read.
async fn begin(services: &Services, whose: &Whose) -> Result<String, Error> {
    let organization_id = &whose.organization_id;
    let before = imports::open(&mut services.store.reading().await?, organization_id).await?;
    if let Some(before) = before {
        let silent = clock() - before.touched_at >= SILENCE;
        if before.state == State::Staging && !silent {
            return Err(another());
        }
        discard(services, organization_id, &before.id).await?;
    }
    let (whose, id, now) = (whose.clone(), secret::id("imp")?, services.clock.now());
    services
        .store
        .transaction(organization_id.clone(), async move |tx: &mut Tx| {
            let organization_id = &whose.organization_id;
            admit_request(tx, organization_id, RequestUse::Ingestion, now).await?;
            if imports::open(tx, organization_id).await?.is_some() {
                return Err(another());
            }
            imports::begin(tx, organization_id, &id, &whose.actor.name, clock()).await?;
            Ok(id)
        })
        .await
}

/// Reads the rows into the store. A reading thread parses ahead of the writer.
async fn take_in(
    services: &Services,
    organization_id: &OrganizationId,
    id: &str,
    source: impl Read + Send + 'static,
) -> Result<(), Error> {
    let frame = frame(services, organization_id).await?;
    let open_from = frame.window.open_from;
    let (sender, mut batches) = mpsc::channel(2);
    let reading = tokio::task::spawn_blocking(move || reading::read(source, &frame, &sender));
    let (mut faults, mut complete) = (Vec::new(), false);
    while let Some(batch) = batches.recv().await {
        let Batch {
            rows,
            faults: wrong,
            is_last,
        } = batch;
        complete = is_last;
        faults.extend(wrong);
        if faults.is_empty() && !rows.is_empty() {
            let now = services.clock.now();
            let (of, id, rows) = (organization_id.clone(), id.to_owned(), Arc::new(rows));
            let add = async move |tx: &mut Tx| {
                if !imports::touch(tx, &of, &id, State::Staging, clock()).await? {
                    return Err(gone());
                }
                if closings::first_open(tx, &of).await?.start() != open_from {
                    return Err(closed_meanwhile());
                }
                add(tx, &of, &id, &rows, now).await
            };
            faults.extend(gently(services, organization_id, add).await?);
        }
    }
    reading.await.map_err(Error::unexpected)?;
    if !faults.is_empty() {
        return Err(refused(faults));
    }
    if !complete {
        return Err(Error::refused(
            Code::InvalidBody,
            "The file broke off before its end; nothing was changed",
        ));
    }
    Ok(())
}

/// Adds rows to a file. Returns the faults of those whose project and day the file already contains.
async fn add(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    id: &str,
    rows: &[Staged],
    now: DateTime<Utc>,
) -> Result<Vec<FieldError>, Error> {
    let added = staging::add(tx, organization_id, id, rows, now).await?;
    let mut twice = Vec::new();
    if added == rows.len() as u64 {
        return Ok(twice);
    }
    for row in rows {
        let first = staging::line_of(tx, organization_id, id, row).await?;
        if let Some(first) = first.filter(|first| *first != row.line) {
            let words = format!("line {first} is for the same project and day");
            twice.push(reading::named(
                row.line,
                billing::metering::intake::Field::Day,
                words,
            ));
        }
    }
    Ok(twice)
}

/// Records that a file is being worked on, and its state.
async fn touch(
    services: &Services,
    organization_id: &OrganizationId,
    id: &str,
    state: State,
) -> Result<(), Error> {
    let (of, id) = (organization_id.clone(), id.to_owned());
    services
        .store
        .transaction(of.clone(), async move |tx: &mut Tx| {
            match imports::touch(tx, &of, &id, state, clock()).await? {
                true => Ok(()),
                false => Err(gone()),
            }
        })
        .await
}

/// Checks the file and returns what applying it would change.
async fn look_at(
    services: &Services,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<StagedUsage, Error> {
    let checked = checking::check(services, organization_id, id).await?;
    touch(services, organization_id, id, State::Ready).await?;
    let mut tx = services.store.reading().await?;
    let import = imports::find(&mut tx, organization_id, id)
        .await?
        .ok_or_else(gone)?;
    let organization = organizations::find(&mut tx, organization_id).await?;
    let today = window(&mut tx, &organization, services.clock.now())
        .await?
        .today;
    let period = BillingPeriod::of(today).ok_or(billing::OutOfRange)?;
    let totals = totals::of_month(&mut tx, organization_id, period, today).await?;
    let before = counted_usage::to_day(&mut tx, organization_id, today).await?;
    let after = before.clone().after(&totals, &checked.moved)?;
    let Checked { written, .. } = checked;
    Ok(StagedUsage {
        id: import.id,
        rows: import.rows,
        added: written.added,
        corrected: written.corrected,
        unchanged: written.unchanged,
        before: before.metered(),
        after: after.metered(),
    })
}

async fn frame(services: &Services, organization_id: &OrganizationId) -> Result<Frame, Error> {
    let mut tx = services.store.reading().await?;
    let organization = organizations::find(&mut tx, organization_id).await?;
    Ok(Frame {
        projects: usage::metering(&mut tx, organization_id).await?,
        window: window(&mut tx, &organization, services.clock.now()).await?,
    })
}

/// Runs one of many writes. It retries more often than a person's request would. It then pauses for as
/// long as the write took: another process can only poll for the lock of an SQLite file, and gets it in
/// the pause.
async fn gently<T, F>(
    services: &Services,
    organization_id: &OrganizationId,
    closure: F,
) -> Result<T, Error>
where
    F: for<'t> Closure<'t, T> + Clone + Send + Sync + 'static,
    T: Send + 'static,
{
    let mut attempts = 5;
    loop {
        let began = Instant::now();
        let outcome = services
            .store
            .transaction(organization_id.clone(), closure.clone())
            .await;
        tokio::time::sleep(began.elapsed().min(LONGEST_PAUSE)).await;
        match outcome {
            Err(Error::Conflict | Error::Unavailable(_)) if attempts > 0 => attempts -= 1,
            outcome => return outcome,
        }
    }
}

/// The system time. The silence of a file is real time, whatever the sandbox clock shows.
fn clock() -> DateTime<Utc> {
    Clock::system().now()
}

fn another() -> Error {
    Error::refused(
        Code::InProgress,
        "Another file of your organization is being read; if it was given up, wait a minute",
    )
}

fn gone() -> Error {
    Error::refused(
        Code::NotFound,
        "This file was given up or replaced by another; bring it again",
    )
}

fn closed_meanwhile() -> Error {
    Error::refused(
        Code::InvalidField,
        "A month was closed meanwhile; nothing was changed, bring the file again",
    )
}

/// The refusal of a whole file, with its faults.
fn refused(mut faults: Vec<FieldError>) -> Error {
    let count = faults.len();
    faults.truncate(MOST_FAULTS);
    let detail = if count >= MOST_FAULTS {
        format!("Nothing was changed: {MOST_FAULTS} things or more need another value")
    } else {
        format!("Nothing was changed: {}", count_faults(count))
    };
    Error::from(Problem {
        fields: faults,
        ..Problem::new(Code::InvalidField, detail)
    })
}
