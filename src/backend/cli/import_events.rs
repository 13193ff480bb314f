//! `prorata import-events` and `prorata import-profiles`.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use api::usage::events::{BatchResult, Event, MOST_OF_A_BATCH, ProfileUpdate};
use billing::OrganizationId;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value};
use serde_json::Value;

use super::log::{self, Format};
use super::{Database, Environment, Failed, caught_up};
use crate::foundation::error::Error;
use crate::services::Services;
use crate::store::records::Actor;
use crate::usage::events::{Delivery, OnFault, SendEvents, SendProfiles};

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    environment: Environment,
    /// The organization's id, such as org_acme
    #[arg(long)]
    organization: OrganizationId,
    /// The project's id
    #[arg(long)]
    project: String,
    /// The CSV file. Events: id,name,kind,identity,source,anonymous,at,properties; profiles:
    /// id,identity,at,properties. The properties are a JSON object, or empty
    file: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventLine {
    id: String,
    name: String,
    kind: String,
    identity: String,
    source: String,
    anonymous: bool,
    at: String,
    properties: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileLine {
    id: String,
    identity: String,
    at: String,
    properties: String,
}

/// Imports events in batches. A file that stops half-way can be imported again: events that were taken
/// before count once.
pub(super) async fn import_events(options: Options) -> Result<(), Failed> {
    let project = options.project.clone();
    let event = |line: EventLine, number| {
        Ok(Event {
            project: project.clone(),
            properties: properties(&line.properties, number)?,
            id: line.id,
            name: line.name,
            kind: word(&line.kind, number, "kind")?,
            identity: line.identity,
            source: word(&line.source, number, "source")?,
            anonymous: line.anonymous,
            at: word(&line.at, number, "at")?,
        })
    };
    let services = opened(&options).await?;
    let send = async |events| {
        let delivery = delivery(&options, &services);
        let events: Vec<Event> = events;
        let send = SendEvents {
            delivery,
            events: events.into_iter().map(Ok).collect(),
            on_fault: OnFault::RefuseAll,
        };
        services.store.write(send).await
    };
    for pass in [Pass::Check, Pass::Send] {
        for_each_batch(&options.file, &event, pass, &send).await?;
    }
    services.store.close().await;
    Ok(())
}

/// Imports profiles in the same way.
pub(super) async fn import_profiles(options: Options) -> Result<(), Failed> {
    let project = options.project.clone();
    let update = |line: ProfileLine, number| {
        Ok(ProfileUpdate {
            project: project.clone(),
            properties: properties(&line.properties, number)?,
            id: line.id,
            identity: line.identity,
            at: word(&line.at, number, "at")?,
        })
    };
    let services = opened(&options).await?;
    let send = async |updates| {
        let delivery = delivery(&options, &services);
        let updates: Vec<ProfileUpdate> = updates;
        let send = SendProfiles {
            delivery,
            updates: updates.into_iter().map(Ok).collect(),
            on_fault: OnFault::RefuseAll,
        };
        services.store.write(send).await
    };
    for pass in [Pass::Check, Pass::Send] {
        for_each_batch(&options.file, &update, pass, &send).await?;
    }
    services.store.close().await;
    Ok(())
}

async fn opened(options: &Options) -> Result<Services, Failed> {
    log::start(Format::Text);
    caught_up(
        &options.database,
        &options.environment,
        &options.organization,
    )
    .await
}

fn delivery(options: &Options, services: &Services) -> Delivery {
    Delivery {
        organization_id: options.organization.clone(),
        actor: Actor::system(),
        now: services.clock.now(),
    }
}

/// The two passes over a file: the first checks that every line can be read, the second sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Check,
    Send,
}

/// Reads the file in batches and passes each one on.
async fn for_each_batch<L: DeserializeOwned, T, S>(
    file: &Path,
    read: &impl Fn(L, u64) -> Result<T, Failed>,
    pass: Pass,
    send: &S,
) -> Result<(), Failed>
where
    S: AsyncFn(Vec<T>) -> Result<BatchResult, Error>,
{
    let source = File::open(file)
        .map_err(|cause| Failed(format!("cannot read {}: {cause}", file.display())))?;
    let mut lines = csv::Reader::from_reader(source);
    let head = lines
        .headers()
        .map_err(|cause| unread(&cause, None))?
        .clone();
    let (mut batch, mut numbers) = (Vec::new(), Vec::new());
    let (mut taken, mut repeated) = (0, 0);
    let mut records = lines.into_records();
    loop {
        let number = records.reader().position().line();
        let record = records.next();
        if let Some(record) = &record {
            let record = record
                .as_ref()
                .map_err(|cause| unread(cause, Some(&head)))?;
            let line = record.deserialize(Some(&head));
            let line = line.map_err(|cause| unread(&cause, Some(&head)))?;
            batch.push(read(line, number)?);
            numbers.push(number);
        }
        if batch.len() == MOST_OF_A_BATCH || record.is_none() {
            let events = std::mem::take(&mut batch);
            if pass == Pass::Send {
                let counted = send(events)
                    .await
                    .map_err(|cause| explained(&cause, &numbers))?;
                (taken, repeated) = (taken + counted.taken, repeated + counted.repeated);
            }
            numbers.clear();
        }
        if record.is_none() {
            break;
        }
    }
    if pass == Pass::Send {
        println!("{taken} taken, {repeated} taken before");
    }
    Ok(())
}

/// Parses a cell that holds a word of an enum or an instant.
fn word<T: DeserializeOwned>(text: &str, line: u64, column: &str) -> Result<T, Failed> {
    let read = T::deserialize(text.into_deserializer());
    read.map_err(|cause: value::Error| Failed(format!("line {line}, column {column}: {cause}")))
}

fn properties(text: &str, line: u64) -> Result<BTreeMap<String, Value>, Failed> {
    if text.trim().is_empty() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(text).map_err(|_| {
        Failed(format!(
            "line {line}, column properties: this is no JSON object"
        ))
    })
}

/// A line that cannot be read, with the column that is wrong.
fn unread(cause: &csv::Error, head: Option<&csv::StringRecord>) -> Failed {
    let line = cause.position().map_or(1, csv::Position::line);
    let csv::ErrorKind::Deserialize { err, .. } = cause.kind() else {
        return Failed(format!("line {line}: this cannot be read as CSV"));
    };
    let column = err.field().and_then(|field| usize::try_from(field).ok());
    let column = column.and_then(|column| head?.get(column));
    let column = column.map(|column| format!(", column {column}"));
    Failed(format!(
        "line {line}{}: {}",
        column.unwrap_or_default(),
        err.kind()
    ))
}

/// The refusals of a batch, with line numbers of the file instead of indexes into the batch.
fn explained(cause: &Error, numbers: &[u64]) -> Failed {
    let Error::Refused(problem) = cause else {
        return Failed(cause.to_string());
    };
    let lines = problem.fields.iter().map(|fault| {
        let place = fault
            .field
            .split_once('[')
            .and_then(|(_, rest)| rest.split_once(']'));
        let line = place.and_then(|(index, _)| numbers.get(index.parse::<usize>().ok()?));
        let column = place.map_or("", |(_, column)| column.trim_start_matches('.'));
        let line = line.map_or_else(
            || fault.field.clone(),
            |line| format!("line {line}, column {column}"),
        );
        format!("\n  {line}: {}", fault.message)
    });
    Failed(problem.detail.clone() + &lines.collect::<String>())
}
