//! Every served file also lies there compressed, because brotli 11 is too slow for a request.

use crate::command;
use crate::failure::{About as _, Failure};
use crate::place;
use std::fs;
use std::path::{Path, PathBuf};

const COPIES: [&str; 2] = ["br", "gz"];

/// Puts the compressed copies beside each file; takes them from the last build where the file is
/// the same.
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
    let script = place::root().join("src/xtask/compress.mjs");
    command::run(command::program("node").arg(script).args(changed))
}

/// The path of a file's copy: `a.js` and `br` give `a.js.br`.
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
