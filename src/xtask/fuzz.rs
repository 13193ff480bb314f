//! `cargo xtask fuzz`: no input makes the decoder or the price function panic.

use crate::command::{self, timed};
use crate::failure::{About as _, Failure};
use crate::place;
use crate::tools::system;
use std::fs;
use std::process::Command;

const TARGETS: [&str; 2] = ["decoder", "preview"];
const SECONDS: u32 = 600;
/// The longest input, in bytes. A price book is longer than any request.
const LONGEST: &str = "-max_len=4096";

/// Runs each target for the given number of seconds (600 by default).
pub(crate) fn fuzz(arguments: &[String]) -> Result<(), Failure> {
    let seconds = match arguments {
        [] => SECONDS,
        [text] => text.parse().map_err(|_| not_seconds(text))?,
        [_, more, ..] => return Err(not_seconds(more)),
    };
    if system::on_path("cargo-fuzz").is_none() {
        timed("installing cargo-fuzz (a minute)", || {
            command::run(command::cargo().args(["install", "cargo-fuzz", "--locked"]))
        })?;
    }
    seed()?;
    for target in TARGETS {
        let limit = format!("-max_total_time={seconds}");
        timed(&format!("fuzzing the {target}"), || {
            let mut fuzz = nightly();
            fuzz.args(["fuzz", "run", "--fuzz-dir", "tests/fuzz", target, "--"])
                .args([&limit, LONGEST, "-timeout=10"]);
            command::run(&mut fuzz)
        })?;
    }
    Ok(())
}

fn not_seconds(text: &str) -> Failure {
    Failure::new(format!("`{text}` is no number of seconds"))
}

/// Cargo with nightly features. Without a nightly toolchain, the stable one is set to allow them.
fn nightly() -> Command {
    let mut version = command::program("rustup");
    version.args(["run", "nightly", "cargo", "--version"]);
    if version.output().is_ok_and(|output| output.status.success()) {
        let mut cargo = command::program("rustup");
        cargo.args(["run", "nightly", "cargo"]);
        cargo
    } else {
        let mut cargo = command::cargo();
        cargo.env("RUSTC_BOOTSTRAP", "1");
        cargo
    }
}

/// Fills the decoder's corpus with the curated requests and the price books.
fn seed() -> Result<(), Failure> {
    let corpus = place::root().join("tests/fuzz/corpus/decoder");
    fs::create_dir_all(&corpus).about("make", &corpus)?;
    let vectors = place::root().join("tests/vectors/previews.jsonl");
    let vectors = fs::read_to_string(&vectors).about("read", &vectors)?;
    for (number, line) in vectors.lines().enumerate() {
        place::write(&corpus.join(format!("vector-{number}")), line)?;
    }
    for book in ["essentials.json", "essentials-2025.json"] {
        let from = place::root()
            .join("src/billing/catalog/price_books")
            .join(book);
        let text = fs::read_to_string(&from).about("read", &from)?;
        place::write(&corpus.join(book), text)?;
    }
    Ok(())
}
