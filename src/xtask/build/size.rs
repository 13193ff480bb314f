//! The size of the first screen over the wire, and the budget for it.

use crate::failure::{About as _, Failure};
use crate::place;

use super::compress;
use std::fs;
use std::path::{Path, PathBuf};

/// The budget for everything the first screen loads, compressed with brotli, in bytes.
const BUDGET: u64 = 295_000;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the sizes of the last build.
pub(crate) fn again() -> Result<(), Failure> {
    let dist = place::dist();
    if !dist.join("index.html").is_file() {
        return Err(Failure::new("there is no build yet: cargo xtask build"));
    }
    report(&dist)
}

/// Prints the sizes of the files in a folder. Fails when their sum exceeds the budget.
pub(crate) fn report(folder: &Path) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for file in served(folder)? {
        rows.push(Row {
            name: file
                .strip_prefix(folder)
                .unwrap_or(&file)
                .display()
                .to_string(),
            raw: bytes(&file)?,
            gzip: bytes(&compress::copy(&file, "gz"))?,
            brotli: bytes(&compress::copy(&file, "br"))?,
        });
    }
    println!("{}", table(&rows));
    within_budget(&rows)
}

/// The files that a browser may request, without their compressed copies.
pub(crate) fn served(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).about("read", folder)? {
        let path = entry.about("read", folder)?.path();
        let copy = path
            .extension()
            .is_some_and(|extension| extension == "br" || extension == "gz");
        match path.is_dir() {
            true => files.extend(served(&path)?),
            false if copy => {}
            false => files.push(path),
        }
    }
    files.sort();
    Ok(files)
}

fn bytes(file: &Path) -> Result<u64, Failure> {
    Ok(fs::metadata(file).about("measure", file)?.len())
}

fn sum(rows: &[Row]) -> Row {
    Row {
        name: "together".to_owned(),
        raw: rows.iter().map(|row| row.raw).sum(),
        gzip: rows.iter().map(|row| row.gzip).sum(),
        brotli: rows.iter().map(|row| row.brotli).sum(),
    }
}

/// A table in Markdown, as the README contains it.
fn table(rows: &[Row]) -> String {
    let line = |name: &str, raw: &str, gzip: &str, brotli: &str| {
        format!("| {name:<35} | {raw:>9} | {gzip:>9} | {brotli:>9} |\n")
    };
    let mut text = line("file", "raw", "gzip", "brotli");
    text += "| :---------------------------------- | --------: | --------: | --------: |\n";
    for row in rows.iter().chain([&sum(rows)]) {
        text += &line(
            &row.name,
            &grouped(row.raw),
            &grouped(row.gzip),
            &grouped(row.brotli),
        );
    }
    text
}

/// A number with thousands separators: 200000 is 200,000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn within_budget(rows: &[Row]) -> Result<(), Failure> {
    let total = sum(rows).brotli;
    if total <= BUDGET {
        println!(
            "first screen: {} of {} bytes",
            grouped(total),
            grouped(BUDGET)
        );
        return Ok(());
    }
    Err(Failure::new(format!(
        "the first screen loads {} bytes with brotli, the budget is {}",
        grouped(total),
        grouped(BUDGET)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(brotli: u64) -> Row {
        Row {
            name: "app.wasm".to_owned(),
            raw: brotli * 3,
            gzip: brotli + 10,
            brotli,
        }
    }

    #[test]
    fn the_budget_is_on_the_sum_and_inclusive() {
        let half = BUDGET / 2;
        assert!(within_budget(&[row(half), row(BUDGET - half)]).is_ok());
        let refused = within_budget(&[row(half), row(BUDGET - half + 1)]).unwrap_err();
        let (sum, budget) = (grouped(BUDGET + 1), grouped(BUDGET));
        assert_eq!(
            refused.to_string(),
            format!("the first screen loads {sum} bytes with brotli, the budget is {budget}")
        );
    }

    #[test]
    fn the_table_ends_with_the_sum() {
        let table = table(&[row(1_000), row(234)]);
        let width = table.lines().next().unwrap().len();
        assert!(table.lines().all(|line| line.len() == width), "{table}");
        assert!(
            table.ends_with("|     3,702 |     1,254 |     1,234 |\n"),
            "{table}"
        );
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
