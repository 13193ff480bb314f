//! The browser's files: the app is compiled, split into pieces, optimised, hashed and compressed.
//!
//! `dist/` holds `index.html` and `assets/`. The name of every file in `assets/` contains a hash of its
//! content, so browsers may cache it for ever. Trunk builds the same app as one module, for development.

use crate::command::{self, timed};
use crate::failure::{About as _, Failure};
use crate::tools::{self, Builders};
use crate::{digest, place};
use std::fs;
use std::path::{Path, PathBuf};

mod binding;
mod compress;
pub(crate) mod optimise;
mod page;
mod panics;
mod pieces;
mod sections;
pub(crate) mod size;
mod streams;
mod style;

use page::{Addresses, Checked};
use pieces::Pieces;

const ASSETS: &str = "assets";
const GLUE: &str = "app.js";
const WASM: &str = "app_bg.wasm";
const BOOT: &str = "boot.js";
const LOADER: &str = "pieces.js";
/// The line of the boot code that receives the integrity value of the main module.
const FINGERPRINT: &str = "const INTEGRITY = \"\";\n";
/// The line of the loader that receives the table of the pieces.
const TABLE: &str = "const PIECES = {};\n";

/// Builds the app in release mode and returns the folder with its files.
pub(crate) fn build() -> Result<PathBuf, Failure> {
    let builders = tools::builders()?;
    timed(
        "building the app for the browser (the first time some minutes)",
        link,
    )?;
    let dist = timed(
        "making it small: pieces, wasm-opt, one style sheet, brotli (the first time two minutes)",
        || {
            let next = place::workshop().join("dist");
            finish(&builders, &next)?;
            place::remove(&place::dist())?;
            place::rename(&next, &place::dist())?;
            Ok(place::dist())
        },
    )?;
    size::report(&dist)?;
    Ok(dist)
}

/// Compiles and links the app, with what the splitter needs.
fn link() -> Result<(), Failure> {
    let mut cargo = command::cargo();
    cargo
        .args(["build", "--package", "app", "--bin", "app"])
        .args(["--profile", "wasm", "--features", "split"])
        .args(["--target", tools::WASM])
        .env("CARGO_ENCODED_RUSTFLAGS", flags());
    command::run(&mut cargo)
}

/// The flags for rustc. The first shortens the paths of dependencies in panic messages: they name folders
/// of the machine that builds the release, and take up a kilobyte. The other keeps the relocations, by
/// which the splitter finds out what uses what.
fn flags() -> String {
    let registries = place::cargo_home().join("registry").join("src");
    format!(
        "--remap-path-prefix={}=\u{1f}-Clink-arg=--emit-relocs",
        registries.display()
    )
}

/// Makes the released files of the linked app.
fn finish(builders: &Builders, next: &Path) -> Result<(), Failure> {
    place::remove(next)?;
    place::make(&next.join(ASSETS))?;
    let linked = place::target().join(tools::WASM).join("wasm/app.wasm");
    let pieces = pieces::split(builders, &linked)?;
    let page = place::read(&place::root().join("index.html"))?;

    let main = checked(next, "app.wasm", &place::read_bytes(&pieces.main())?)?;
    let table = table(next, &pieces)?;
    let script = script(builders, &place::read(&pieces.glue())?, &main, &table)?;
    let sheets: Result<Vec<_>, _> = page::sheets(&page).into_iter().map(sheet).collect();
    let addresses = Addresses {
        style: checked(next, "style.css", style::join(&sheets?)?.as_bytes())?,
        script: checked(next, "app.js", script.as_bytes())?,
        wasm: main.address,
        public: public(&page, next)?,
    };
    place::write(&next.join("index.html"), page::release(&page, &addresses)?)?;
    compress::beside(&size::served(next)?, next, &place::dist())
}

/// Stores the pieces, and returns the loader's table of them: each with its files and their integrity.
fn table(next: &Path, pieces: &Pieces) -> Result<String, Failure> {
    let mut table = String::from("const PIECES = {\n");
    for name in &pieces.names {
        let mut files = Vec::new();
        for joined in pieces::needed_by(name) {
            files.push(entry(next, joined, &pieces.joined(joined))?);
        }
        files.push(entry(next, name, &pieces.own(name))?);
        table += &format!("  {name}: [{}],\n", files.join(", "));
    }
    Ok(table + "};\n")
}

fn entry(next: &Path, name: &str, module: &Path) -> Result<String, Failure> {
    let stored = checked(next, &format!("{name}.wasm"), &place::read_bytes(module)?)?;
    Ok(format!("[\"{}\", \"{}\"]", stored.name(), stored.integrity))
}

