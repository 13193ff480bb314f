//! The browser's files: Trunk builds them, then they are minimized, hashed and compressed.
//!
//! `dist/` holds `index.html` and `assets/`. The name of every file in `assets/` contains a hash of its
//! content, so browsers may cache it for ever.

use crate::command::{self, timed};
use crate::failure::{About as _, Failure};
use crate::tools::{self, Builders};
use crate::{digest, place};
use std::fs;
use std::path::{Path, PathBuf};

mod compress;
mod page;
pub(crate) mod size;
mod style;

use page::{Addresses, Checked};

const ASSETS: &str = "assets";
const GLUE: &str = "app.js";
const WASM: &str = "app_bg.wasm";
const BOOT: &str = "boot.js";
/// The line of the boot code that receives the integrity value of the wasm file.
const FINGERPRINT: &str = "const INTEGRITY = \"\";\n";

/// Features that browsers of the last years support. `--all-features` is not used: browsers refuse its
/// output. The passes before the second `-Oz`, and its inlining, save one percent after brotli; the
/// third, repeated until nothing changes, saves a kilobyte more.
const WASM_OPT: [&str; 17] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--converge",
    "-Oz",
    "--one-caller-inline-max-function-size=20",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-call-indirect-overlong",
    "--strip-debug",
    "--strip-producers",
];

/// Builds the app in release mode and returns the folder with its files.
pub(crate) fn build() -> Result<PathBuf, Failure> {
    let builders = tools::builders()?;
    let built = place::workshop().join("trunk");
    timed(
        "building the app for the browser (the first time some minutes)",
        || trunk(&builders, &built),
    )?;
    let dist = timed(
        "making it small: wasm-opt, one style sheet, brotli (the first time a minute)",
        || {
            let next = place::workshop().join("dist");
            finish(&builders, &built, &next)?;
            place::remove(&place::dist())?;
            place::rename(&next, &place::dist())?;
            Ok(place::dist())
        },
    )?;
    size::report(&dist)?;
    Ok(dist)
}

fn trunk(builders: &Builders, built: &Path) -> Result<(), Failure> {
    let mut trunk = command::program(&builders.trunk);
    // Trunk reads NO_COLOR as an option of its own and fails at the usual value "1".
    trunk.env("PATH", builders.path()?).env_remove("NO_COLOR");
    trunk
        .args([
            "build",
            "--release",
            "--offline",
            "true",
            "--log",
            "warn",
            "--dist",
        ])
        .arg(built)
        .env("CARGO_ENCODED_RUSTFLAGS", without_paths());
    command::run(&mut trunk)
}

/// A flag for rustc that shortens the paths of dependencies in panic messages: they name folders of the
/// machine that builds the release, and take up a kilobyte.
fn without_paths() -> String {
    let registries = place::cargo_home().join("registry").join("src");
    format!("--remap-path-prefix={}=", registries.display())
}

/// Turns Trunk's output into the released files.
fn finish(builders: &Builders, built: &Path, next: &Path) -> Result<(), Failure> {
    place::remove(next)?;
    place::make(&next.join(ASSETS))?;
    let written = place::read(&built.join("index.html"))?;

    let wasm = small(&builders.wasm_opt, &built.join(WASM))?;
    let wasm = checked(next, "app.wasm", &wasm)?;
    let glue = place::read(&built.join(GLUE))?;
    let boot = place::read(&built.join(BOOT))?;
    let script = squeezed(builders, &script(&glue, &boot, &wasm)?)?;
    let sheets: Result<Vec<_>, _> = page::sheets(&written)
        .into_iter()
        .map(|name| Ok((name.clone(), place::read(&built.join(name))?)))
        .collect();
    let addresses = Addresses {
        style: checked(next, "style.css", style::join(&sheets?)?.as_bytes())?,
        script: checked(next, "app.js", script.as_bytes())?,
        wasm: wasm.address,
        public: public(&written, built, next)?,
    };
    place::write(
        &next.join("index.html"),
        page::release(&written, &addresses)?,
    )?;
    compress::beside(&size::served(next)?, next, &place::dist())
}

