//! Support tickets: their options, and the checks before one is sent (SPEC 4.13).

use billing::text::{OneLine, OneLineFault, TextFault, TextKind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The topic of a ticket (A142).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Tiers, add-ons, prices.
    Plan,
    /// Invoices and payments.
    Payments,
    /// People and roles.
    Users,
    /// Data, exports and the integration.
    Data,
    /// Any other topic.
    Other,
}

/// The category of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// A question.
    Query,
    /// Something does not work.
    Bug,
    /// A billing matter.
    Billing,
    /// A request for a missing feature.
    FeatureRequest,
    /// A matter of the integration.
    Integration,
}

/// How soon a reply is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// A reply is needed at once.
    Urgent,
    /// A reply is needed today.
    High,
    /// A reply is needed soon.
    Medium,
    /// A reply has no deadline.
    Low,
}

impl Topic {
    /// All topics, in order.
    pub const ALL: [Self; 5] = [
        Self::Plan,
        Self::Payments,
        Self::Users,
        Self::Data,
        Self::Other,
    ];
}

impl Category {
    /// All categories, in order.
    pub const ALL: [Self; 5] = [
        Self::Query,
        Self::Bug,
        Self::Billing,
        Self::FeatureRequest,
        Self::Integration,
    ];
}

impl Priority {
    /// All priorities, in order.
    pub const ALL: [Self; 4] = [Self::Urgent, Self::High, Self::Medium, Self::Low];
}

/// The highest number of characters of a description.
pub const DESCRIPTION_MAX: usize = 10_000;
/// The highest number of attachments (A143).
pub const ATTACHMENTS_MAX: usize = 5;
/// The highest total size of the attachments in bytes: 3 MiB (A143).
pub const ATTACHED_BYTES_MAX: u64 = 3 * 1024 * 1024;
/// The highest number of team members who are kept informed (SPEC 4.13).
pub const TEAM_MAX: usize = 10;
/// The highest number of tickets per organization within an hour (A144).
pub const TICKETS_AN_HOUR: u64 = 20;

/// The accepted file extensions: images, documents and texts that are not executed when opened.
const ENDINGS: [(&str, &str); 8] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("log", "text/plain"),
    ("csv", "text/csv"),
    ("json", "application/json"),
];

/// A ticket before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<'a> {
    /// The subject, one line.
    pub subject: &'a str,
    /// The description, with line breaks.
    pub description: &'a str,
    /// The name and size in bytes of each attachment.
    pub attachments: Vec<(&'a str, u64)>,
    /// The number of team members who are kept informed.
    pub team: usize,
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The subject line.
    Subject,
    /// The description.
    Description,
    /// The attachments.
    Attachments,
    /// The team members who are kept informed.
    Team,
}

impl Field {
    /// The name in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Description => "description",
            Self::Attachments => "attachments",
            Self::Team => "team",
        }
    }
}

/// The fault of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The text is not a valid line.
    Line(OneLineFault),
    /// The text is empty.
    Empty,
    /// The text has too many characters.
    TooLong,
    /// The text contains characters that are refused, or a card number.
    Text(TextFault),
    /// There are too many files.
    TooManyFiles,
    /// The files are too large together.
    TooLarge,
    /// A file is empty.
    EmptyFile,
    /// The file extension is not accepted.
    Ending,
    /// There are too many team members.
    TooManyPeople,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(fault) => fault.fmt(f),
            Self::Empty => f.write_str("this is required"),
            Self::TooLong => write!(f, "at most {DESCRIPTION_MAX} characters fit here"),
            Self::Text(fault) => fault.fmt(f),
            Self::TooManyFiles => write!(f, "at most {ATTACHMENTS_MAX} files can be attached"),
            Self::TooLarge => f.write_str("all files together can have at most 3 MiB"),
            Self::EmptyFile => f.write_str("a file is empty"),
            Self::Ending => f.write_str(
                "only files ending in .png, .jpg, .pdf, .txt, .log, .csv or .json can be attached",
            ),
            Self::TooManyPeople => write!(f, "at most {TEAM_MAX} people can be named"),
        }
    }
}

