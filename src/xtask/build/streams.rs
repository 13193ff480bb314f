//! Takes JavaScript's streams out of the linked app. They come with Leptos' server functions, of which the
//! app has none; but their classes are exports, so linker, splitter and wasm-bindgen keep their code.

use super::sections;
use crate::failure::Failure;
use std::ops::Range;
use wasm_encoder::reencode::{Error, Reencode as _, RoundtripReencoder};
use wasm_encoder::{CustomSection, ExportSection};
use wasmparser::{ExportSectionReader, Payload};

/// What the names of the functions of wasm-streams' classes contain.
const EXPORTS: &str = "intounderlying";
/// What the names of its classes begin with.
const CLASSES: &[u8] = b"IntoUnderlying";
/// The section with what wasm-bindgen's macro has found in each place.
const FOUND: &str = "__wasm_bindgen_unstable";

/// The module without streams.
pub(super) fn without(module: &[u8]) -> Result<Vec<u8>, Failure> {
    stripped(module).map_err(|cause| Failure::new(format!("cannot read the linked app: {cause}")))
}

fn stripped(module: &[u8]) -> Result<Vec<u8>, Error> {
    sections::rewritten(module, |payload, written| {
        match payload {
            Payload::ExportSection(section) => {
                written.section(&exports(section.clone())?);
            }
            Payload::CustomSection(section) if section.name() == FOUND => {
                written.section(&CustomSection {
                    name: FOUND.into(),
                    data: found(section.data()).into(),
                });
            }
            _ => return Ok(false),
        }
        Ok(true)
    })
}

fn exports(section: ExportSectionReader<'_>) -> Result<ExportSection, Error> {
    let mut exports = ExportSection::new();
    for export in section {
        let export = export?;
        if !export.name.contains(EXPORTS) {
            let kind = RoundtripReencoder.export_kind(export.kind)?;
            exports.export(export.name, kind, export.index);
        }
    }
    Ok(exports)
}

/// What was found elsewhere than in wasm-streams' classes. Each find is a version and a description, each
/// with its length before it.
fn found(all: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut start = 0;
    while let Some(find) = part(all, start).and_then(|version| part(all, version.end)) {
        if !all[find.clone()]
            .windows(CLASSES.len())
            .any(|name| name == CLASSES)
        {
            kept.extend_from_slice(&all[start..find.end]);
        }
        start = find.end;
    }
    kept
}

/// Four bytes of length at this place, and what they measure.
fn part(all: &[u8], start: usize) -> Option<Range<usize>> {
    let length = all.get(start..)?.first_chunk()?;
    let end = start + 4 + u32::from_le_bytes(*length) as usize;
    (end <= all.len()).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{CodeSection, ExportKind, Function, FunctionSection, Module, TypeSection};

    fn find(description: &str) -> Vec<u8> {
        let parts = ["{\"version\":\"1\"}", description].map(str::as_bytes);
        let parts = parts.map(|part| [&(part.len() as u32).to_le_bytes(), part].concat());
        parts.concat()
    }

    fn module(exported: &[&str], found: &[&str]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut exports = ExportSection::new();
        for name in exported {
            exports.export(name, ExportKind::Func, 0);
        }
        let mut code = CodeSection::new();
        let mut empty = Function::new([]);
        empty.instructions().end();
        code.function(&empty);
        let finds: Vec<u8> = found.iter().flat_map(|text| find(text)).collect();
        let mut module = Module::new();
        module.section(&types).section(&functions);
        module.section(&exports).section(&code);
        module.section(&CustomSection {
            name: FOUND.into(),
            data: finds.into(),
        });
        module.finish()
    }

    #[test]
    fn the_classes_of_streams_are_dropped_and_others_kept() {
        let before = module(
            &[
                "mount",
                "intounderlyingsink_close",
                "__wbg_intounderlyingsink_free",
            ],
            &["Handle", "\u{1}IntoUnderlyingSink", "close"],
        );
        assert_eq!(
            without(&before).unwrap(),
            module(&["mount"], &["Handle", "close"])
        );
    }
}
