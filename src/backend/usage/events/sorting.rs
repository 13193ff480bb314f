//! Sorts the entries of a batch: new, sent before, or refused.

use std::collections::{BTreeMap, BTreeSet};

use api::usage::events::{EntryFault, RefusedEntry};
use billing::metering::intake::Unfit;
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::refusals::{Looking, OnFault, Refusals};
use super::{Delivery, Frame};
use crate::foundation::error::Error;
use crate::foundation::secret::fingerprint_of;
use crate::store::Tx;
use crate::store::usage::events::{self, Place};

/// An entry of a batch as it was sent.
pub type Entry<T> = Result<T, Unreadable>;

/// Why an entry could not be parsed.
#[derive(Debug)]
pub struct Unreadable(pub String);

/// An entry type of a batch: an event or a profile update.
pub(super) trait Sent: Serialize {
    /// The name of the list in a request.
    const LIST: &'static str;
    /// The table that stores the accepted entries.
    const TABLE: &'static str;

    fn project(&self) -> &str;
    fn id(&self) -> &str;
    fn at(&self) -> DateTime<Utc>;
    /// Checks the entry and reports its faults.
    fn check(&self, looking: &mut Looking<'_>);
}

/// An entry that was not received before, with its fingerprint.
pub(super) struct Fresh<'a, T> {
    index: usize,
    pub(super) entry: &'a T,
    pub(super) print: String,
}

pub(super) struct Sorted<'a, T> {
    /// The new entries, by project.
    pub(super) fresh: BTreeMap<&'a str, Vec<Fresh<'a, T>>>,
    /// How many entries were received before.
    pub(super) repeated: u64,
    /// The refused entries.
    pub(super) refused: Vec<RefusedEntry>,
}

/// Sorts a batch. A project with a new entry is metered by events from now on.
pub(super) async fn sort_out<'a, T: Sent>(
    tx: &mut Tx,
    delivery: &Delivery,
    frame: &Frame,
    entries: &'a [Entry<T>],
    on_fault: OnFault,
) -> Result<Sorted<'a, T>, Error> {
    let mut refusals = Refusals::of(T::LIST);
    let mut projects: BTreeMap<&str, Vec<(usize, &T)>> = BTreeMap::new();
    let known: BTreeSet<&str> = frame.projects.keys().map(String::as_str).collect();
    for (index, entry) in entries.iter().enumerate() {
        let mut looking = refusals.at(index);
        match entry {
            Err(unreadable) => {
                looking.refuse(EntryFault::Unreadable, "", &unreadable.0);
            }
            Ok(entry) => {
                looking.project(entry.project(), &known);
                entry.check(&mut looking);
                if !refusals.has(index) {
                    let sent = projects.entry(entry.project()).or_default();
                    sent.push((index, entry));
                }
            }
        }
    }
    let (mut fresh, mut repeated) = (BTreeMap::new(), 0);
    for (project_id, sent) in projects {
        let place = Place {
            organization_id: &delivery.organization_id,
            project_id,
        };
        let (new, before) = new_of(tx, place, frame, sent, &mut refusals).await?;
        repeated += before;
        if new.is_empty() {
            continue;
        }
        if delivery.claim(tx, place, frame).await? {
            fresh.insert(project_id, new);
        } else {
            for entry in new {
                let mut looking = refusals.at(entry.index);
                looking.refuse(
                    EntryFault::MeteredByFigures,
                    "project",
                    by_figures(project_id),
                );
            }
        }
    }
    Ok(Sorted {
        fresh,
        repeated,
        refused: refusals.settle(on_fault)?,
    })
}

/// The new entries of a project, each once, and how many were received before. An entry that was
/// accepted before its month was closed counts as received, not as refused.
async fn new_of<'a, T: Sent>(
    tx: &mut Tx,
    place: Place<'_>,
    frame: &Frame,
    sent: Vec<(usize, &'a T)>,
    refusals: &mut Refusals,
) -> Result<(Vec<Fresh<'a, T>>, u64), Error> {
    let ids: Vec<_> = sent.iter().map(|(_, entry)| entry.id()).collect();
    let mut known = events::known(tx, place, T::TABLE, &ids).await?;
    let (mut fresh, mut repeated) = (Vec::new(), 0);
    for (index, entry) in sent {
        let print = fingerprint_of(entry)?;
        let mut looking = refusals.at(index);
        match known.get(entry.id()) {
            Some(same) if *same == print => repeated += 1,
            Some(_) => {
                looking.refuse(EntryFault::IdTaken, "id", "another one has this id");
            }
            None => match frame.window.admits(frame.day(entry.at())) {
                Err(unfit) => looking.refuse(fault_of(unfit), "at", unfit.to_string()),
                Ok(()) => {
                    known.insert(entry.id().to_owned(), print.clone());
                    fresh.push(Fresh {
                        index,
                        entry,
                        print,
                    });
                }
            },
        }
    }
    Ok((fresh, repeated))
}

const fn fault_of(unfit: Unfit) -> EntryFault {
    match unfit {
        Unfit::Closed { .. } => EntryFault::ClosedMonth,
        Unfit::Future { .. } => EntryFault::NotYet,
        Unfit::TooLarge { .. } | Unfit::BelowEarlier { .. } | Unfit::AboveLater { .. } => {
            EntryFault::InvalidField
        }
    }
}

fn by_figures(project_id: &str) -> String {
    format!(
        "{project_id} is metered by figures; a project is metered by events or by figures, never by \
         both, and another project can take the events"
    )
}
