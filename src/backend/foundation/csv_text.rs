//! CSV files that are safe to open in a spreadsheet: RFC 4180, UTF-8 with a byte order mark, no
//! formulas.

use super::error::Error;

/// Characters that make a spreadsheet read a cell as a formula.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\0'];

/// Writes such a file, or a part of one.
#[derive(Debug)]
pub struct CsvWriter(csv::Writer<Vec<u8>>);

impl CsvWriter {
    /// Starts a file with its header row.
    pub fn new(head: &[&str]) -> Result<Self, Error> {
        // Spreadsheets detect UTF-8 only by the byte order mark.
        let mut csv = Self::into(Vec::from("\u{feff}"));
        csv.row(head)?;
        Ok(csv)
    }

    /// Writes further rows of a file that is already started.
    pub fn more() -> Self {
        Self::into(Vec::new())
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Fails when the row has another number of cells than the one before.
    pub fn row(&mut self, cells: &[impl AsRef<str>]) -> Result<(), Error> {
        let cells = cells.iter().map(|cell| harmless(cell.as_ref()));
        self.0.write_record(cells).map_err(Error::unexpected)
    }

    /// Returns what was written.
    pub fn finish(self) -> Result<String, Error> {
        let bytes = self.0.into_inner();
        let bytes = bytes.map_err(|cause| Error::unexpected(cause.into_error()))?;
        String::from_utf8(bytes).map_err(Error::unexpected)
    }

    fn into(bytes: Vec<u8>) -> Self {
        let mut writer = csv::WriterBuilder::new();
        Self(writer.terminator(csv::Terminator::CRLF).from_writer(bytes))
    }
}

/// Marks a cell that begins like a formula as text, with a quote in front. Every cell of every CSV file
/// passes through here.
pub(crate) fn harmless(cell: &str) -> String {
    if cell.starts_with(FORMULA) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_formula() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("@shop", "'@shop"),
            ("-2", "'-2"),
            ("Shop", "Shop"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(harmless(cell), expected);
        }
    }
}
