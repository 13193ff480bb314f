//! The names of what the main module imports from its glue. wasm-bindgen's end with a hash, which does
//! not compress and which both files contain; here they become numbers.

use super::sections;
use crate::failure::Failure;
use crate::place;
use std::path::Path;
use wasm_encoder::ImportSection;
use wasm_encoder::reencode::{Error, Reencode as _, RoundtripReencoder};
use wasmparser::{ImportSectionReader, Payload};

/// The name of the glue in the imports.
const GLUE: &str = "./app_bg.js";

/// Numbers the imports of a module, and what its glue passes for them.
pub(super) fn shorten(glue: &Path, module: &Path) -> Result<(), Failure> {
    let unreadable =
        |cause: Error| Failure::new(format!("cannot read {}: {cause}", module.display()));
    let (numbered, names) = numbered(&place::read_bytes(module)?).map_err(unreadable)?;
    place::write(module, numbered)?;
    place::write(glue, passing(place::read(glue)?, &names)?)
}

/// The module with numbers for names, and the names in the order of their numbers.
fn numbered(module: &[u8]) -> Result<(Vec<u8>, Vec<String>), Error> {
    let mut names = Vec::new();
    let numbered = sections::rewritten::<Error>(module, |payload, written| {
        let Payload::ImportSection(section) = payload else {
            return Ok(false);
        };
        written.section(&imports(section.clone(), &mut names)?);
        Ok(true)
    })?;
    Ok((numbered, names))
}

fn imports(
    section: ImportSectionReader<'_>,
    names: &mut Vec<String>,
) -> Result<ImportSection, Error> {
    let mut imports = ImportSection::new();
    for import in section.into_imports() {
        let import = import?;
        let kind = RoundtripReencoder.entity_type(import.ty)?;
        if import.module == GLUE {
            imports.import(GLUE, &names.len().to_string(), kind);
            names.push(import.name.to_owned());
        } else {
            imports.import(import.module, import.name, kind);
        }
    }
    Ok(imports)
}

/// The glue with numbers as the keys of what it passes.
fn passing(mut glue: String, names: &[String]) -> Result<String, Failure> {
    for (number, name) in names.iter().enumerate() {
        let key = format!(" {name}: ");
        if glue.matches(&key).count() != 1 {
            return Err(Failure::new(format!("the app's glue must hold once:{key}")));
        }
        glue = glue.replace(&key, &format!(" {number}: "));
    }
    Ok(glue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{EntityType, Module};

    fn module(names: [[&str; 2]; 3]) -> Vec<u8> {
        let mut types = wasm_encoder::TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        for [module, name] in names {
            imports.import(module, name, EntityType::Function(0));
        }
        let mut module = Module::new();
        module.section(&types).section(&imports);
        module.finish()
    }

    #[test]
    fn imports_from_the_glue_get_numbers() {
        let load = ["./pieces.js", "__wasm_split_load_plan"];
        let before = module([[GLUE, "__wbg_now_1f"], load, [GLUE, "__wbg_get_2e"]]);
        let (after, names) = numbered(&before).unwrap();
        assert_eq!(names, ["__wbg_now_1f", "__wbg_get_2e"]);
        assert_eq!(after, module([[GLUE, "0"], load, [GLUE, "1"]]));
    }

    #[test]
    fn the_glue_passes_them_by_number() {
        let names = ["__wbg_now_1f".to_owned()];
        let glue = "{\n __wbg_now_1f: function() {} }".to_owned();
        let passed = passing(glue, &names).unwrap();
        assert_eq!(passed, "{\n 0: function() {} }");
        assert!(passing(passed, &names).is_err());
    }
}