/// The optimised module. It is cached, because optimising takes longer than all other steps together.
pub(crate) fn small(wasm_opt: &Path, module: &Path) -> Result<Vec<u8>, Failure> {
    let mut recipe = place::read_bytes(module)?;
    recipe.extend(WASM_OPT.concat().as_bytes());
    let known = place::workshop().join(format!("{}.wasm", digest::name(&recipe)));
    if !known.is_file() {
        place::make(&place::workshop())?;
        let unfinished = place::workshop().join("unfinished.wasm");
        command::run(
            command::program(wasm_opt)
                .args(WASM_OPT)
                .arg(module)
                .arg("-o")
                .arg(&unfinished),
        )?;
        place::rename(&unfinished, &known)?;
    }
    place::read_bytes(&known)
}

/// The glue followed by the boot code, so that the page needs one script. The boot code stays in a
/// block of its own, so that its names cannot conflict with the glue's.
fn script(glue: &str, boot: &str, wasm: &Checked) -> Result<String, Failure> {
    if glue.contains("./snippets/") {
        return Err(Failure::new(
            "a dependency of the app brings a script of its own; the page may load only one",
        ));
    }
    let import = format!("import init, {{ mount }} from \"./{GLUE}\";\n");
    let Some((before, after)) = boot.split_once(&import) else {
        return Err(Failure::new(format!(
            "public/{BOOT} must hold the line: {import}"
        )));
    };
    let Some((above, below)) = after.split_once(FINGERPRINT) else {
        return Err(Failure::new(format!(
            "public/{BOOT} must hold the line: {FINGERPRINT}"
        )));
    };
    let Checked { address, integrity } = wasm;
    let name = address.rsplit('/').next().unwrap_or(address);
    let fingerprint = FINGERPRINT.replace("\"\"", &format!("\"{integrity}\""));
    let boot = format!("{before}{above}{fingerprint}{below}");
    Ok(format!("{glue}\n{{\nconst init = __wbg_init;\n{boot}}}\n").replace(WASM, name))
}

/// The script, minified.
fn squeezed(builders: &Builders, script: &str) -> Result<String, Failure> {
    let whole = place::workshop().join("whole.js");
    place::write(&whole, script)?;
    let arguments = [
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--log-level=warning",
    ];
    command::output(
        command::program(&builders.esbuild)
            .arg(whole)
            .args(arguments),
    )
}

/// Copies the files of `public/`. Those that the page names become assets; the others keep their names.
fn public(written: &str, built: &Path, next: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut moved = Vec::new();
    let folder = place::root().join("public");
    for entry in fs::read_dir(&folder).about("read", &folder)? {
        let name = entry
            .about("read", &folder)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        let content = place::read_bytes(&built.join(&name))?;
        if name == BOOT {
            continue;
        }
        match written.contains(&format!("\"/{name}\"")) {
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

    #[test]
    fn glue_and_boot_code_become_one_script() {
        let boot = "// boot\nimport init, { mount } from \"./app.js\";\nconst INTEGRITY = \"\";\n\
                    mount(await init(\"app_bg.wasm\"));\n";
        let wasm = Checked {
            address: "/assets/app-1.wasm".to_owned(),
            integrity: "sha256-x".to_owned(),
        };
        let joined = script("export { __wbg_init as default };", boot, &wasm).unwrap();
        let expected = "{\nconst init = __wbg_init;\n// boot\nconst INTEGRITY = \"sha256-x\";\n\
                        mount(await init(\"app-1.wasm\"));\n}\n";
        assert!(joined.contains(expected), "{joined}");
        assert!(!joined.contains("import init"));
    }

    #[test]
    fn a_second_script_is_refused() {
        let wasm = Checked {
            address: "a.wasm".to_owned(),
            integrity: String::new(),
        };
        assert!(script("import { x } from './snippets/a/inline0.js';", "", &wasm).is_err());
        let import = "import init, { mount } from \"./app.js\";\n";
        for boot in ["mount();", import] {
            let refused = script("", boot, &wasm).unwrap_err().to_string();
            assert!(refused.contains("must hold the line"), "{refused}");
        }
    }
}
