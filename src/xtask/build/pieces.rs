//! The app's wasm as a main module and pieces. Code that only some pages use is in a piece of its own,
//! which the app loads when a page needs it; what several pieces share is in one common piece.
//!
//! `wasm_split_cli_support` finds out what belongs where, from the relocations that the linker has left.
//! It makes a module for each set of pieces that share something; these are joined here.

use super::{binding, optimise, panics, streams};
use crate::command;
use crate::failure::{About as _, Failure};
use crate::place;
use crate::tools::Builders;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_encoder::reencode::{Reencode as _, RoundtripReencoder};
use wasm_encoder::{ExportKind, ExportSection, ImportSection, Module};
use wasmparser::{Parser, Payload, TypeRef};

const MAIN: &str = "main.wasm";
const GLUE: &str = "app.js";
const BOUND: &str = "app_bg.wasm";
/// The script that loads the pieces, as the glue imports it.
const LOADER: &str = "./pieces.js";
/// The name under which every module imports what all share: memory, function table, stack pointer.
const SHARES: &str = "__wasm_split";
const OWN: &str = "split_";
const COMMON: &str = "chunk_";

/// The files of the app, optimised.
#[derive(Debug)]
pub(crate) struct Pieces {
    folder: PathBuf,
    /// The names of the pieces.
    pub names: Vec<String>,
}

impl Pieces {
    /// The script that binds the main module to the page.
    pub(crate) fn glue(&self) -> PathBuf {
        self.folder.join(GLUE)
    }

    pub(crate) fn main(&self) -> PathBuf {
        self.folder.join(BOUND)
    }

    /// What several pieces use.
    pub(crate) fn common(&self) -> PathBuf {
        self.folder.join("common.wasm")
    }

    pub(crate) fn own(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{OWN}{name}.wasm"))
    }
}

/// Splits a linked module.
pub(crate) fn split(builders: &Builders, linked: &Path) -> Result<Pieces, Failure> {
    let folder = place::workshop().join("pieces");
    place::remove(&folder)?;
    place::make(&folder)?;
    let used = streams::without(&place::read_bytes(linked)?)?;
    let names = transform(&panics::silenced(&used)?, &folder)?;
    bind(builders, &folder)?;
    binding::shorten(&folder.join(GLUE), &folder.join(BOUND))?;
    join(builders, &folder)?;
    let pieces = Pieces { folder, names };
    let own = pieces.names.iter().map(|name| pieces.own(name));
    for module in [pieces.main(), pieces.common()].into_iter().chain(own) {
        optimise::in_place(&builders.wasm_opt, &module)?;
    }
    Ok(pieces)
}

/// Writes the modules into a folder, and returns the names of the pieces.
fn transform(module: &[u8], folder: &Path) -> Result<Vec<String>, Failure> {
    let main = folder.join(MAIN);
    let mut options = wasm_split_cli_support::Options::new(module);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = LOADER;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|cause| Failure::new(format!("the app cannot be split: {cause:#}")))?;
    let mut names: Vec<String> = split.prefetch_map.into_keys().collect();
    names.sort();
    for piece in &names {
        if !folder.join(format!("{OWN}{piece}.wasm")).is_file() {
            return Err(Failure::new(format!("the piece {piece} is empty")));
        }
    }
    Ok(names)
}

fn bind(builders: &Builders, folder: &Path) -> Result<(), Failure> {
    let mut bindgen = command::program(&builders.wasm_bindgen);
    bindgen
        .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
        .args(["--no-demangle", "--out-name", "app", "--out-dir"])
        .arg(folder)
        .arg(folder.join(MAIN));
    command::run(&mut bindgen)
}

/// Joins what several pieces share into one module.
///
/// Merged by themselves, the modules would import the memory once each. So each imports it from a module
/// that passes it on, and the merger links them.
fn join(builders: &Builders, folder: &Path) -> Result<(), Failure> {
    let modules = shared(folder)?;
    if modules.is_empty() {
        return Err(Failure::new("the pieces of the app share nothing"));
    }
    let shares = folder.join("shares.wasm");
    place::write(&shares, passing_on(&modules)?)?;
    let mut merge = command::program(&builders.wasm_merge);
    merge.args(optimise::FEATURES).arg(&shares).arg(SHARES);
    for module in &modules {
        merge.arg(module).arg(stem(module));
    }
    command::quietly(merge.arg("-o").arg(folder.join("common.wasm")))
}

/// A module that imports from `main` what others import, and exports it under the same names.
fn passing_on(modules: &[PathBuf]) -> Result<Vec<u8>, Failure> {
    let mut imports = ImportSection::new();
    let mut exports = ExportSection::new();
    let mut passed: Vec<(String, ExportKind)> = Vec::new();
    for module in modules {
        let unreadable = |cause: &dyn fmt::Display| {
            Failure::new(format!("cannot read {}: {cause}", module.display()))
        };
        for payload in Parser::new(0).parse_all(&place::read_bytes(module)?) {
            let Payload::ImportSection(section) = payload.map_err(|cause| unreadable(&cause))?
            else {
                continue;
            };
            for import in section.into_imports() {
                let import = import.map_err(|cause| unreadable(&cause))?;
                let kind = match import.ty {
                    TypeRef::Memory(_) => ExportKind::Memory,
                    TypeRef::Table(_) => ExportKind::Table,
                    TypeRef::Global(_) => ExportKind::Global,
                    other => return Err(unreadable(&format!("it imports {other:?}"))),
                };
                if passed.iter().any(|(name, _)| name == import.name) {
                    continue;
                }
                let before = passed.iter().filter(|(_, other)| *other == kind).count();
                let index = u32::try_from(before).map_err(|cause| unreadable(&cause))?;
                let shared = RoundtripReencoder
                    .entity_type(import.ty)
                    .map_err(|cause| unreadable(&cause))?;
                imports.import("main", import.name, shared);
                exports.export(import.name, kind, index);
                passed.push((import.name.to_owned(), kind));
            }
        }
    }
    let mut passing = Module::new();
    passing.section(&imports).section(&exports);
    Ok(passing.finish())
}

/// The modules that several pieces share, in order.
fn shared(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).about("read", folder)? {
        let path = entry.about("read", folder)?.path();
        let is_module = path.extension().is_some_and(|kind| kind == "wasm");
        if is_module && stem(&path).starts_with(COMMON) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn stem(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}
