//! The values of the ticket form, and their faults.

use api::support::ticket::{Category, Draft, Fault, Field, Priority, Topic};
use api::support::{NewAttachment, NewTicket};
use billing::UserId;

/// A file that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its content in base64; `None` when the browser could not read it.
    pub content: Option<String>,
}

/// The values of the form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    pub topic: Option<Topic>,
    pub category: Option<Category>,
    pub priority: Option<Priority>,
    pub subject: String,
    pub description: String,
    pub files: Vec<Chosen>,
    /// The ids of the people who receive copies.
    pub team: Vec<UserId>,
}

/// The fields of the form, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Topic,
    Category,
    Priority,
    Subject,
    Description,
    Attachments,
    Team,
}

/// A fault of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing is chosen.
    Missing,
    /// A file could not be read.
    Unreadable,
    /// A rule of `billing` refuses the value.
    Fault(Fault),
}

impl Asked {
    /// The name of the field in the request and in the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Category => "category",
            Self::Priority => "priority",
            Self::Subject => "subject",
            Self::Description => "description",
            Self::Attachments => "attachments",
            Self::Team => "team",
        }
    }
}

impl Said {
    /// All faults, in the order of the fields.
    pub fn faults(&self) -> Vec<(Asked, Wrong)> {
        let mut faults = Vec::new();
        let missing = [
            (Asked::Topic, self.topic.is_none()),
            (Asked::Category, self.category.is_none()),
            (Asked::Priority, self.priority.is_none()),
        ];
        for (asked, is_missing) in missing {
            if is_missing {
                faults.push((asked, Wrong::Missing));
            }
        }
        let files = self.files.iter();
        let draft = Draft {
            subject: &self.subject,
            description: &self.description,
            attachments: files.map(|file| (file.name.as_str(), file.bytes)).collect(),
            team: self.team.len(),
        };
        for (field, fault) in draft.faults() {
            let asked = match field {
                Field::Subject => Asked::Subject,
                Field::Description => Asked::Description,
                Field::Attachments => Asked::Attachments,
                Field::Team => Asked::Team,
            };
            faults.push((asked, Wrong::Fault(fault)));
        }
        let is_told = faults.iter().any(|(asked, _)| *asked == Asked::Attachments);
        if !is_told && self.files.iter().any(|file| file.content.is_none()) {
            faults.push((Asked::Attachments, Wrong::Unreadable));
        }
        faults
    }

    /// The fault of one field.
    pub fn fault(&self, asked: Asked) -> Option<Wrong> {
        let faults = self.faults();
        let fault = faults.into_iter().find(|(other, _)| *other == asked);
        fault.map(|(_, wrong)| wrong)
    }

    /// The ticket as it is sent; `None` while something is missing.
    pub fn ticket(&self) -> Option<NewTicket> {
        if !self.faults().is_empty() {
            return None;
        }
        let files = self.files.iter();
        let attachments = files.map(|file| {
            Some(NewAttachment {
                name: file.name.clone(),
                content: file.content.clone()?,
            })
        });
        Some(NewTicket {
            topic: self.topic?,
            category: self.category?,
            priority: self.priority?,
            subject: self.subject.clone(),
            description: self.description.clone(),
            attachments: attachments.collect::<Option<_>>()?,
            team: self.team.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Said {
        Said {
            topic: Some(Topic::Data),
            category: Some(Category::Bug),
            priority: Some(Priority::Low),
            subject: "Help".to_owned(),
            description: "one\ntwo".to_owned(),
            files: vec![Chosen {
                name: "a.txt".to_owned(),
                bytes: 3,
                content: Some("YWJj".to_owned()),
            }],
            team: vec![UserId::new("2")],
        }
    }

    #[test]
    fn an_empty_form_names_every_field_in_order() {
        let faults = Said::default().faults();
        let asked: Vec<_> = faults.iter().map(|(asked, _)| asked.name()).collect();
        assert_eq!(
            asked,
            ["topic", "category", "priority", "subject", "description"]
        );
        assert_eq!(Said::default().ticket(), None);
    }

    #[test]
    fn a_whole_form_is_sent_as_it_is() {
        let ticket = whole().ticket().unwrap();
        assert_eq!((ticket.subject.as_str(), ticket.team.len()), ("Help", 1));
        assert_eq!(ticket.attachments[0].content, "YWJj");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_sent() {
        let mut said = whole();
        said.files[0].content = None;
        assert_eq!(said.fault(Asked::Attachments), Some(Wrong::Unreadable));
        said.files[0].bytes = 9_000_000;
        let expected = Some(Wrong::Fault(Fault::TooLarge));
        assert_eq!(said.fault(Asked::Attachments), expected);
        assert_eq!(said.ticket(), None);
    }
}
