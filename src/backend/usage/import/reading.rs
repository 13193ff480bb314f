//! Parses a file of usage figures line by line, and reports faults by line and column.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

use api::problem::FieldError;
use billing::metering::intake::{DayCount, Field, Window, whole_number};
use billing::metering::usage::MauParts;
use tokio::sync::mpsc::Sender;

use crate::store::usage::MeteredBy;
use crate::store::usage::staging::Staged;
use crate::usage::intake::{MOST_FAULTS, unfit_project};

/// How many rows are written in one transaction: few enough that other transactions wait milliseconds.
const BATCH: usize = 500;

/// How many bytes are read at most for one line.
const LONGEST_LINE: usize = 64 * 1024;
const TOO_LONG: &str = "this line is longer than 64 KiB";

/// The columns of a file, in any order.
const COLUMNS: [Field; 7] = [
    Field::Project,
    Field::Day,
    Field::App,
    Field::WebIdentified,
    Field::Api,
    Field::AnonymousWeb,
    Field::DataPoints,
];

/// What a row is checked against.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) projects: BTreeMap<String, MeteredBy>,
    /// The days that may be sent.
    pub(super) window: Window,
}

/// A batch of parsed lines.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The valid rows.
    pub(super) rows: Vec<Staged>,
    /// The faults of the other rows.
    pub(super) faults: Vec<FieldError>,
    /// Whether the file ended after this batch as it should.
    pub(super) is_last: bool,
}

/// Reads a file to its end, or until it has too many faults. Stops early when the receiver is gone.
pub(super) fn read(source: impl Read, frame: &Frame, batches: &Sender<Batch>) {
    let mut reading = Reading {
        frame,
        batches,
        batch: Batch::default(),
        faults: 0,
        allowance: Rc::new(Cell::new(LONGEST_LINE)),
    };
    let bounded = Bounded {
        source,
        allowance: reading.allowance.clone(),
    };
    let mut lines = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        // With a line break at its end, the last line is counted like every other one.
        .from_reader(bounded.chain(b"\n".as_slice()));
    let places = lines.headers().map(places);
    match places {
        Ok(Ok(places)) => reading.lines(&mut lines, &places),
        Ok(Err(missing)) => reading.fault(fault(1, missing.to_string())),
        Err(cause) => reading.fault(broken(&cause, 1)),
    }
    reading.batch.is_last = true;
    reading.hand_over();
}

struct Reading<'a> {
    frame: &'a Frame,
    batches: &'a Sender<Batch>,
    batch: Batch,
    faults: usize,
    allowance: Rc<Cell<usize>>,
}

/// A source that fails when one line is longer than the limit. Without the limit, a quote that is never
/// closed would keep the rest of the file in memory.
struct Bounded<R> {
    source: R,
    allowance: Rc<Cell<usize>>,
}

/// A line is longer than the limit.
#[derive(Debug, thiserror::Error)]
#[error("{TOO_LONG}")]
struct TooLong;

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.allowance.get();
        if left == 0 {
            return Err(io::Error::other(TooLong));
        }
        let most = into.len().min(left);
        let read = self.source.read(&mut into[..most])?;
        self.allowance.set(left - read);
        Ok(read)
    }
}

impl Reading<'_> {
    fn lines<R: Read>(&mut self, lines: &mut csv::Reader<R>, places: &[usize; 7]) {
        let mut record = csv::StringRecord::new();
        loop {
            self.allowance.set(LONGEST_LINE);
            match lines.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return,
                Err(cause) => {
                    self.fault(broken(&cause, lines.position().line()));
                    if !matches!(cause.kind(), csv::ErrorKind::Utf8 { .. }) {
                        return;
                    }
                    continue;
                }
            }
            let line = line_of(&record, lines.position());
            match row(&record, places, line) {
                Ok(row) => self.row(row),
                Err(faults) => faults.into_iter().for_each(|fault| self.fault(fault)),
            }
            if self.faults >= MOST_FAULTS || self.batches.is_closed() {
                return;
            }
        }
    }

    fn row(&mut self, row: Staged) {
        let project = unfit_project(&self.frame.projects, &row.project_id);
        let unfit = row.count.check(&self.frame.window).err();
        if let Some(sentence) = project {
            self.fault(named(row.line, Field::Project, sentence));
        }
        if let Some(unfit) = unfit {
            self.fault(named(row.line, unfit.field(), unfit.to_string()));
        }
        if project.is_some() || unfit.is_some() {
            return;
        }
        self.batch.rows.push(row);
        if self.batch.rows.len() == BATCH {
            self.hand_over();
        }
    }

    fn fault(&mut self, fault: FieldError) {
        self.faults += 1;
        self.batch.faults.push(fault);
    }

    fn hand_over(&mut self) {
        // When the receiver is gone, the rest is not needed.
        drop(self.batches.blocking_send(std::mem::take(&mut self.batch)));
    }
}

