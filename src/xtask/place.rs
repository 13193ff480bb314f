//! Paths: the repository, and the folders that builds write to.

use crate::failure::{About, Failure};
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository, relative to the folder of this crate.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The folder of the served files, which `cargo xtask build` makes.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// Cargo's target folder, which an environment variable may move.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The folder in which cargo keeps the sources of dependencies.
pub(crate) fn cargo_home() -> PathBuf {
    let named = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    named.unwrap_or_else(|| std::env::home_dir().unwrap_or_default().join(".cargo"))
}

/// The folder for intermediate files of the app's build.
pub(crate) fn workshop() -> PathBuf {
    target().join("app")
}

/// Removes a file or folder if it exists.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        fs::remove_dir_all(path).about("remove", path)
    } else if path.exists() {
        fs::remove_file(path).about("remove", path)
    } else {
        Ok(())
    }
}

/// Makes a folder with its parent folders.
pub(crate) fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).about("make the folder", folder)
}

pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).about("read", path)
}

pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).about("read", path)
}

pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Failure> {
    fs::write(path, content).about("write", path)
}

/// Moves a file or folder within one file system, so that it appears as a whole or not at all.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::rename(from, to).about("move into place", to)
}
