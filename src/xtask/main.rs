//! Sets up, builds, runs and tests Prorata: `cargo xtask <command>`.
//!
//! Start with `tools` (what has to be installed), `build` (how the browser's files are made), `run` and
//! `suite` (the two commands of the README). The other modules serve these.

mod build;
mod command;
mod digest;
mod failure;
mod fuzz;
mod place;
mod postgres;
mod run;
mod suite;
mod supply;
mod tools;

use failure::Failure;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  run [--port N]   Set up what is missing, build the app and the backend in release, create and
                   migrate data/prorata.db, fill it with the demo organizations when it is new,
                   and serve everything on http://127.0.0.1:8080 (or the next free port).
  test [stage …]   Set up what is missing, Chromium and PostgreSQL included, and run all
                   stages: format, purity, clippy, audit, native, operator, wasm, app, browser;
                   or only the stages that are named.
  build            Build the app alone into dist/: one page, one script, one style sheet, and the
                   wasm in pieces, hashed and precompressed. Prints what each page loads, and
                   fails above a bound.
  bench            Measure previews: natively, and in Chromium beside decimal.js.
  bench month-close [N]
                   Measure the 1st of a month for N organizations (10,000), on both databases.
  bench load       Measure a first visit on slow 4G with a slow processor.
  bench requests   Measure pages and orders, as ratios to a request that does nothing.
  bench import     Measure a file of a million rows of usage, with plan changes beside it.
  audit            Check licences, sources and advisories of all crates (.cargo/deny.toml).
  release          Build the app, and the backend without the demo, and list what they are
                   made of (target/components, CycloneDX).
  fuzz [seconds]   Throw whatever at the decoder and the price, ten minutes each.
  size             Print the table of the last build again.
  setup            Install what run and test need, and nothing else.

The tools are kept outside the repository, in $PRORATA_TOOLS (default ~/.cache/prorata/tools).
The first run compiles some of them and takes 10 to 15 minutes on two cores; later ones are quick.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<(), Failure> {
    let Some((command, rest)) = arguments.split_first() else {
        println!("{HELP}");
        return Ok(());
    };
    match (command.as_str(), rest) {
        ("--help" | "-h" | "help", _) => {
            println!("{HELP}");
            Ok(())
        }
        ("run", rest) => run::run(rest),
        ("test", stages) => suite::test(stages),
        ("build", []) => build::build().map(|_| ()),
        ("fuzz", seconds) => fuzz::fuzz(seconds),
        ("audit", []) => supply::audit(),
        ("release", []) => supply::release(),
        ("bench", []) => suite::bench(),
        ("bench", [what]) if what == "load" => suite::bench_load(),
        ("bench", [what]) if what == "requests" => suite::bench_requests(),
        ("bench", [what]) if what == "import" => suite::bench_import(),
        ("bench", [what]) if what == "month-close" => suite::bench_month_close("10000"),
        ("bench", [what, count]) if what == "month-close" => suite::bench_month_close(count),
        ("size", []) => build::size::again(),
        ("setup", []) => tools::all(),
        (other, _) => Err(Failure::new(format!(
            "cannot do `{other}` with these arguments\n\n{HELP}"
        ))),
    }
}
