//! Writes rows as CSV or as JSON.

use api::Code;
use billing::{Currency, Money};

use super::tables::Column;
use crate::foundation::csv_text::harmless;
use crate::foundation::error::Error;

/// The file format of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, for spreadsheets.
    Csv,
    /// For programs.
    Json,
}

impl Format {
    /// The format named in a URL.
    ///
    /// # Errors
    /// `NotFound` for any other word.
    pub fn parse(word: &str) -> Result<Self, Error> {
        match word {
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            _ => Err(Error::refused(
                Code::NotFound,
                "Exports are made as csv or json",
            )),
        }
    }

    /// The word for the format in URLs and file names.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// A table that is being written.
pub(super) struct TableWriter {
    format: Format,
    currency: Currency,
    columns: &'static [Column],
    bytes: Vec<u8>,
    is_empty: bool,
}

impl TableWriter {
    /// Starts a table, with its header row or its opening bracket.
    pub(super) fn new(
        format: Format,
        currency: Currency,
        columns: &'static [Column],
    ) -> Result<Self, Error> {
        let mut table = Self {
            format,
            currency,
            columns,
            bytes: Vec::new(),
            is_empty: true,
        };
        match format {
            Format::Json => table.bytes.push(b'['),
            Format::Csv => {
                // Spreadsheets detect UTF-8 only by the byte order mark.
                table.bytes.extend_from_slice("\u{FEFF}".as_bytes());
                table.line(columns.iter().map(|column| column.shown().to_owned()))?;
            }
        }
        Ok(table)
    }

    /// Adds a row. The cells have their database form.
    pub(super) fn add(&mut self, cells: &[Option<String>]) -> Result<(), Error> {
        let pairs = self.columns.iter().copied().zip(cells);
        match self.format {
            Format::Csv => {
                let cells = pairs.map(|(column, cell)| match cell {
                    None => Ok(String::new()),
                    Some(cell) => plain(column, cell, self.currency),
                });
                let cells = cells.collect::<Result<Vec<_>, Error>>()?;
                self.line(cells.into_iter())
            }
            Format::Json => {
                let mut members = Vec::new();
                for (column, cell) in pairs {
                    let value = json(column, cell.as_deref(), self.currency)?;
                    members.push(format!("\"{}\":{value}", column.shown()));
                }
                let before = if self.is_empty { "\n" } else { ",\n" };
                self.is_empty = false;
                let row = format!("{before}{{{}}}", members.join(","));
                self.bytes.extend_from_slice(row.as_bytes());
                Ok(())
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Removes and returns the bytes written so far.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// The remaining bytes, with the end of the table.
    pub(super) fn end(mut self) -> Vec<u8> {
        if self.format == Format::Json {
            self.bytes.extend_from_slice(b"\n]\n");
        }
        self.bytes
    }

    /// Writes a row in the format of RFC 4180.
    fn line(&mut self, cells: impl Iterator<Item = String>) -> Result<(), Error> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut self.bytes);
        writer.write_record(cells).map_err(Error::unexpected)?;
        writer.flush().map_err(Error::unexpected)
    }
}

/// A cell for a spreadsheet, with amounts as decimals.
fn plain(column: Column, cell: &str, currency: Currency) -> Result<String, Error> {
    match column {
        Column::Number(_) => Ok(cell.to_owned()),
        Column::Amount(_) => amount(cell, currency),
        Column::Text(_) | Column::Document(_) => Ok(harmless(cell)),
    }
}

fn json(column: Column, cell: Option<&str>, currency: Currency) -> Result<String, Error> {
    let Some(cell) = cell else {
        return Ok("null".to_owned());
    };
    match column {
        Column::Number(_) | Column::Document(_) => Ok(cell.to_owned()),
        Column::Amount(_) => Ok(format!("\"{}\"", amount(cell, currency)?)),
        Column::Text(_) => serde_json::to_string(cell).map_err(Error::unexpected),
    }
}

fn amount(cell: &str, currency: Currency) -> Result<String, Error> {
    let minor = cell.parse().map_err(Error::unexpected)?;
    Ok(Money::new(minor, currency).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column::Text("name"),
        Column::Number("tier"),
        Column::Amount("amount_minor"),
        Column::Document("details"),
    ];

    fn written(format: Format) -> String {
        let dollars = Currency::new("USD", 2).unwrap();
        let mut table = TableWriter::new(format, dollars, COLUMNS).unwrap();
        let row = |cells: [Option<&str>; 4]| cells.map(|cell| cell.map(str::to_owned));
        table
            .add(&row([
                Some("=1+1"),
                Some("-5"),
                Some("-500"),
                Some("{\"a\":1}"),
            ]))
            .unwrap();
        table
            .add(&row([Some("a, \"b\"\nc"), None, None, None]))
            .unwrap();
        String::from_utf8(table.end()).unwrap()
    }

    #[test]
    fn a_csv_file_is_safe_to_open() {
        let expected = "\u{FEFF}name,tier,amount,details\r\n'=1+1,-5,-5.00,\"{\"\"a\"\":1}\"\r\n\
                        \"a, \"\"b\"\"\nc\",,,\r\n";
        assert_eq!(written(Format::Csv), expected);
    }

    #[test]
    fn json_can_be_parsed() {
        let text = written(Format::Json);
        let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(rows[0]["amount"], "-5.00");
        assert_eq!(rows[0]["tier"], -5);
        assert_eq!(rows[0]["details"]["a"], 1);
        assert_eq!(rows[1]["name"], "a, \"b\"\nc");
        assert!(rows[1]["tier"].is_null());
    }
}
