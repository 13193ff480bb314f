//! The house rules that a machine can check (STYLE.md, DESIGN.md 1 and 3).
//!
//! Each rule is a function from text to complaints. It is tested on a bad sample and then run on the
//! whole tree, so that no rule passes because it checks nothing.

use std::path::{Path, PathBuf};

mod arguments;
mod circles;
mod house;
mod looks;
mod modules;
mod page;
mod rust;
mod value_types;
mod words;

/// A file of the repository: its path from the root, with `/`, and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    /// The file name without folder and extension.
    fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// A complaint about a line, counted from 1.
    fn complaint(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

/// A file that exists only in the test of a rule.
fn sample(path: &str, text: &str) -> File {
    File {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files below some folders with these endings.
fn files(folders: &[&str], endings: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    for folder in folders {
        collect(&root(), Path::new(folder), endings, &mut found);
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(
        !found.is_empty(),
        "no {endings:?} below {folders:?}: the rule would check nothing"
    );
    found
}

fn collect(root: &Path, folder: &Path, endings: &[&str], found: &mut Vec<File>) {
    for entry in std::fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = folder.join(&name);
        if entry.path().is_dir() {
            if !["node_modules", "results", "target"].contains(&name.as_str()) {
                collect(root, &path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            found.push(File {
                path: path.to_string_lossy().replace('\\', "/"),
                text,
            });
        }
    }
}

/// Leaves out the files of these rules, whose samples are bad on purpose.
fn without_samples(files: Vec<File>) -> Vec<File> {
    files
        .into_iter()
        .filter(|file| !file.path.starts_with("tests/tidy"))
        .collect()
}

/// One file, by its path from the root.
fn file(path: &str) -> File {
    File {
        path: path.to_owned(),
        text: std::fs::read_to_string(root().join(path)).unwrap(),
    }
}

/// Fails with all complaints of a rule.
fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// The lines of a Rust file with comments and the contents of strings kept, numbered from 1, each
/// up to the start of a line comment.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| {
        let comment = line
            .match_indices("//")
            .find(|(at, _)| !line[..*at].ends_with(':'));
        (index + 1, comment.map_or(line, |(at, _)| &line[..at]))
    })
}
