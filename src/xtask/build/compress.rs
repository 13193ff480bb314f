//! Stores a compressed copy of every served file, because brotli 11 is too slow to run per request.

use crate::command;
use crate::failure::{About as _, Failure};
use crate::place;
use std::fs;
use std::path::{Path, PathBuf};

const COPIES: [&str; 2] = ["br", "gz"];

/// Writes the compressed copies next to each file. Takes them from the last build when the file is
/// unchanged.
pub(crate) fn beside(files: &[PathBuf], folder: &Path, last: &Path) -> Result<(), Failure> {
    let mut changed = Vec::new();
    for file in files {
        if !reuse(file, folder, last)? {
            changed.push(file);
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    let script = place::root().join("src/xtask/build/compress.mjs");
    command::run(command::program("node").arg(script).args(changed))
}

/// The path of a compressed copy: `a.js.br` for `a.js` and `br`.
pub(crate) fn copy(file: &Path, kind: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(kind);
    PathBuf::from(name)
}

fn reuse(file: &Path, folder: &Path, last: &Path) -> Result<bool, Failure> {
    let Ok(relative) = file.strip_prefix(folder) else {
        return Ok(false);
    };
    let before = last.join(relative);
    let complete = COPIES.iter().all(|kind| copy(&before, kind).is_file());
    if !complete || fs::read(&before).ok() != Some(place::read_bytes(file)?) {
        return Ok(false);
    }
    for kind in COPIES {
        fs::copy(copy(&before, kind), copy(file, kind)).about("copy beside", file)?;
    }
    Ok(true)
}
