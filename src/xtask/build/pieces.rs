//! The app's wasm as a main module and pieces. Code that only some pages use is in a piece of its own,
//! which the app loads when a page needs it; what several pieces share is in one common piece.
//!
//! `wasm_split_cli_support` finds out what belongs where, from the relocations that the linker has left.
//! It makes a module for each set of pieces that share something; these are joined here, into the common
//! piece and that of the pages that order.

use super::{binding, optimise, panics, streams};
use crate::command;
use crate::failure::Failure;
use crate::place;
use crate::tools::Builders;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
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
/// How the name of a module begins that several pieces share.
const CHUNK: &str = "chunk_";
/// What several pieces use, for all of them.
pub(super) const COMMON: &str = "common";
/// What only the pages that order use, for them: too much for every other page to load.
pub(super) const ORDERING: &str = "ordering";
const ORDERS: [&str; 2] = ["add_ons", "change_plan"];

/// The joined modules that a piece needs.
pub(super) fn needed_by(piece: &str) -> &'static [&'static str] {
    match ORDERS.contains(&piece) {
        true => &[COMMON, ORDERING],
        false => &[COMMON],
    }
}

/// The joined module for what some pieces share.
fn home<'a>(mut pieces: impl Iterator<Item = &'a str>) -> &'static str {
    match pieces.all(|piece| ORDERS.contains(&piece)) {
        true => ORDERING,
        false => COMMON,
    }
}

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

    /// A module that several pieces need.
    pub(crate) fn joined(&self, name: &str) -> PathBuf {
        joined(&self.folder, name)
    }

    pub(crate) fn own(&self, name: &str) -> PathBuf {
        own(&self.folder, name)
    }
}

fn joined(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.wasm"))
}

fn own(folder: &Path, piece: &str) -> PathBuf {
    folder.join(format!("{OWN}{piece}.wasm"))
}

/// Splits a linked module.
pub(crate) fn split(builders: &Builders, linked: &Path) -> Result<Pieces, Failure> {
    let folder = place::workshop().join("pieces");
    place::remove(&folder)?;
    place::make(&folder)?;
    let used = streams::without(&place::read_bytes(linked)?)?;
    let uses = transform(&panics::silenced(&used)?, &folder)?;
    bind(builders, &folder)?;
    binding::shorten(&folder.join(GLUE), &folder.join(BOUND))?;
    let shared = shared(&folder, &uses);
    for name in [COMMON, ORDERING] {
        let modules = shared.get(name).map_or(&[][..], Vec::as_slice);
        join(builders, &folder, name, modules)?;
    }
    let mut names: Vec<String> = uses.into_keys().collect();
    names.sort();
    let pieces = Pieces { folder, names };
    let own = pieces.names.iter().map(|name| pieces.own(name));
    let joined = [COMMON, ORDERING].map(|name| pieces.joined(name));
    for module in [pieces.main()].into_iter().chain(joined).chain(own) {
        optimise::in_place(&builders.wasm_opt, &module)?;
    }
    Ok(pieces)
}

/// The modules that each piece uses, by their names.
type Uses = HashMap<String, Vec<String>>;

/// Writes the modules into a folder.
fn transform(module: &[u8], folder: &Path) -> Result<Uses, Failure> {
    let main = folder.join(MAIN);
    let mut options = wasm_split_cli_support::Options::new(module);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = LOADER;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|cause| Failure::new(format!("the app cannot be split: {cause:#}")))?;
    for piece in split.prefetch_map.keys() {
        if !own(folder, piece).is_file() {
            return Err(Failure::new(format!("the piece {piece} is empty")));
        }
    }
    Ok(split.prefetch_map)
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
fn join(
    builders: &Builders,
    folder: &Path,
    name: &str,
    modules: &[PathBuf],
) -> Result<(), Failure> {
    if modules.is_empty() {
        return Err(Failure::new(format!("the piece {name} is empty")));
    }
    let shares = folder.join("shares.wasm");
    place::write(&shares, passing_on(modules)?)?;
    let mut merge = command::program(&builders.wasm_merge);
    merge.args(optimise::FEATURES).arg(&shares).arg(SHARES);
    for module in modules {
        merge.arg(module).arg(stem(module));
    }
    command::quietly(merge.arg("-o").arg(joined(folder, name)))
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

/// The modules that several pieces share, in order, by the joined module that they go into.
fn shared(folder: &Path, uses: &Uses) -> BTreeMap<&'static str, Vec<PathBuf>> {
    let mut pieces: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (piece, modules) in uses {
        for module in modules.iter().filter(|module| module.starts_with(CHUNK)) {
            pieces.entry(module).or_default().push(piece);
        }
    }
    let mut shared: BTreeMap<_, Vec<PathBuf>> = BTreeMap::new();
    for (module, pieces) in pieces {
        let home = home(pieces.into_iter());
        shared.entry(home).or_default().push(joined(folder, module));
    }
    shared
}

fn stem(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_pages_that_order_share_is_for_them_alone() {
        let uses = [
            ("add_ons", vec!["chunk_2", "chunk_1", "split_add_ons"]),
            (
                "change_plan",
                vec!["chunk_1", "chunk_2", "split_change_plan"],
            ),
            ("plan", vec!["chunk_2", "split_plan"]),
        ];
        let uses = uses.map(|(piece, modules)| {
            let modules = modules.into_iter().map(str::to_owned);
            (piece.to_owned(), modules.collect())
        });
        let shared = shared(Path::new("/"), &uses.into());
        let expected = [
            (COMMON, vec![PathBuf::from("/chunk_2.wasm")]),
            (ORDERING, vec![PathBuf::from("/chunk_1.wasm")]),
        ];
        assert_eq!(shared, expected.into());
        assert_eq!(needed_by("plan"), [COMMON]);
        assert_eq!(needed_by("add_ons"), [COMMON, ORDERING]);
    }
}
