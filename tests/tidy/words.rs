//! One concept, one name: the words that names and comments used for it before (STYLE 1).

use super::{File, files, none, sample, without_samples};

/// Names that are not used any more, and the ones in their place.
const OLD_NAMES: [(&str, &str); 46] = [
    ("Till", "Services"),
    ("till", "services"),
    ("Desk", "AppState"),
    ("desk", "app"),
    ("Deed", "AuditEntry"),
    ("Postman", "Mailer"),
    ("Carrier", "MailTransport"),
    ("Letter", "MailBody"),
    ("Paper", "Layout"),
    ("Shelf", "PriceBookCache"),
    ("Sheet", "LineSink or CsvWriter"),
    ("HeldAddOn", "PricedAddOn"),
    ("Moment", "ChangeContext"),
    ("Stand", "LiveAccountStatus"),
    ("Standing", "AccountStatus"),
    ("Rehearsal", "DryRun"),
    ("Foreseen", "PlannedJob"),
    ("Wanted", "a filter"),
    ("Wish", "RawRequest"),
    ("WishedChange", "RawChange"),
    ("Mistyped", "InvalidText"),
    ("Unsound", "InvalidRoster"),
    ("Unreasoned", "ReasonMismatch"),
    ("bones", "skeleton"),
    ("trouble", "error_card"),
    ("hindrance", "disabled_reason"),
    ("put_off", "reschedule"),
    ("sides", "audit values"),
    ("Verdict", "AttemptState"),
    ("Rhythm", "BillingCycle"),
    ("rhythm", "billing_cycle"),
    ("turns_on", "renews_on"),
    ("Collects", "CollectingRule"),
    ("told", "notified, or what it holds"),
    ("Told", "LoggedNotification"),
    ("told_at", "notified_at"),
    ("end_told_at", "end_notified_at"),
    ("told_of_end", "with_end_announced"),
    ("let_in", "admit"),
    ("Crowd", "GeneratedOrganizations"),
    ("Found", "what is added, such as AddTenant"),
    ("Rest", "Remaining"),
    ("carry", "send"),
    ("rehearse", "dry_run"),
    ("AuditSheet", "AuditCsv"),
    ("UsageSheet", "UsageCsv"),
];

/// Words of a comment that a reader has to decode, and the plain ones.
const DECODED: [(&str, &str); 3] = [
    ("behind", "after"),
    ("none where", "`None` when"),
    ("store that does not answer", "nothing: any query can fail"),
];

/// Comments that mean the place: a clock that lags, or a name in the code.
const IN_PLACE: [&str; 2] = ["clock", "`behind`"];

fn old_names(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    for (line, text) in file.text.lines().enumerate() {
        let (code, comment) = split(text);
        let words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        for word in words {
            if let Some((old, new)) = OLD_NAMES.iter().find(|(old, _)| *old == word) {
                complaints.push(file.complaint(line + 1, &format!("{old} is {new}")));
            }
        }
        let comment = comment.to_lowercase();
        for (word, plain) in DECODED {
            let says = comment
                .split(|letter: char| !letter.is_alphanumeric() && !" `'".contains(letter))
                .any(|part| format!(" {part} ").contains(&format!(" {word} ")));
            if says && !IN_PLACE.iter().any(|other| comment.contains(other)) {
                complaints.push(file.complaint(line + 1, &format!("write {plain}, not {word}")));
            }
        }
    }
    complaints
}

/// The code of a line without its texts, and its comment.
fn split(line: &str) -> (String, &str) {
    let start = line
        .match_indices("//")
        .find(|(at, _)| !line[..*at].ends_with(':'))
        .map_or(line.len(), |(at, _)| at);
    let (code, comment) = line.split_at(start);
    let code = code.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    (code, comment)
}

#[test]
fn old_names_are_found() {
    let check = |text: &str, found: usize| {
        assert_eq!(old_names(&sample("src/a.rs", text)).len(), found, "{text}");
    };
    check("let till = Till::new();", 2);
    check("// Brings the lock behind an event.", 1);
    check("/// The place of `behind`.", 0);
    check("// A clock that is behind.", 0);
    check("say(\"the desk\"); // none where nothing is", 1);
    check("let services = Services::new();", 0);
}

#[test]
fn one_concept_has_one_name() {
    let files = without_samples(files(&["src", "tests"], &["rs"]));
    none(files.iter().flat_map(old_names).collect());
}
