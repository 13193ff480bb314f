//! `cargo xtask test`: runs every check of the suite, quick ones first.

use crate::command::{self, say, timed};
use crate::failure::{About as _, Failure};
use crate::postgres::Cluster;
use crate::tools::{self, Testers, WASM};
use crate::{build, place, supply};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// One stage of the suite: its name, a description with the time it may take, and its function.
type Stage = (
    &'static str,
    &'static str,
    fn(&Testers) -> Result<(), Failure>,
);

const STAGES: [Stage; 9] = [
    ("format", "format: rustfmt has nothing to say", format),
    (
        "purity",
        "purity: billing builds alone, without clock, storage and network",
        purity,
    ),
    (
        "clippy",
        "clippy: no warning, natively and for the browser (the first time some minutes)",
        clippy,
    ),
    (
        "audit",
        "audit: licences, bans, sources and advisories of the crates, and the list of them",
        audit,
    ),
    (
        "native",
        "native: unit tests, worked examples, both databases (the first time some minutes)",
        native,
    ),
    (
        "operator",
        "operator: the backend without its feature `demo` has no warning, and refuses the demo",
        operator,
    ),
    (
        "wasm",
        "wasm: the price function for the browser, to be compared with the native one",
        wasm,
    ),
    ("app", "app: the release build and its budget", app),
    (
        "browser",
        "browser: the whole product in Chromium (some minutes)",
        browser,
    ),
];

/// Runs all stages, or the named ones, in their order.
pub(crate) fn test(names: &[String]) -> Result<(), Failure> {
    if let Some(unknown) = names
        .iter()
        .find(|name| STAGES.iter().all(|(stage, ..)| stage != name))
    {
        let known: Vec<&str> = STAGES.iter().map(|(stage, ..)| *stage).collect();
        return Err(Failure::new(format!(
            "there is no stage `{unknown}`; there are {}",
            known.join(", ")
        )));
    }
    tools::builders()?;
    let testers = tools::testers()?;
    for (name, about, stage) in STAGES {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            timed(about, || stage(&testers))
                .map_err(|failure| Failure::new(format!("stage {name}: {failure}")))?;
        }
    }
    say("all of it holds");
    Ok(())
}

fn cargo(arguments: &[&str]) -> Result<(), Failure> {
    command::run(command::cargo().args(arguments))
}

fn format(_: &Testers) -> Result<(), Failure> {
    cargo(&["fmt", "--all", "--check"])
}

/// Builds `billing` alone. In a joint build, another member that enables chrono's clock would hide its
/// use here.
fn purity(_: &Testers) -> Result<(), Failure> {
    cargo(&["check", "--package", "billing"])?;
    cargo(&[
        "clippy",
        "--package",
        "billing",
        "--no-deps",
        "--",
        "--deny",
        "warnings",
    ])
}

fn clippy(_: &Testers) -> Result<(), Failure> {
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ])?;
    cargo(&[
        "clippy",
        "--package",
        "app",
        "--package",
        "answers",
        "--target",
        WASM,
        "--",
        "--deny",
        "warnings",
    ])
}

fn audit(_: &Testers) -> Result<(), Failure> {
    supply::audit()?;
    supply::components()
}

fn native(testers: &Testers) -> Result<(), Failure> {
    let cluster = Cluster::start(&testers.postgres)?;
    let mut tests = command::cargo();
    tests
        .args(["test", "--workspace"])
        .env("PRORATA_TEST_POSTGRES", cluster.url());
    command::run(&mut tests)
}

/// Checks the backend as `release` builds it. Its unit tests parse the command line; no binary is linked,
/// and the dependencies are those of the native stage.
fn operator(_: &Testers) -> Result<(), Failure> {
    let operators = ["--package", "backend", "--no-default-features"];
    cargo(
        &[
            &["clippy", "--all-targets"],
            &operators[..],
            &["--", "--deny", "warnings"],
        ]
        .concat(),
    )?;
    cargo(&[&["test", "--lib"], &operators[..]].concat())
}

/// Measures the time of a preview: natively, and in Chromium next to decimal.js.
pub(crate) fn bench() -> Result<(), Failure> {
    tools::builders()?;
    let testers = tools::testers()?;
    timed("previews, natively (the first time some minutes)", || {
        cargo(&["bench", "--package", "tests", "--bench", "preview"])
    })?;
    timed("previews, in Chromium beside decimal.js", || {
        wasm(&testers)?;
        let mut node = Command::new("node");
        node.current_dir(place::root())
            .env("PRORATA_CHROMIUM", &testers.chromium)
            .env("PRORATA_ANSWERS", answers())
            .arg(place::root().join("tests/bench/chromium.mjs"));
        command::run(&mut node)
    })
}

