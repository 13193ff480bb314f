//! No function takes a tuple or a `bool`: arguments that belong together are a struct with field names, a
//! choice is an enum (STYLE 4).
//!
//! Closures may take tuples, because iterators and `sqlx` hand them over; so may the types of axum, which
//! wrap them (`State<(AppState, Route)>`).

use std::collections::BTreeSet;

use super::{File, code, files, none, sample};

/// The folders that the rule holds for.
const CRATES: [&str; 4] = ["src/billing", "src/api", "src/app", "src/backend"];

/// The functions whose signature a trait of Leptos dictates.
const DICTATED: [&str; 1] = ["to_html_with_buf"];

/// The position of the bracket that closes the one before the text.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut before) = (0_usize, ' ');
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' | '<' => depth += 1,
            // An arrow.
            '>' if matches!(before, '-' | '=') => {}
            ')' | ']' | '}' | '>' if depth == 0 => return Some(at),
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        before = letter;
    }
    None
}

/// The parts of a text between the places outside of all brackets where `mark` stands alone.
fn parts(text: &str, mark: char) -> Vec<&str> {
    let (mut found, mut start, mut from) = (Vec::new(), 0, 0);
    while let Some(at) = text[from..].find(|letter| "([{<".contains(letter) || letter == mark) {
        let at = from + at;
        let rest = &text[at + 1..];
        if !text[at..].starts_with(mark) {
            from = closing(rest).map_or(text.len(), |end| at + 1 + end + 1);
        } else if rest.starts_with(mark) {
            from = at + 2;
        } else {
            found.push(&text[start..at]);
            (start, from) = (at + 1, at + 1);
        }
    }
    found.push(&text[start..]);
    found
}

/// The functions of a file: line, name, and the types of the arguments.
fn functions(text: &str) -> Vec<(usize, &str, Vec<&str>)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("fn ") {
        let signature = &text[at + 3..];
        let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
        let end = signature.find(|letter| !is_name(letter)).unwrap_or(0);
        let (name, mut rest) = signature.split_at(end);
        if name.is_empty() || text[..at].ends_with(is_name) {
            continue;
        }
        if let Some(generic) = rest.strip_prefix('<') {
            rest = closing(generic).map_or("", |end| &generic[end + 1..]);
        }
        let Some(rest) = rest.strip_prefix('(') else {
            continue;
        };
        let arguments = &rest[..closing(rest).unwrap_or(0)];
        let types = parts(arguments, ',')
            .into_iter()
            .filter_map(|argument| parts(argument, ':').get(1).map(|kind| kind.trim()))
            .collect();
        found.push((text[..at].matches('\n').count() + 1, name, types));
    }
    found
}

/// The names that a file gives to tuples.
fn aliases(text: &str) -> BTreeSet<&str> {
    text.lines()
        .filter_map(|line| line.split_once("type ")?.1.split_once(" = ("))
        .filter(|(_, kind)| !kind.starts_with(')'))
        .map(|(name, _)| name.split('<').next().unwrap_or(name))
        .collect()
}

/// A type without `&`, lifetime, `mut` and `Option`.
fn bare(kind: &str) -> &str {
    let kind = kind.trim_start_matches("Option<");
    let Some(target) = kind.strip_prefix('&') else {
        return kind;
    };
    let named = target.strip_prefix('\'');
    let target = named.map_or(target, |named| named.split_once(' ').unwrap_or_default().1);
    bare(target.trim_start_matches("mut "))
}

/// The arguments of a file that are tuples or `bool`: line and function.
fn nameless(file: &File) -> Vec<(usize, String)> {
    let lines: Vec<_> = code(&file.text)
        .map(|(_, line)| line)
        .take_while(|line| !line.starts_with("mod tests {"))
        .collect();
    let text = lines.join("\n");
    let aliases = aliases(&text);
    let is_nameless = |kind: &&str| {
        let kind = bare(kind);
        let name = kind.split(['<', '>']).next().unwrap_or(kind);
        (kind.starts_with('(') && !kind.starts_with("()"))
            || name == "bool"
            || aliases.contains(name)
    };
    let mut found = Vec::new();
    for (line, name, types) in functions(&text) {
        let count = types.into_iter().filter(is_nameless).count();
        found.extend(std::iter::repeat_n((line, name.to_owned()), count));
    }
    found
}

#[test]
fn arguments_have_names() {
    let bad = sample(
        "src/backend/a.rs",
        "type Pair<'a> = (&'a str, u8);\n\
         type Done = ();\n\
         fn tuple(tx: &mut Tx, (id, now): (&Id, DateTime<Utc>)) {}\n\
         pub async fn generic<F: Fn(u8) -> bool>(\n    page: Option<&(u8, u8)>,\n    run: F,\n) {}\n\
         fn behind<'a>(key: &'a mut (u8, u8), flag: bool, pair: Pair<'_>) {}\n\
         const fn fine(State((app, route)): State<(App, Route)>, f: impl Fn(u8, bool) -> (u8, u8), d: Done) {}\n\
         fn fields(New { day, is_trial }: New, days: &[(u8, u8)], kind: a::Kind) -> (u8, u8) {\n    \
             days.iter().map(|(a, b): &(u8, u8)| a + b)\n}\n\
         mod tests {\n    fn check((a, b): (u8, u8)) {}\n}\n",
    );
    let found = nameless(&bad);
    let found: Vec<_> = found
        .iter()
        .map(|(line, name)| (*line, name.as_str()))
        .collect();
    let expected = [
        (3, "tuple"),
        (4, "generic"),
        (8, "behind"),
        (8, "behind"),
        (8, "behind"),
    ];
    assert_eq!(found, expected);

    let mut complaints = Vec::new();
    for file in files(&CRATES, &[".rs"]) {
        if super::modules::is_test(&file.path) {
            continue;
        }
        let found = nameless(&file);
        let ours = found
            .into_iter()
            .filter(|(_, name)| !DICTATED.contains(&name.as_str()));
        complaints.extend(ours.map(|(line, name)| {
            file.complaint(
                line,
                &format!("`{name}` takes a tuple or a bool; take a struct or an enum"),
            )
        }));
    }
    none(complaints);
}
