//! Dependencies between the crates, length and names of files.

use super::{File, file, files, none, sample, without_samples};

const LONGEST: usize = 400;
const CODE: [&str; 6] = [".rs", ".css", ".js", ".mjs", ".sql", ".html"];
const PARTS: [&str; 4] = ["billing", "api", "app", "backend"];

/// A crate, its folder, and the other crates that it may depend on.
const ALLOWED: [(&str, &[&str]); 6] = [
    ("src/billing", &[]),
    ("src/api", &["billing"]),
    ("src/app", &["billing", "api"]),
    ("src/backend", &["billing", "api"]),
    ("src/xtask", &[]),
    ("tests/wasm", &["api", "billing"]),
];

const FORBIDDEN: [&str; 6] = ["utils", "helpers", "common", "types", "manager", "service"];
const CARGO_NAMES: [&str; 4] = ["build", "tests", "examples", "benches"];

/// Dependencies point one way: `billing <- api <- app` and `billing <- api <- backend`.
fn direction(manifest: &File, allowed: &[&str]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut section = "";
    for (index, line) in manifest.text.lines().enumerate() {
        if line.starts_with('[') {
            section = line;
        }
        let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
        if section.contains("dependencies") && PARTS.contains(&name) && !allowed.contains(&name) {
            complaints.push(manifest.complaint(index + 1, &format!("may not depend on {name}")));
        }
    }
    complaints
}

fn length(file: &File) -> Option<String> {
    let lines = file.text.lines().count();
    (lines > LONGEST).then(|| file.complaint(lines, &format!("{lines} lines, at most {LONGEST}")))
}

/// A file name that says nothing, or one with a meaning for Cargo.
fn name(file: &File) -> Option<String> {
    let forbidden = file
        .path
        .split('/')
        .any(|part| FORBIDDEN.contains(&part.trim_end_matches(".rs")));
    let beside_manifest = file.path.split('/').count() == 3 && file.path.starts_with("src/");
    let taken = beside_manifest && CARGO_NAMES.contains(&file.stem());
    (forbidden || taken).then(|| file.complaint(1, "this name is not allowed: a noun is missing"))
}

/// Paths of somebody's machine.
fn machine_paths(file: &File) -> Vec<String> {
    let places = ["root", "home", "work"].map(|place| format!("/{place}/"));
    let mut complaints = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let found = places.iter().any(|place| {
            line.contains(&format!("\"{place}")) || line.contains(&format!(" {place}"))
        });
        if found {
            complaints.push(file.complaint(index + 1, "a path of somebody's machine"));
        }
    }
    complaints
}

#[test]
fn dependencies_point_one_way() {
    let bad = sample(
        "src/app/Cargo.toml",
        "[package]\nname = \"app\"\n[dependencies]\nbackend.workspace = true\n",
    );
    assert_eq!(direction(&bad, &["api"]).len(), 1);
    let named = sample(
        "src/billing/Cargo.toml",
        "[dev-dependencies]\napi = { workspace = true }\n",
    );
    assert_eq!(direction(&named, &[]).len(), 1);
    for (folder, allowed) in ALLOWED {
        none(direction(&file(&format!("{folder}/Cargo.toml")), allowed));
    }
}

#[test]
fn no_file_is_too_long() {
    assert!(length(&sample("a.rs", &"x\n".repeat(401))).is_some());
    assert!(length(&sample("a.rs", &"x\n".repeat(400))).is_none());
    none(
        files(&["src", "tests", "style", "public"], &CODE)
            .iter()
            .filter_map(length)
            .collect(),
    );
}

#[test]
fn names_say_what_is_inside() {
    for bad in [
        "src/app/utils.rs",
        "src/api/common/mod.rs",
        "src/app/build.rs",
    ] {
        assert!(name(&sample(bad, "")).is_some(), "{bad}");
    }
    assert!(name(&sample("src/app/screens/tests.rs", "")).is_none());
    none(
        files(&["src", "tests"], &[".rs", ".js", ".mjs"])
            .iter()
            .filter_map(name)
            .collect(),
    );
}

#[test]
fn nothing_names_somebodys_machine() {
    assert_eq!(
        machine_paths(&sample("a.rs", "let home = \"/home/ada/x\";")).len(),
        1
    );
    let endings = [
        ".rs", ".toml", ".js", ".mjs", ".css", ".html", ".json", ".md", ".sql",
    ];
    let all = without_samples(files(
        &["src", "tests", "style", "public", ".cargo"],
        &endings,
    ));
    none(all.iter().flat_map(machine_paths).collect());
}

#[test]
fn the_lock_file_of_the_browser_suite_names_no_host() {
    let lock = file("tests/browser/package-lock.json");
    assert!(lock.text.contains("\"node_modules/playwright-core\""));
    assert!(
        !lock.text.contains("\"resolved\""),
        "npm wrote a download host; see tests/browser/.npmrc"
    );
}