/// A style sheet of the page with its name, by its path.
fn sheet(path: String) -> Result<(String, String), Failure> {
    let content = place::read(&place::root().join(&path))?;
    let name = path.rsplit('/').next().unwrap_or(&path);
    Ok((name.to_owned(), content))
}

/// Boot code, glue and loader as one minified script, so that the page needs one.
fn script(builders: &Builders, glue: &str, main: &Checked, table: &str) -> Result<String, Failure> {
    let public = place::root().join("public");
    let boot = boot(&place::read(&public.join(BOOT))?, main)?;
    let loader = loader(&place::read(&public.join(LOADER))?, glue, table)?;
    let folder = place::workshop().join("script");
    place::make(&folder)?;
    place::write(&folder.join(GLUE), glue)?;
    place::write(&folder.join(LOADER), loader)?;
    place::write(&folder.join(BOOT), boot)?;
    // The glue imports the loader once for each piece, under one key: an error of level warning.
    let arguments = [
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--log-level=error",
    ];
    command::output(
        command::program(&builders.esbuild)
            .arg(folder.join(BOOT))
            .args(arguments),
    )
}

/// The boot code with the name and the integrity of the main module.
fn boot(written: &str, main: &Checked) -> Result<String, Failure> {
    let fingerprint = FINGERPRINT.replace("\"\"", &format!("\"{}\"", main.integrity));
    let boot = replaced(BOOT, written, FINGERPRINT, &fingerprint)?;
    replaced(BOOT, &boot, WASM, main.name())
}

/// The loader with its table, and one export for each piece, which the glue imports.
fn loader(written: &str, glue: &str, table: &str) -> Result<String, Failure> {
    let mut loader = replaced(LOADER, written, TABLE, table)?;
    for line in table.lines() {
        let Some((name, _)) = line.trim_start().split_once(": ") else {
            continue;
        };
        loader += &format!("export const __wasm_split_load_{name} = loader(\"{name}\");\n");
    }
    match glue.contains(LOADER) {
        true => Ok(loader),
        false => Err(Failure::new(format!("the app's glue imports no {LOADER}"))),
    }
}

fn replaced(file: &str, written: &str, what: &str, by: &str) -> Result<String, Failure> {
    match written.contains(what) {
        true => Ok(written.replace(what, by)),
        false => Err(Failure::new(format!("public/{file} must hold: {what}"))),
    }
}

/// Copies the files of `public/` that no script holds. Those that the page names become assets; the
/// others keep their names.
fn public(page: &str, next: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut moved = Vec::new();
    let folder = place::root().join("public");
    for entry in fs::read_dir(&folder).about("read", &folder)? {
        let path = entry.about("read", &folder)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name == BOOT || name == LOADER {
            continue;
        }
        let content = place::read_bytes(&path)?;
        match page.contains(&format!("\"/{name}\"")) {
            true => moved.push((name.clone(), store(next, &name, &content)?)),
            false => place::write(&next.join(&name), content)?,
        }
    }
    Ok(moved)
}

fn checked(next: &Path, name: &str, content: &[u8]) -> Result<Checked, Failure> {
    Ok(Checked {
        address: store(next, name, content)?,
        integrity: digest::integrity(content),
    })
}

/// Writes an asset under a name that contains its hash, and returns its address.
fn store(next: &Path, name: &str, content: &[u8]) -> Result<String, Failure> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let hashed = format!("{stem}-{}.{extension}", digest::name(content));
    place::write(&next.join(ASSETS).join(&hashed), content)?;
    Ok(format!("/{ASSETS}/{hashed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "const ADDRESS = \"./app_bg.wasm\";\nconst INTEGRITY = \"\";\n";

    fn main() -> Checked {
        Checked {
            address: "/assets/app-1.wasm".to_owned(),
            integrity: "sha256-x".to_owned(),
        }
    }

    #[test]
    fn the_boot_code_names_the_main_module() {
        let boot = boot(MAIN, &main()).unwrap();
        let expected = "const ADDRESS = \"./app-1.wasm\";\nconst INTEGRITY = \"sha256-x\";\n";
        assert_eq!(boot, expected);
    }

    #[test]
    fn the_loader_gets_its_table_and_an_export_for_each_piece() {
        let table = "const PIECES = {\n  plan: [[\"common-1.wasm\", \"x\"]],\n};\n";
        let loader = loader(TABLE, "from \"./pieces.js\"", table).unwrap();
        let export = "export const __wasm_split_load_plan = loader(\"plan\");\n";
        assert_eq!(loader, format!("{table}{export}"));
    }

    #[test]
    fn scripts_without_their_marks_are_refused() {
        let refused = boot("mount();", &main()).unwrap_err().to_string();
        assert!(refused.contains("must hold"), "{refused}");
        assert!(loader("", "./pieces.js", "").is_err());
        assert!(loader(TABLE, "no import", "").is_err());
    }
}