/// The line on which a record begins. Empty lines before it do not belong to it.
pub(crate) fn line_of(record: &csv::StringRecord, end: &csv::Position) -> u64 {
    let breaks = record.iter().flat_map(str::bytes);
    let breaks = breaks.filter(|byte| *byte == b'\n').count() as u64;
    end.line().saturating_sub(1 + breaks)
}

/// Why the first line does not name the columns.
#[derive(Debug)]
enum Head {
    Missing(Field),
    Twice(Field),
    Unknown(String),
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(field) => write!(f, "the first line names no column {}", field.as_str()),
            Self::Twice(field) => write!(f, "the first line names {} twice", field.as_str()),
            Self::Unknown(name) => write!(f, "there is no column {name:?} in a file of usage"),
        }
    }
}

/// The index of each column.
fn places(head: &csv::StringRecord) -> Result<[usize; 7], Head> {
    let mut places = [0; 7];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        let name = column.as_str();
        let mut found = head.iter().enumerate().filter(|(_, head)| *head == name);
        match (found.next(), found.next()) {
            (Some((index, _)), None) => *place = index,
            (None, _) => return Err(Head::Missing(column)),
            (Some(_), Some(_)) => return Err(Head::Twice(column)),
        }
    }
    match head
        .iter()
        .find(|name| !COLUMNS.iter().any(|column| column.as_str() == *name))
    {
        Some(other) => Err(Head::Unknown(other.to_owned())),
        None => Ok(places),
    }
}

fn row(
    record: &csv::StringRecord,
    places: &[usize; 7],
    line: u64,
) -> Result<Staged, Vec<FieldError>> {
    if record.len() != COLUMNS.len() {
        let count = match record.len() {
            1 => "1 field".to_owned(),
            several => format!("{several} fields"),
        };
        let count = format!("{count} instead of {}", COLUMNS.len());
        return Err(vec![fault(line, count)]);
    }
    let text = |column: usize| record.get(places[column]).unwrap_or_default();
    let mut faults = Vec::new();
    let mut number = |column: usize| {
        whole_number(text(column)).unwrap_or_else(|| {
            let words = format!("{:?} is not a whole number from 0 on", text(column));
            faults.push(named(line, COLUMNS[column], words));
            0
        })
    };
    let parts = MauParts {
        app: number(2),
        web_identified: number(3),
        api: number(4),
        anonymous_web: number(5),
    };
    let data_points = number(6);
    let Ok(day) = text(1).parse() else {
        let words = format!("{:?} is not a day such as 2026-06-20", text(1));
        faults.insert(0, named(line, Field::Day, words));
        return Err(faults);
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let count = DayCount {
        day,
        parts,
        data_points,
    };
    Ok(Staged {
        project_id: text(0).to_owned(),
        count,
        line,
    })
}

/// A fault in a column of a line.
pub(super) fn named(line: u64, column: Field, message: impl Into<String>) -> FieldError {
    FieldError {
        field: format!("line {line}, column {}", column.as_str()),
        message: message.into(),
    }
}

fn fault(line: u64, message: impl Into<String>) -> FieldError {
    FieldError {
        field: format!("line {line}"),
        message: message.into(),
    }
}

/// A file that cannot be parsed as CSV.
fn broken(cause: &csv::Error, reached: u64) -> FieldError {
    let line = cause.position().map_or(reached, csv::Position::line);
    let words = match cause.kind() {
        csv::ErrorKind::Utf8 { .. } => "this line is not UTF-8 text",
        csv::ErrorKind::Io(cause) if is_too_long(cause) => TOO_LONG,
        csv::ErrorKind::Io(_) => "the file broke off here",
        _ => "this line cannot be read as CSV",
    };
    fault(line, words)
}

fn is_too_long(cause: &io::Error) -> bool {
    cause.get_ref().is_some_and(|cause| cause.is::<TooLong>())
}
