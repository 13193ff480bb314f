//! The tools that must be installed before the product can be built and tested.
//!
//! Tools with an exact version live outside the repository, in one folder per tool and version, so that
//! a fresh clone finds them again. A folder gets its name only when its tool is complete.

use crate::command::{self, say, timed};
use crate::failure::{About as _, Failure};
use crate::{digest, place};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

mod lockfile;
pub(crate) mod system;

use system::Program;

const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.25.12";
const DENY: &str = "0.20.2";
const CYCLONEDX: &str = "0.5.9";
pub(crate) const WASM: &str = "wasm32-unknown-unknown";
const NODE_MAJOR: u32 = 20;

const COMPILER: Program = Program {
    what: "a C compiler (for the embedded SQLite)",
    names: &["cc", "gcc", "clang"],
    debian: &["build-essential"],
    by_hand: "gcc or clang, so that `cc` is on the PATH",
};

const NODE: Program = Program {
    what: "Node.js",
    names: &["node"],
    debian: &["nodejs", "npm"],
    by_hand: "Node.js 20 or newer with npm, https://nodejs.org",
};

const CHROMIUM: Program = Program {
    what: "Chromium (for the browser tests)",
    names: &["chromium", "chromium-browser", "google-chrome"],
    debian: &["chromium", "chromium-driver"],
    by_hand: "Chromium or Chrome 120 or newer, so that `chromium` or `google-chrome` is on the PATH",
};

const POSTGRES: Program = Program {
    what: "the PostgreSQL server (for the database tests)",
    names: &["initdb"],
    debian: &["postgresql"],
    by_hand: "PostgreSQL 15 or newer, so that `initdb` and `postgres` are on the PATH",
};

/// The tools that the app's build needs.
#[derive(Debug)]
pub(crate) struct Builders {
    pub wasm_bindgen: PathBuf,
    pub wasm_opt: PathBuf,
    pub wasm_merge: PathBuf,
    /// The program `esbuild`, which joins and minifies the scripts.
    pub esbuild: PathBuf,
}

/// The tools that the tests need in addition.
#[derive(Debug)]
pub(crate) struct Testers {
    pub chromium: PathBuf,
    /// The folder with `initdb` and `postgres`.
    pub postgres: PathBuf,
}

pub(crate) fn all() -> Result<(), Failure> {
    builders()?;
    testers()?;
    cargo_deny()?;
    cyclonedx()?;
    say("everything that `cargo xtask run` and `cargo xtask test` need is installed");
    Ok(())
}

/// Finds or installs the tools of the build.
pub(crate) fn builders() -> Result<Builders, Failure> {
    COMPILER.find_or_install()?;
    wasm_target()?;
    node()?;
    Ok(Builders {
        wasm_bindgen: wasm_bindgen()?,
        wasm_opt: from_npm("binaryen", BINARYEN, "wasm-opt")?,
        wasm_merge: from_npm("binaryen", BINARYEN, "wasm-merge")?,
        esbuild: from_npm("esbuild", ESBUILD, "esbuild")?,
    })
}

/// Finds or installs the tools of the tests.
pub(crate) fn testers() -> Result<Testers, Failure> {
    node()?;
    let chromium = CHROMIUM.find_or_install()?;
    let initdb = POSTGRES.find_or_install()?;
    let initdb = initdb.canonicalize().about("follow", &initdb)?;
    let postgres = initdb.parent().map(Path::to_path_buf).unwrap_or_default();
    browser_packages()?;
    Ok(Testers { chromium, postgres })
}