impl Draft<'_> {
    /// All faults, at most one per field.
    ///
    /// **Rule.** A subject of one line and a description, both without card numbers. At most five files of
    /// together 3 MiB, and at most ten team members.
    /// **Source.** SPEC 4.13; RELIABILITY, threats 8 and 16.
    /// **Silent on** sizes and types of attachments, see A143.
    ///
    /// ```
    /// use api::support::ticket::{Draft, Fault, Field};
    /// let draft = Draft {
    ///     subject: "Invoice of June",
    ///     description: " ",
    ///     attachments: vec![("invoice.exe", 1_000)],
    ///     team: 0,
    /// };
    /// let expected = [(Field::Description, Fault::Empty), (Field::Attachments, Fault::Ending)];
    /// assert_eq!(draft.faults(), expected);
    /// ```
    pub fn faults(&self) -> Vec<(Field, Fault)> {
        let subject = OneLine::parse(self.subject).err();
        let subject = subject.map(|mistyped| Fault::Line(mistyped.fault));
        let fields = [
            (Field::Subject, subject),
            (Field::Description, self.description_fault()),
            (Field::Attachments, self.attachments_fault()),
            (
                Field::Team,
                (self.team > TEAM_MAX).then_some(Fault::TooManyPeople),
            ),
        ];
        let faults = fields.into_iter();
        faults
            .filter_map(|(field, fault)| Some((field, fault?)))
            .collect()
    }

    fn description_fault(&self) -> Option<Fault> {
        if self.description.trim().is_empty() {
            Some(Fault::Empty)
        } else if self.description.chars().count() > DESCRIPTION_MAX {
            Some(Fault::TooLong)
        } else {
            let text = TextKind::Paragraphs.check(self.description);
            text.err().map(Fault::Text)
        }
    }

    fn attachments_fault(&self) -> Option<Fault> {
        let together = self
            .attachments
            .iter()
            .fold(0_u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
        if self.attachments.len() > ATTACHMENTS_MAX {
            Some(Fault::TooManyFiles)
        } else if together > ATTACHED_BYTES_MAX {
            Some(Fault::TooLarge)
        } else if self.attachments.iter().any(|(_, bytes)| *bytes == 0) {
            Some(Fault::EmptyFile)
        } else if self
            .attachments
            .iter()
            .any(|(name, _)| media_type(name).is_none())
        {
            Some(Fault::Ending)
        } else {
            None
        }
    }
}

/// The media type of a file, by its extension; `None` for one that cannot be attached.
///
/// ```
/// use api::support::ticket::media_type;
/// assert_eq!(media_type("Screen.PNG"), Some("image/png"));
/// assert_eq!(media_type("page.html"), None);
/// assert_eq!(media_type("png"), None);
/// ```
pub fn media_type(name: &str) -> Option<&'static str> {
    OneLine::parse(name).ok()?;
    let (stem, ending) = name.rsplit_once('.')?;
    let known = ENDINGS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(ending));
    let plain = !stem.trim().is_empty() && !name.contains(['/', '\\', '"']);
    known.filter(|_| plain).map(|(_, media_type)| *media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<'a>(change: impl FnOnce(&mut Draft<'a>), expected: &[(Field, Fault)]) {
        let mut draft = Draft {
            subject: "Invoice of June",
            description: "It says\ntwice the amount",
            attachments: Vec::new(),
            team: 0,
        };
        change(&mut draft);
        assert_eq!(draft.faults(), expected);
    }

    #[test]
    fn each_field_says_what_is_wrong() {
        let long = "x".repeat(DESCRIPTION_MAX + 1);
        check(|_| {}, &[]);
        check(
            |draft| draft.subject = "",
            &[(Field::Subject, Fault::Line(OneLineFault::Empty))],
        );
        check(
            |draft| draft.subject = "a\r\nBcc: x@y.example",
            &[(Field::Subject, Fault::Line(OneLineFault::Control))],
        );
        check(
            |draft| draft.description = "card 4111 1111 1111 1111",
            &[(Field::Description, Fault::Text(TextFault::CardNumber))],
        );
        check(
            |draft| draft.description = &long,
            &[(Field::Description, Fault::TooLong)],
        );
        check(
            |draft| draft.team = 11,
            &[(Field::Team, Fault::TooManyPeople)],
        );
    }

    #[test]
    fn attachments_are_limited_in_number_size_and_type() {
        let files = |attachments: &[(&'static str, u64)], expected: Option<Fault>| {
            let expected: Vec<_> = expected
                .map(|fault| (Field::Attachments, fault))
                .into_iter()
                .collect();
            let attachments = attachments.to_vec();
            check(|draft| draft.attachments = attachments, &expected);
        };
        files(&[("a.png", ATTACHED_BYTES_MAX)], None);
        files(
            &[("a.png", ATTACHED_BYTES_MAX), ("b.txt", 1)],
            Some(Fault::TooLarge),
        );
        files(&[("a.txt", 1); 5], None);
        files(&[("a.txt", 1); 6], Some(Fault::TooManyFiles));
        files(&[("a.txt", 0)], Some(Fault::EmptyFile));
        files(&[("a.svg", 1)], Some(Fault::Ending));
        files(&[("../a.txt", 1)], Some(Fault::Ending));
        files(&[(".txt", 1)], Some(Fault::Ending));
    }
}