/// Measures a first visit on a slow connection.
pub(crate) fn bench_load() -> Result<(), Failure> {
    let testers = tools::testers()?;
    build::build()?;
    cargo(&["build", "--package", "backend", "--release"])?;
    let mut node = Command::new("node");
    node.current_dir(place::root())
        .env("PRORATA_CHROMIUM", &testers.chromium)
        .env("PRORATA_BACKEND", place::target().join("release/prorata"))
        .arg(place::root().join("tests/bench/load.mjs"));
    command::run(&mut node)
}

/// Measures the import of a million rows of usage, and how long a plan change waits meanwhile.
pub(crate) fn bench_import() -> Result<(), Failure> {
    cargo(&["build", "--package", "backend", "--release"])?;
    let mut node = Command::new("node");
    node.current_dir(place::root())
        .env("PRORATA", place::target().join("release/prorata"))
        .arg(place::root().join("tests/bench/import.mjs"));
    command::run(&mut node)
}

/// Measures the time of requests on both databases, each as a ratio to a request that does nothing, in
/// one run.
pub(crate) fn bench_requests() -> Result<(), Failure> {
    let testers = tools::testers()?;
    cargo(&["build", "--package", "backend", "--release"])?;
    let cluster = Cluster::start(&testers.postgres)?;
    for database in [None, Some(cluster.url())] {
        let mut node = Command::new("node");
        node.current_dir(place::root())
            .env("PRORATA", place::target().join("release/prorata"))
            .arg(place::root().join("tests/bench/requests.mjs"));
        if let Some(url) = database {
            node.env("PRORATA_DATABASE", url);
        }
        command::run(&mut node)?;
    }
    Ok(())
}

/// Measures the month change for the given number of organizations, on both databases.
pub(crate) fn bench_month_close(organizations: &str) -> Result<(), Failure> {
    let testers = tools::testers()?;
    cargo(&["build", "--package", "backend", "--release"])?;
    let cluster = Cluster::start(&testers.postgres)?;
    let mut node = Command::new("node");
    node.current_dir(place::root())
        .env("PRORATA", place::target().join("release/prorata"))
        .env("PRORATA_ORGANIZATIONS", organizations)
        .env("PRORATA_BENCH_POSTGRES", cluster.url())
        .arg(place::root().join("tests/bench/month_close.mjs"));
    command::run(&mut node)
}

/// Builds the module with which the browser suite answers the test vectors, in the same way as the
/// app's module.
fn wasm(_: &Testers) -> Result<(), Failure> {
    let builders = tools::builders()?;
    cargo(&[
        "build",
        "--package",
        "answers",
        "--profile",
        "wasm",
        "--target",
        WASM,
    ])?;
    let module = place::target().join(WASM).join("wasm/answers.wasm");
    let mut bindgen = command::program(builders.wasm_bindgen);
    bindgen
        .args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(answers())
        .arg(module);
    command::run(&mut bindgen)?;
    build::optimise::in_place(&builders.wasm_opt, &answers().join("answers_bg.wasm"))
}

fn app(_: &Testers) -> Result<(), Failure> {
    build::build().map(|_| ())
}

fn browser(testers: &Testers) -> Result<(), Failure> {
    cargo(&["build", "--package", "backend"])?;
    let mut node = Command::new("node");
    node.current_dir(place::root())
        .env("PRORATA_CHROMIUM", &testers.chromium)
        .env("PRORATA_BACKEND", place::target().join("debug/prorata"))
        .env("PRORATA_DIST", place::dist())
        .env("PRORATA_ANSWERS", answers())
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(browser_tests()?);
    command::run(&mut node)
}

/// The test files are listed one by one, because versions of Node treat a folder differently.
fn browser_tests() -> Result<Vec<PathBuf>, Failure> {
    let folder = place::root().join("tests/browser");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).about("read", &folder)? {
        let path = entry.about("read", &folder)?.path();
        if path.to_string_lossy().ends_with(".test.js") {
            files.push(path);
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(Failure::new("tests/browser holds no *.test.js")),
        false => Ok(files),
    }
}

fn answers() -> PathBuf {
    place::target().join("answers")
}