fn wasm_target() -> Result<(), Failure> {
    let sysroot = command::output(command::program("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(WASM)
        .join("lib")
        .is_dir()
    {
        return Ok(());
    }
    let by_hand =
        format!("Install the standard library for {WASM} by hand, where rustc looks for it");
    if system::on_path("rustup").is_none() {
        return Err(Failure::new(format!(
            "Rust cannot build for the browser, and there is no rustup.\n{by_hand}"
        )));
    }
    timed("adding the wasm target to Rust (half a minute)", || {
        command::run(command::program("rustup").args(["target", "add", WASM]))
    })
    .map_err(|failure| Failure::new(format!("{failure}\n{by_hand}")))
}

fn node() -> Result<(), Failure> {
    let node = NODE.find_or_install()?;
    let version = command::output(command::program(node).arg("--version"))?;
    match major(&version) {
        Some(major) if major >= NODE_MAJOR && system::on_path("npm").is_some() => Ok(()),
        _ => Err(Failure::new(format!(
            "Node.js {} is too old or has no npm.\nInstall it by hand: {}",
            version.trim(),
            NODE.by_hand
        ))),
    }
}

/// The major version: 20 for `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// Its version must be exactly that of the library, because the two are incompatible otherwise. Not
/// `--locked`: its own lock file names a version that is not available everywhere.
fn wasm_bindgen() -> Result<PathBuf, Failure> {
    let version = lockfile::version("wasm-bindgen")?;
    kept("wasm-bindgen", &version, "bin/wasm-bindgen", |folder| {
        cargo_install(
            folder,
            &["wasm-bindgen-cli", "--version", &format!("={version}")],
        )
    })
}

/// The tool that checks whether the crates may be used.
pub(crate) fn cargo_deny() -> Result<PathBuf, Failure> {
    plain("cargo-deny", DENY)
}

/// The tool that lists the crates of the release.
pub(crate) fn cyclonedx() -> Result<PathBuf, Failure> {
    plain("cargo-cyclonedx", CYCLONEDX)
}

/// A program from the crate of the same name, with the lock file of its author.
fn plain(tool: &str, version: &str) -> Result<PathBuf, Failure> {
    kept(tool, version, &format!("bin/{tool}"), |folder| {
        cargo_install(
            folder,
            &[tool, "--version", &format!("={version}"), "--locked"],
        )
    })
}

/// A program from an npm package.
fn from_npm(package: &str, version: &str, program: &str) -> Result<PathBuf, Failure> {
    let program = format!("node_modules/.bin/{program}");
    kept(package, version, &program, |folder| {
        let wanted = format!("{package}@{version}");
        command::run(
            npm()
                .args(["install", "--no-save", "--prefix"])
                .arg(folder)
                .arg(wanted),
        )
    })
}

/// Installs the packages of `tests/browser` according to their lock file.
fn browser_packages() -> Result<(), Failure> {
    let folder = place::root().join("tests/browser");
    let lock = digest::name(&place::read_bytes(&folder.join("package-lock.json"))?);
    let stamp = folder.join("node_modules/.locked");
    if std::fs::read_to_string(&stamp).is_ok_and(|known| known == lock) {
        return Ok(());
    }
    timed(
        "installing the packages of the browser tests (half a minute)",
        || command::run(npm().arg("ci").current_dir(&folder)),
    )?;
    place::write(&stamp, lock)
}

fn npm() -> std::process::Command {
    let mut npm = command::program("npm");
    npm.args([
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel",
        "error",
    ]);
    npm
}

fn cargo_install(folder: &Path, what: &[&str]) -> Result<(), Failure> {
    let mut cargo = command::cargo();
    cargo.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    // Without this, cargo would advise putting a temporary folder on the `PATH`.
    cargo.env("PATH", in_front(&folder.join("bin"))?);
    command::run(
        cargo
            .args(["install", "--debug", "--no-track", "--root"])
            .arg(folder)
            .args(what),
    )
}

/// `PATH` with a folder in front.
fn in_front(folder: &Path) -> Result<OsString, Failure> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = [folder.to_path_buf()]
        .into_iter()
        .chain(std::env::split_paths(&rest));
    std::env::join_paths(all).map_err(|error| Failure::new(format!("cannot extend PATH: {error}")))
}

/// The program of a tool. If it is missing, installs the tool into a temporary folder and then moves
/// that into place.
fn kept(
    tool: &str,
    version: &str,
    program: &str,
    install: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<PathBuf, Failure> {
    let store = store()?;
    let folder = store.join(format!("{tool}-{version}"));
    if folder.join(program).exists() {
        return Ok(folder.join(program));
    }
    let unfinished = store.join(format!(".{tool}-{version}-{}", std::process::id()));
    place::make(&unfinished)?;
    let installed = timed(
        &format!("installing {tool} {version} (once; up to five minutes)"),
        || install(&unfinished),
    );
    let moved = installed.and_then(|()| match unfinished.join(program).exists() {
        true => place::remove(&folder).and_then(|()| place::rename(&unfinished, &folder)),
        false => Err(Failure::new(format!(
            "{tool} {version} was installed without {program}"
        ))),
    });
    if let Err(failure) = moved {
        place::remove(&unfinished)?;
        return Err(failure);
    }
    Ok(folder.join(program))
}

/// The folder of the tools: `$PRORATA_TOOLS`, or the user's cache.
fn store() -> Result<PathBuf, Failure> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("PRORATA_TOOLS")
        .or_else(|| Some(set("XDG_CACHE_HOME")?.join("prorata/tools")))
        .or_else(|| Some(set("HOME")?.join(".cache/prorata/tools")))
        .ok_or_else(|| Failure::new("no place for the tools: set PRORATA_TOOLS to a folder"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20.1.0"), None);
        assert_eq!(major(""), None);
    }
}
