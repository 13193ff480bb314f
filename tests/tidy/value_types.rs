//! Amounts, currencies, ids of organizations, users, orders and payments, and kinds of lines have types
//! of their own: no function of the contract, the backend or the app takes or returns one of them as
//! text, and no struct holds one (STYLE 4).
//!
//! Text has its place where a value is parsed or written: rows of the database, the batch format, words
//! on a screen.

use super::{File, code, files, none, sample};

/// The folders that the rule holds for.
const CRATES: [&str; 3] = ["src/api", "src/backend", "src/app"];

/// Names of values that are never text: these words, alone or at the end of a longer name.
const VALUES: [&str; 16] = [
    "amount",
    "subtotal",
    "total",
    "price",
    "tax",
    "due",
    "overage",
    "agreed",
    "currency",
    "currency_code",
    "organization_id",
    "user_id",
    "plan_change_id",
    "attempt_id",
    "line_kind",
    "invoice_kind",
];

/// Where the values are text, and why: the file, and how often.
const ALLOWED: [(&str, usize, &str); 1] = [(
    "src/api/preview/reading.rs",
    2,
    "a request of the batch format before its values are checked",
)];

/// Structs whose fields are text on purpose: rows of the database, and words of the screens.
fn is_text_by_nature(name: &str, path: &str) -> bool {
    name == "Row" || name.ends_with("Row") || path.starts_with("src/app/messages/")
}

/// The names of the values that a file has as text, with their lines.
fn texts(file: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut owner = String::new();
    for (line, text) in code(&file.text) {
        if text.starts_with("mod tests {") {
            break;
        }
        if let Some((_, rest)) = text.split_once("struct ") {
            owner = rest
                .chars()
                .take_while(|letter| letter.is_alphanumeric())
                .collect();
        } else if text.contains("fn ") || text.starts_with('}') {
            owner.clear();
        }
        if !owner.is_empty() && is_text_by_nature(&owner, &file.path) {
            continue;
        }
        for part in text.split([',', '(', '{', '|']) {
            let Some((name, kind)) = part.split_once(": ") else {
                continue;
            };
            let name = name.rsplit(' ').next().unwrap_or_default();
            let is_value = VALUES
                .iter()
                .any(|value| name == *value || name.ends_with(&format!("_{value}")));
            if is_value && is_text(kind) {
                found.push((line, name.to_owned()));
            }
        }
    }
    found
}

/// Whether a type is text: `String`, `&str`, an `Option` of it, or the start of a `Cow`.
fn is_text(kind: &str) -> bool {
    let bare: String = kind
        .replace("'static", "")
        .replace("&'_", "&")
        .replace("&'a", "&")
        .replace("Option<", "")
        .chars()
        .take_while(|letter| !matches!(letter, ')' | '=' | ';' | '>'))
        .filter(|letter| !matches!(letter, '&' | ' '))
        .collect();
    matches!(bare.as_str(), "str" | "String" | "Cow<'_" | "Cow<'a")
}

#[test]
fn values_are_not_text() {
    let bad = sample(
        "src/backend/a.rs",
        "fn pay(total: &str, (at, line_kind): When, unit_price: Option<&'static str>) {}\n\
         struct Charge {\n    pub currency: String,\n    organization_id: Option<String>,\n}\n\
         fn of_key(user_id: &str, (plan_change_id, attempt_id): Ids, payment_attempt_id: &str) {}\n\
         struct ChargeRow {\n    currency: String,\n}\n\
         fn of(amount: Cow<'_, str>, amount_text: &str, total: Money, label: String) {}\n",
    );
    let names: Vec<_> = texts(&bad).into_iter().map(|(_, name)| name).collect();
    let expected = [
        "total",
        "unit_price",
        "currency",
        "organization_id",
        "user_id",
        "payment_attempt_id",
        "amount",
    ];
    assert_eq!(names, expected);

    let mut complaints = Vec::new();
    let mut allowed = Vec::new();
    for file in files(&CRATES, &[".rs"]) {
        if super::modules::is_test(&file.path) {
            continue;
        }
        let found = texts(&file);
        match ALLOWED.iter().find(|(path, ..)| *path == file.path) {
            Some((path, count, _)) if *count == found.len() => allowed.push(*path),
            _ => complaints.extend(found.into_iter().map(|(line, name)| {
                file.complaint(
                    line,
                    &format!("`{name}` is text; give it the type of billing"),
                )
            })),
        }
    }
    complaints.extend(
        ALLOWED
            .iter()
            .filter(|(path, ..)| !allowed.contains(path))
            .map(|(path, ..)| format!("{path}: another count than the list ALLOWED has")),
    );
    none(complaints);
}
