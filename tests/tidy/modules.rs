//! Reads which modules a crate has, and which paths their code names.

use std::collections::BTreeMap;

use super::{File, code};

/// The path of a module or of an item in it, from the root of the crate.
pub(super) type Path = Vec<String>;

/// A crate's production code: its modules, each with the names that it imports.
#[derive(Default)]
pub(super) struct Modules {
    imports: BTreeMap<Path, BTreeMap<String, Path>>,
}

pub(super) fn is_test(path: &str) -> bool {
    path.split('/').any(|part| {
        let stem = part.trim_end_matches(".rs");
        stem == "tests" || stem.ends_with("_tests")
    })
}

/// The module that a file holds.
pub(super) fn module_of(path: &str, root: &str) -> Path {
    let inside = path.trim_start_matches(root).trim_start_matches('/');
    let mut parts: Path = inside
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    let last = parts.last().map(String::as_str);
    if last == Some("mod") || (parts.len() == 1 && matches!(last, Some("lib" | "main"))) {
        parts.pop();
    }
    parts
}

/// The code without comments and without the test modules that are written out in it. Lines that are
/// left out stay as empty lines.
fn production(text: &str) -> String {
    let mut kept = String::new();
    let mut attribute = false;
    let mut end: Option<String> = None;
    for (_, line) in code(text) {
        let indent = &line[..line.len() - line.trim_start().len()];
        match &end {
            Some(close) => {
                if line == close {
                    end = None;
                }
            }
            None if attribute && line.trim_start().starts_with("mod ") && line.ends_with('{') => {
                end = Some(format!("{indent}}}"));
            }
            None => kept.push_str(line),
        }
        attribute = line.trim() == "#[cfg(test)]";
        kept.push('\n');
    }
    kept
}

/// A word or a sign of the code, with its line.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let mut tokens: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let word = rest
                .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .unwrap_or(rest.len());
            let length = match word {
                0 if rest.starts_with("::") => 2,
                0 => first.len_utf8(),
                word => word,
            };
            let (token, after) = rest.split_at(length);
            if !token.trim().is_empty() {
                tokens.push((index + 1, token.to_owned()));
            }
            rest = after;
        }
    }
    tokens
}

/// The paths of a `use` from the token after it, each with the name that it brings in; and the tokens
/// that were read.
fn use_tree(tokens: &[(usize, String)], before: &Path) -> (Vec<(String, Path)>, usize) {
    let mut found = Vec::new();
    let mut path = before.clone();
    let mut alias = None;
    let mut at = 0;
    while let Some((_, token)) = tokens.get(at) {
        match token.as_str() {
            "::" => {}
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|(_, token)| token != "}") {
                    let (inner, read) = use_tree(&tokens[at..], &path);
                    found.extend(inner);
                    at += read;
                    if tokens.get(at).is_some_and(|(_, token)| token == ",") {
                        at += 1;
                    }
                }
                return (found, at + 1);
            }
            "}" | "," | ";" => break,
            "as" => {
                at += 1;
                alias = tokens.get(at).map(|(_, name)| name.clone());
            }
            "self" if !path.is_empty() => {}
            word => path.push(word.to_owned()),
        }
        at += 1;
    }
    if let Some(name) = alias.or_else(|| path.last().cloned()) {
        found.push((name, path));
    }
    (found, at)
}

/// All paths that a file names: in its imports, with the name that each brings in, and elsewhere.
pub(super) fn paths(text: &str) -> Vec<(usize, Option<String>, Path)> {
    let tokens = tokens(&production(text));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((line, token)) = tokens.get(at) {
        at += 1;
        match token.as_str() {
            "use" => {
                let (tree, read) = use_tree(&tokens[at..], &Vec::new());
                found.extend(
                    tree.into_iter()
                        .map(|(name, path)| (*line, Some(name), path)),
                );
                at += read;
            }
            "crate" | "super" => {
                let mut path = vec![token.clone()];
                while let [(_, colons), (_, word), ..] = &tokens[at..] {
                    if colons != "::" || !word.starts_with(|letter: char| letter.is_alphabetic()) {
                        break;
                    }
                    path.push(word.clone());
                    at += 2;
                }
                found.push((*line, None, path));
            }
            _ => {}
        }
    }
    found
}

/// A path as written in a module, from the root of the crate; `None` when it leads to another crate.
pub(super) fn absolute(path: &Path, module: &Path, modules: &Modules) -> Option<Path> {
    let (first, rest) = path.split_first()?;
    let mut base = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.clone(),
        "super" => module.split_last()?.1.to_vec(),
        name => {
            let child = [module.as_slice(), &[name.to_owned()]].concat();
            return modules
                .imports
                .contains_key(&child)
                .then(|| [module.as_slice(), path].concat());
        }
    };
    for word in rest {
        match word.as_str() {
            "super" => drop(base.pop()),
            _ => base.push(word.clone()),
        }
    }
    Some(base)
}

impl Modules {
    pub(super) fn of(sources: &[(Path, &File)]) -> Self {
        let mut modules = Self::default();
        for (module, _) in sources {
            for depth in 0..=module.len() {
                modules.imports.entry(module[..depth].to_vec()).or_default();
            }
        }
        for (module, file) in sources {
            let named = paths(&file.text).into_iter();
            let imports: BTreeMap<String, Path> = named
                .filter_map(|(_, name, path)| Some((name?, absolute(&path, module, &modules)?)))
                .collect();
            modules
                .imports
                .entry(module.clone())
                .or_default()
                .extend(imports);
        }
        modules
    }

    /// The module that a path leads into, through the names that modules pass on.
    pub(super) fn home(&self, path: &Path, steps: usize) -> Path {
        let mut module = Vec::new();
        for (index, word) in path.iter().enumerate() {
            let child = [module.as_slice(), std::slice::from_ref(word)].concat();
            if self.imports.contains_key(&child) {
                module = child;
                continue;
            }
            let passed_on = self.imports.get(&module).and_then(|names| names.get(word));
            return match passed_on {
                Some(origin) if steps > 0 => {
                    self.home(&[origin.as_slice(), &path[index + 1..]].concat(), steps - 1)
                }
                _ => module,
            };
        }
        module
    }
}
