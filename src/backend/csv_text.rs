//! CSV files that a spreadsheet may open: RFC 4180, UTF-8 with its mark, and no cell that counts.

use crate::error::Error;

/// What a spreadsheet would take for the beginning of a formula.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\0'];

/// Lines of such a file.
#[derive(Debug)]
pub struct CsvWriter(csv::Writer<Vec<u8>>);

impl CsvWriter {
    /// A file with what stands above its columns.
    ///
    /// # Errors
    /// None that can be helped.
    pub fn new(head: &[&str]) -> Result<Self, Error> {
        // Spreadsheets read UTF-8 by this mark alone.
        let mut csv = Self::into(Vec::from("\u{feff}"));
        csv.row(head)?;
        Ok(csv)
    }

    /// More lines of a file that has begun.
    pub fn more() -> Self {
        Self::into(Vec::new())
    }

    /// Adds a line.
    ///
    /// # Errors
    /// A line of another length than the one before.
    pub fn row(&mut self, cells: &[impl AsRef<str>]) -> Result<(), Error> {
        let cells = cells.iter().map(|cell| harmless(cell.as_ref()));
        self.0.write_record(cells).map_err(Error::unexpected)
    }

    /// What is written.
    ///
    /// # Errors
    /// None that can be helped.
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

/// A cell that no spreadsheet takes for a formula: a quote in front of it says that it is words. Every
/// CSV file goes through this.
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
