//! The dependencies of the product: their licences, known vulnerabilities, and the list of them.

use crate::command::{self, say, timed};
use crate::failure::Failure;
use crate::{build, place, tools};
use std::path::Path;

/// The released crates, whose lists of components are part of the release.
const RELEASED: [&str; 2] = ["backend", "app"];

/// Checks licences, bans, sources and advisories of every crate, as configured in `.cargo/deny.toml`.
pub(crate) fn audit() -> Result<(), Failure> {
    let deny = tools::cargo_deny()?;
    let check = |what: &[&str]| {
        let mut deny = command::program(&deny);
        deny.arg("check").args(what);
        deny
    };
    command::run(&mut check(&["licenses", "bans", "sources"]))?;
    // The advisories are in a repository of their own. When it cannot be reached, that is not a fault
    // of the product: a message says so, and the suite continues.
    let fetched = command::program(&deny)
        .args(["--log-level", "off", "fetch", "db"])
        .env("GIT_HTTP_LOW_SPEED_LIMIT", "1000")
        .env("GIT_HTTP_LOW_SPEED_TIME", "20")
        .env("GIT_TERMINAL_PROMPT", "0")
        .status()
        .is_ok_and(|status| status.success());
    if !fetched {
        say(
            "ADVISORIES NOT CHECKED: their repository cannot be reached from here; run `cargo xtask audit` where it can",
        );
        return Ok(());
    }
    command::run(&mut check(&["--disable-fetch", "advisories"]))
}

/// Builds the release, which is without the demo, and lists its components.
pub(crate) fn release() -> Result<(), Failure> {
    build::build()?;
    timed(
        "building the backend in release (the first time some minutes)",
        || {
            command::run(command::cargo().args([
                "build",
                "--release",
                "--package",
                "backend",
                "--no-default-features",
            ]))
        },
    )?;
    components()?;
    say("target/release/prorata, dist/ and target/components are the release");
    Ok(())
}

/// Writes the lists of components (CycloneDX), one file for each released crate.
pub(crate) fn components() -> Result<(), Failure> {
    let cyclonedx = tools::cyclonedx()?;
    command::run(command::program(cyclonedx).args(["cyclonedx", "--format", "json", "--quiet"]))?;
    let folder = place::target().join("components");
    place::remove(&folder)?;
    place::make(&folder)?;
    // The tool writes a list next to each manifest.
    for member in ["billing", "api", "app", "backend", "xtask"] {
        let list = place::root().join(format!("src/{member}/{member}.cdx.json"));
        if RELEASED.contains(&member) {
            let kept = folder.join(format!("{member}.cdx.json"));
            place::write(&kept, place::read_bytes(&list)?)?;
        }
        place::remove(&list)?;
    }
    for list in ["tests/tests.cdx.json", "tests/wasm/answers.cdx.json"] {
        place::remove(&place::root().join(list))?;
    }
    RELEASED.iter().try_for_each(|member| {
        let list = folder.join(format!("{member}.cdx.json"));
        names(&list, &["\"serde\"", "\"chrono\""])
    })
}

/// Fails when a list lacks one of the given crates.
fn names(list: &Path, crates: &[&str]) -> Result<(), Failure> {
    let text = place::read(list)?;
    match crates.iter().find(|name| !text.contains(**name)) {
        None => Ok(()),
        Some(missing) => Err(Failure::new(format!(
            "{} does not name {missing}",
            list.display()
        ))),
    }
}
