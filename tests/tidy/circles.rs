//! Modules that stand side by side do not depend on each other in a circle.
//!
//! The children of a folder are files and folders. A child depends on its sibling when a file below it
//! names something of the sibling by a path: `crate::…`, `super::…`, alone or in a `use` with braces. A
//! name that a folder passes on (`pub use`) counts as the module that it comes from. Test modules,
//! comments and documentation do not count.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Modules, Path, absolute, is_test, module_of, paths};
use super::{File, files, none, sample};

const CRATES: [&str; 4] = ["src/billing", "src/api", "src/app", "src/backend"];

/// The circles that are still there: the folder, and the children that form the circle. The list may
/// only get shorter.
const KNOWN: &[(&str, &[&str])] = &[];

/// A use of a sibling: who, of whom, and where in the code.
type Edges = BTreeMap<(String, String), String>;

/// A circle: its folder and the children in it.
type Circle = (String, BTreeSet<String>);

/// The uses of siblings in a crate, by folder.
fn edges(root: &str, files: &[File]) -> BTreeMap<String, Edges> {
    let sources: Vec<(Path, &File)> = files
        .iter()
        .filter(|file| !is_test(&file.path))
        .map(|file| (module_of(&file.path, root), file))
        .collect();
    let modules = Modules::of(&sources);
    let mut edges: BTreeMap<String, Edges> = BTreeMap::new();
    for (module, file) in &sources {
        for (line, _, path) in paths(&file.text) {
            let Some(path) = absolute(&path, module, &modules) else {
                continue;
            };
            let home = modules.home(&path, 8);
            let shared = module
                .iter()
                .zip(&home)
                .take_while(|(one, other)| one == other);
            let depth = shared.count();
            if let (Some(user), Some(used)) = (module.get(depth), home.get(depth)) {
                let folder = [&[root.to_owned()], &module[..depth]].concat().join("/");
                let siblings = (user.clone(), used.clone());
                let place = format!("{}:{line}", file.path);
                edges
                    .entry(folder)
                    .or_default()
                    .entry(siblings)
                    .or_insert(place);
            }
        }
    }
    edges
}

/// The children that a child reaches over any number of steps.
fn reached<'a>(from: &'a str, edges: &'a Edges) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        for (_, used) in edges.keys().filter(|(user, _)| user == next) {
            if reached.insert(used.as_str()) {
                open.push(used);
            }
        }
    }
    reached
}

/// The circles of a folder.
fn circles(edges: &Edges) -> BTreeSet<BTreeSet<String>> {
    let children: BTreeSet<&str> = edges.keys().map(|(user, _)| user.as_str()).collect();
    let reach: BTreeMap<&str, BTreeSet<&str>> = children
        .iter()
        .map(|child| (*child, reached(child, edges)))
        .collect();
    let around = |child: &&str| {
        let together = reach[child].iter();
        together
            .filter(|other| reach.get(*other).is_some_and(|back| back.contains(child)))
            .map(|other| (*other).to_owned())
            .collect::<BTreeSet<String>>()
    };
    children
        .iter()
        .map(around)
        .filter(|circle| circle.len() > 1)
        .collect()
}

/// The circles that are not in the list, and the entries of the list that hold no more.
fn against(known: &[Circle], found: &BTreeMap<String, Edges>) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut there = BTreeSet::new();
    for (folder, edges) in found {
        for circle in circles(edges) {
            let entry = (folder.clone(), circle);
            if !known.contains(&entry) {
                let (folder, circle) = &entry;
                let within = edges.iter().filter(|((user, used), _)| {
                    user != used && circle.contains(user) && circle.contains(used)
                });
                let steps: Vec<String> = within
                    .map(|((user, used), place)| format!("    {user} uses {used}: {place}"))
                    .collect();
                complaints.push(format!(
                    "{folder}: a circle of {circle:?}\n{}",
                    steps.join("\n")
                ));
            }
            there.insert(entry);
        }
    }
    let gone = known.iter().filter(|entry| !there.contains(*entry));
    complaints.extend(gone.map(|(folder, circle)| {
        format!("{folder}: the circle of {circle:?} is gone or smaller: shorten the list KNOWN")
    }));
    complaints
}

fn known(list: &[(&str, &[&str])]) -> Vec<Circle> {
    let names = |circle: &[&str]| circle.iter().map(|name| (*name).to_owned()).collect();
    list.iter()
        .map(|(folder, circle)| ((*folder).to_owned(), names(circle)))
        .collect()
}

/// The circles of a crate of three files, as folder and children.
fn found(a: &str, b: &str, lib: &str) -> Vec<Circle> {
    let crate_of = [("a/deep/mod.rs", a), ("b.rs", b), ("lib.rs", lib)];
    let files = crate_of.map(|(path, text)| sample(&format!("src/x/{path}"), text));
    let by_folder = edges("src/x", &files).into_iter();
    by_folder
        .flat_map(|(folder, edges)| {
            circles(&edges)
                .into_iter()
                .map(move |one| (folder.clone(), one))
        })
        .collect()
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let back = "use super::a::Back;";
    let circle = known(&[("src/x", &["a", "b"])]);
    for uses in [
        "use crate::b::Thing;",
        "use crate::{\n    b as other,\n};",
        "pub(crate) use super::super::{b::{self, Thing}};",
        "fn f() -> crate::b::Thing {}",
        "use crate::PassedOn;",
    ] {
        assert_eq!(
            found(uses, back, "pub use b::Thing as PassedOn;"),
            circle,
            "{uses}"
        );
    }
    for none in [
        "// use crate::b::Thing;",
        "/// See [`crate::b`].",
        "use crate::PassedOn; use super::b::Own; use serde::b;",
        "#[cfg(test)]\nmod tests {\n    use crate::b::Thing;\n}",
    ] {
        assert!(
            found(none, back, "pub struct PassedOn;").is_empty(),
            "{none}"
        );
    }
    let tests = sample("src/x/a/rows_tests.rs", "use crate::b::Thing;");
    assert!(edges("src/x", &[tests]).is_empty());
}

#[test]
fn the_list_of_circles_holds_exactly() {
    let files = [("a", "use crate::b;"), ("b", "use crate::a;")]
        .map(|(name, text)| sample(&format!("src/x/{name}.rs"), text));
    let found = edges("src/x", &files);
    assert_eq!(against(&[], &found).len(), 1);
    assert!(against(&known(&[("src/x", &["a", "b"])]), &found).is_empty());
    assert_eq!(
        against(&known(&[("src/x", &["a", "b", "c"])]), &found).len(),
        2
    );
}

#[test]
fn no_circles_between_siblings() {
    let mut found = BTreeMap::new();
    for root in CRATES {
        let edges = edges(root, &files(&[root], &[".rs"]));
        assert!(!edges.is_empty(), "{root}: the rule would check nothing");
        found.extend(edges);
    }
    none(against(&known(KNOWN), &found));
}
