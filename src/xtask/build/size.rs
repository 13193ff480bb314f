//! The size of each page over the wire, and the bounds for it.

use crate::failure::{About as _, Failure};
use crate::place;

use super::compress;
use super::pieces::{COMMON, ORDERING, needed_by};
use std::fs;
use std::path::{Path, PathBuf};

/// What the sign-in may load: page, style, script, main module, icon. In bytes, with brotli.
const SIGN_IN: u64 = 150_000;
/// What any other page may load on the first visit: the same, its piece, and the joined ones that it needs.
const FIRST_PAGE: u64 = 240_000;
/// What each further page may load: the same without what every page needs.
const FURTHER_PAGE: u64 = 60_000;

const MAIN: &str = "app";
/// The piece that no page comes with: what is opened, and what lies further down.
const LATER: &str = "extras";

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

/// Prints the sizes of the files in a folder, and of the pages. Fails when a page exceeds its bound.
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
    let pages = pages(&rows)?;
    println!("{}", bounds(&pages));
    within_bounds(&pages)
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
        format!("| {name:<40} | {raw:>9} | {gzip:>9} | {brotli:>9} |\n")
    };
    let mut text = line("file", "raw", "gzip", "brotli");
    text += "| :--------------------------------------- | --------: | --------: | --------: |\n";
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

/// What a page loads with brotli, and what it may.
#[derive(Debug, PartialEq, Eq)]
struct Page {
    name: String,
    loads: u64,
    bound: u64,
}

/// The sign-in, and for each piece its pages: on the first visit, and as a further page.
fn pages(rows: &[Row]) -> Result<Vec<Page>, Failure> {
    let (pieces, always): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| row.piece().is_some());
    let sign_in = always.iter().map(|row| row.brotli).sum();
    let weight = |name: &str| {
        let piece = pieces.iter().find(|row| row.piece() == Some(name));
        let missing = || Failure::new(format!("the build has no piece {name}"));
        piece.map(|row| row.brotli).ok_or_else(missing)
    };
    let common = weight(COMMON)?;
    let mut pages = vec![Page {
        name: "sign-in".to_owned(),
        loads: sign_in,
        bound: SIGN_IN,
    }];
    for row in &pieces {
        let is_page = |piece: &&str| ![COMMON, ORDERING].contains(piece);
        let Some(piece) = row.piece().filter(is_page) else {
            continue;
        };
        let mut further = row.brotli;
        for joined in needed_by(piece).iter().filter(|name| **name != COMMON) {
            further += weight(joined)?;
        }
        if piece != LATER {
            pages.push(Page {
                name: format!("{piece}, first page"),
                loads: sign_in + common + further,
                bound: FIRST_PAGE,
            });
        }
        pages.push(Page {
            name: format!("{piece}, further page"),
            loads: further,
            bound: FURTHER_PAGE,
        });
    }
    Ok(pages)
}

impl Row {
    /// The piece whose module the file is; `None` for files that every page loads.
    fn piece(&self) -> Option<&str> {
        let name = self.name.rsplit('/').next()?.strip_suffix(".wasm")?;
        let (piece, _) = name.rsplit_once('-')?;
        (piece != MAIN).then_some(piece)
    }
}

/// A table in Markdown, as the README contains it.
fn bounds(pages: &[Page]) -> String {
    let line = |name: &str, loads: &str, bound: &str| {
        format!("| {name:<35} | {loads:>9} | {bound:>9} |\n")
    };
    let mut text = line("page", "brotli", "bound");
    text += "| :---------------------------------- | --------: | --------: |\n";
    for page in pages {
        text += &line(&page.name, &grouped(page.loads), &grouped(page.bound));
    }
    text
}

fn within_bounds(pages: &[Page]) -> Result<(), Failure> {
    let over = pages.iter().filter(|page| page.loads > page.bound);
    let over: Vec<String> = over
        .map(|page| {
            let (loads, bound) = (grouped(page.loads), grouped(page.bound));
            format!("{} loads {loads} bytes, its bound is {bound}", page.name)
        })
        .collect();
    match over.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(over.join("\n"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, brotli: u64) -> Row {
        Row {
            name: name.to_owned(),
            raw: brotli * 3,
            gzip: brotli + 10,
            brotli,
        }
    }

    /// The files of a build whose pages that order load this much of their own.
    fn rows(own: u64) -> Vec<Row> {
        vec![
            row("assets/app-1.js", 10_000),
            row("assets/app-2.wasm", 130_000),
            row("assets/common-3.wasm", 45_000),
            row("assets/ordering-4.wasm", 20_000),
            row("assets/add_ons-5.wasm", own - 20_000),
            row("assets/plan-6.wasm", 30_000),
            row("assets/extras-7.wasm", 5_000),
        ]
    }

    #[test]
    fn a_first_page_loads_the_main_module_and_what_its_piece_needs() {
        let pages = pages(&rows(55_000)).unwrap();
        let loads: Vec<_> = pages.iter().map(|page| page.loads).collect();
        assert_eq!(loads, [140_000, 240_000, 55_000, 215_000, 30_000, 5_000]);
        assert_eq!(
            within_bounds(&pages).map_err(|cause| cause.to_string()),
            Ok(())
        );
    }

    #[test]
    fn a_page_above_its_bound_is_named() {
        let refused = within_bounds(&pages(&rows(55_001)).unwrap()).unwrap_err();
        let expected = "add_ons, first page loads 240,001 bytes, its bound is 240,000";
        assert_eq!(refused.to_string(), expected);
    }

    #[test]
    fn the_table_ends_with_the_sum() {
        let table = table(&[row("a", 1_000), row("b", 234)]);
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
