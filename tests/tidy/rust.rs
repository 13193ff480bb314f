//! What Rust code may not contain, beyond what clippy refuses.

use super::{File, code, file, files, none, sample, without_samples};

/// Text that postpones work, hides a test, or loses an error.
const REFUSED: [&str; 4] = ["#[ignore", "todo!(", "unimplemented!(", "dbg!("];

fn unfinished(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    for (line, text) in code(&file.text) {
        for word in REFUSED {
            if text.contains(word) {
                complaints.push(file.complaint(line, &format!("{word} is not allowed")));
            }
        }
        if text
            .split("Result<")
            .skip(1)
            .any(|rest| error_type(rest) == Some("String"))
        {
            complaints.push(file.complaint(line, "an error needs a type of its own, not String"));
        }
    }
    complaints
}

/// The second type of a `Result`, from the text after `Result<`.
fn error_type(rest: &str) -> Option<&str> {
    let mut depth = 0_i32;
    let mut second = None;
    for (at, letter) in rest.char_indices() {
        match letter {
            '<' | '(' | '[' => depth += 1,
            '>' if depth == 0 => return rest.get(second?..at).map(str::trim),
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => second = Some(at + 1),
            _ => {}
        }
    }
    None
}

/// `billing` must not use the standard library, and money must not use floats.
fn impure(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    for (line, text) in code(&file.text) {
        let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        if words.clone().any(|word| word == "f32" || word == "f64") {
            complaints.push(file.complaint(line, "money never meets a float"));
        }
        let std = words
            .clone()
            .collect::<Vec<_>>()
            .windows(3)
            .any(|three| three == ["extern", "crate", "std"]);
        if std && file.path.starts_with("src/billing/") {
            complaints.push(file.complaint(line, "this brings back the clock and the file system"));
        }
    }
    complaints
}

/// Only `client/` uses HTTP, and `state.rs` does not use the framework.
fn app(file: &File) -> Vec<String> {
    let client = file.path.starts_with("src/app/client/");
    let decides = file.path.ends_with("/state.rs");
    let mut complaints = Vec::new();
    for (line, text) in code(&file.text) {
        if !client && text.contains("gloo_net") {
            complaints.push(file.complaint(line, "only client/ speaks HTTP"));
        }
        if decides && text.contains("leptos") {
            complaints.push(file.complaint(line, "state.rs decides without the framework"));
        }
    }
    complaints
}

#[test]
fn nothing_is_postponed_or_hidden() {
    for bad in REFUSED {
        assert_eq!(
            unfinished(&sample("a.rs", &format!("    {bad}"))).len(),
            1,
            "{bad}"
        );
    }
    for bad in [
        "-> Result<u64, String> {",
        "-> Result<Vec<(u64, u8)>, String>;",
    ] {
        assert_eq!(unfinished(&sample("a.rs", bad)).len(), 1, "{bad}");
    }
    for good in [
        "-> Result<String, Failure>",
        "-> Result<Vec<String>, E>",
        "// todo!(",
    ] {
        assert!(unfinished(&sample("a.rs", good)).is_empty(), "{good}");
    }
    let all = without_samples(files(&["src", "tests"], &[".rs"]));
    none(all.iter().flat_map(unfinished).collect());
}

#[test]
fn the_rules_are_pure() {
    assert_eq!(
        impure(&sample("src/billing/a.rs", "extern crate std;")).len(),
        1
    );
    assert_eq!(
        impure(&sample("src/api/a.rs", "fn half(amount: f64) {}")).len(),
        1
    );
    assert!(impure(&sample("src/api/a.rs", "let sf64x = 1; // f64")).is_empty());
    none(
        files(&["src/billing", "src/api"], &[".rs"])
            .iter()
            .flat_map(impure)
            .collect(),
    );
    let entry = file("src/billing/lib.rs");
    assert!(
        entry.text.contains("#![no_std]") || entry.text.contains("#![cfg_attr(not(test), no_std)]"),
        "no_std is gone"
    );
}

#[test]
fn screens_respect_their_layers() {
    assert_eq!(
        app(&sample(
            "src/app/screens/a/mod.rs",
            "use gloo_net::http::Request;"
        ))
        .len(),
        1
    );
    assert_eq!(
        app(&sample(
            "src/app/screens/a/state.rs",
            "use leptos::prelude::*;"
        ))
        .len(),
        1
    );
    none(files(&["src/app"], &[".rs"]).iter().flat_map(app).collect());
}
