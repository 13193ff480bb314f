//! Uses of add-ons as a CSV file with the columns `add_on,day,used`, in any order.

use std::io::Read;

use api::problem::FieldError;
use api::usage::intake::AddOnUseRow;
use billing::AddOnId;
use billing::metering::intake::{Field, whole_number};

use super::refused;
use crate::foundation::error::Error;
use crate::usage::import::line_of;

const COLUMNS: [Field; 3] = [Field::AddOn, Field::Day, Field::Used];

/// Reads a file and returns its rows.
///
/// # Errors
/// Fails with the line and column of every cell that cannot be read, and when the header is wrong.
pub fn read(file: &[u8]) -> Result<Vec<AddOnUseRow>, Error> {
    let mut lines = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        // With a line break at its end, the last line is counted like every other one.
        .from_reader(file.chain(b"\n".as_slice()));
    let Some(places) = lines.headers().ok().and_then(places) else {
        let head = "name each of these columns once: add_on,day,used".to_owned();
        return Err(refused(vec![fault(1, head)]));
    };
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut record = csv::StringRecord::new();
    loop {
        match lines.read_record(&mut record) {
            Ok(true) => match row(&record, places, line_of(&record, lines.position())) {
                Ok(row) => rows.push(row),
                Err(wrong) => faults.extend(wrong),
            },
            Ok(false) if faults.is_empty() => return Ok(rows),
            Ok(false) => return Err(refused(faults)),
            Err(cause) => {
                let line = cause.position().map_or(0, csv::Position::line);
                faults.push(fault(line, cause.to_string()));
                return Err(refused(faults));
            }
        }
    }
}

/// The index of each column; `None` if one is missing, repeated or unknown.
fn places(head: &csv::StringRecord) -> Option<[usize; 3]> {
    let place = |field: Field| head.iter().position(|name| name == field.as_str());
    let places = [place(COLUMNS[0])?, place(COLUMNS[1])?, place(COLUMNS[2])?];
    (head.len() == COLUMNS.len()).then_some(places)
}

fn row(
    record: &csv::StringRecord,
    [add_on, day, used]: [usize; 3],
    line: u64,
) -> Result<AddOnUseRow, Vec<FieldError>> {
    if record.len() != COLUMNS.len() {
        return Err(vec![fault(
            line,
            "three cells are needed: add_on,day,used".to_owned(),
        )]);
    }
    let cell = |place: usize| record.get(place).unwrap_or_default();
    match (cell(day).parse(), whole_number(cell(used))) {
        (Ok(day), Some(used)) => Ok(AddOnUseRow {
            add_on: AddOnId::new(cell(add_on)),
            day,
            used,
        }),
        (day, number) => {
            let mut faults = Vec::new();
            if day.is_err() {
                faults.push(named(line, Field::Day, "a day looks like 2026-06-20"));
            }
            if number.is_none() {
                faults.push(named(line, Field::Used, "a whole number is needed"));
            }
            Err(faults)
        }
    }
}

fn named(line: u64, field: Field, message: &str) -> FieldError {
    FieldError {
        field: format!("line {line}, {}", field.as_str()),
        message: message.to_owned(),
    }
}

fn fault(line: u64, message: String) -> FieldError {
    FieldError {
        field: format!("line {line}"),
        message,
    }
}
