//! Makes a wasm module small.

use crate::command;
use crate::failure::Failure;
use crate::{digest, place};
use std::path::Path;

/// Features that browsers of the last years support. `--all-features` is not used: browsers refuse its
/// output.
pub(super) const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-call-indirect-overlong",
];

/// The passes before the second `-Oz`, and its inlining, save one percent after brotli; the third,
/// repeated until nothing changes, saves a kilobyte more.
const PASSES: [&str; 11] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--converge",
    "-Oz",
    "--one-caller-inline-max-function-size=40",
    // What it shares by a variable, brotli shares better.
    "--skip-pass=local-cse",
    // The end of the stack lies there, so nothing else does.
    "--low-memory-unused",
    "--strip-debug",
    "--strip-producers",
];

/// Replaces a module by its optimised self. That is kept, because optimising takes longer than all other
/// steps together.
pub(crate) fn in_place(wasm_opt: &Path, module: &Path) -> Result<(), Failure> {
    let mut recipe = place::read_bytes(module)?;
    recipe.extend((FEATURES.concat() + &PASSES.concat()).as_bytes());
    let known = place::workshop().join(format!("{}.wasm", digest::name(&recipe)));
    if !known.is_file() {
        place::make(&place::workshop())?;
        let unfinished = place::workshop().join("unfinished.wasm");
        command::quietly(
            command::program(wasm_opt)
                .args(FEATURES)
                .args(PASSES)
                .arg(module)
                .arg("-o")
                .arg(&unfinished),
        )?;
        place::rename(&unfinished, &known)?;
    }
    place::write(module, place::read_bytes(&known)?)
}
