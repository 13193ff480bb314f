//! Style sheets: every rule below `.organization`, raw colours in one file.

use super::{File, files, none, sample};

const ROOT: &str = ".organization";

/// A style sheet with its comments blanked out, so that line numbers do not change.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    for (index, part) in text.split("/*").enumerate() {
        let (comment, rest) = match index {
            0 => ("", part),
            _ => part.split_once("*/").unwrap_or((part, "")),
        };
        kept.extend(comment.chars().filter(|letter| *letter == '\n'));
        kept.push_str(rest);
    }
    kept
}

/// Every rule is at or below the root class, by its own selector or by the rule around it.
fn below_root(file: &File) -> Vec<String> {
    let text = without_comments(&file.text);
    let mut complaints = Vec::new();
    let mut around: Vec<Around> = Vec::new();
    let mut start = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => {
                let head = text[start..at].trim();
                let block = Around::of(head, around.last());
                if block == Around::Loose {
                    let line = text[..at].matches('\n').count() + 1;
                    complaints.push(file.complaint(line, &format!("`{head}` is not below {ROOT}")));
                }
                around.push(block);
            }
            '}' => {
                around.pop();
            }
            _ => {}
        }
        if "{};".contains(letter) {
            start = at + 1;
        }
    }
    complaints
}

/// The effect of a block on the rules inside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    /// A layer or a media query has no selectors.
    Nothing,
    /// A rule at or below the root, or a block like `@keyframes`.
    Root,
    /// A rule that applies outside the root.
    Loose,
}

impl Around {
    fn of(head: &str, outer: Option<&Self>) -> Self {
        let own_names = [
            "@keyframes",
            "@font-face",
            "@property",
            "@page",
            "@counter-style",
            "@position-try",
        ];
        if outer == Some(&Self::Root) || own_names.iter().any(|name| head.starts_with(name)) {
            return Self::Root;
        }
        if head.starts_with('@') {
            return Self::Nothing;
        }
        let rooted = selectors(head).iter().all(|selector| is_rooted(selector));
        if rooted { Self::Root } else { Self::Loose }
    }
}

/// A selector list, split at the commas outside of brackets.
fn selectors(head: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    head.split(|letter| {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    })
    .map(str::trim)
    .collect()
}

fn is_rooted(selector: &str) -> bool {
    let rest = selector.strip_prefix(ROOT);
    rest.is_some_and(|rest| {
        !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_')
    })
}

/// Colour values are allowed only in `tokens.css`.
fn raw_colours(file: &File) -> Vec<String> {
    let text = without_comments(&file.text);
    let mut complaints = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let functions = [
            "rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch(",
        ];
        if functions.iter().any(|name| line.contains(name)) || line.split('#').skip(1).any(is_hex) {
            complaints
                .push(file.complaint(index + 1, "a raw colour: give it a name in tokens.css"));
        }
    }
    complaints
}

fn is_hex(behind: &str) -> bool {
    let word = behind
        .split(|letter: char| !letter.is_alphanumeric() && letter != '-')
        .next()
        .unwrap_or_default();
    [3, 4, 6, 8].contains(&word.len()) && word.chars().all(|letter| letter.is_ascii_hexdigit())
}

#[test]
fn every_rule_is_below_the_root() {
    for bad in [
        "body { margin: 0 }",
        "@layer a { .card { } }",
        ".organization, p { }",
        ".organization-x { }",
        ":root { }",
    ] {
        assert_eq!(below_root(&sample("a.css", bad)).len(), 1, "{bad}");
    }
    let good = "@layer a, b;\n@layer a { .organization { .card { & p { } } } }\n@media (x) { .organization[data-theme] .y { } }\n\
        .organization:where(.a, .b) { }\n@keyframes k { to { opacity: 0 } }\n/* body { } */";
    none(below_root(&sample("a.css", good)));
    none(
        files(&["style"], &[".css"])
            .iter()
            .flat_map(below_root)
            .collect(),
    );
}

#[test]
fn colours_have_names() {
    for bad in [
        "color: #fff;",
        "color: #12345678;",
        "color: rgb(0 0 0 / .5);",
    ] {
        assert_eq!(raw_colours(&sample("a.css", bad)).len(), 1, "{bad}");
    }
    for good in [
        "color: var(--text);",
        "/* #fff */",
        "#organization { }",
        "color: currentColor;",
    ] {
        assert!(raw_colours(&sample("a.css", good)).is_empty(), "{good}");
    }
    let all = files(&["style"], &[".css"]);
    none(
        all.iter()
            .filter(|file| file.path != "style/tokens.css")
            .flat_map(raw_colours)
            .collect(),
    );
    none(
        files(&["src/app"], &[".rs"])
            .iter()
            .filter(|file| file.text.contains("<svg"))
            .flat_map(raw_colours)
            .collect(),
    );
}
