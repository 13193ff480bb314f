//! What a ticket holds before it is sent, and what is wrong with it.

use api::support::{NewAttachment, NewTicket};
use billing::ticket::{Category, Draft, Fault, Field, Priority, Topic};

/// A file that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its content in base64; none where the browser could not read it.
    pub content: Option<String>,
}

/// What a person has filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The topic.
    pub topic: Option<Topic>,
    /// The category.
    pub category: Option<Category>,
    /// The priority.
    pub priority: Option<Priority>,
    /// The subject.
    pub subject: String,
    /// The description.
    pub description: String,
    /// The files.
    pub files: Vec<Chosen>,
    /// Who is kept informed, by their ids.
    pub team: Vec<String>,
}

/// A field of the form, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The help topic.
    Topic,
    /// The category.
    Category,
    /// The priority.
    Priority,
    /// The subject.
    Subject,
    /// The description.
    Description,
    /// The files.
    Attachments,
    /// The people.
    Team,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing is chosen.
    Missing,
    /// A file could not be read.
    Unreadable,
    /// The rules say no.
    Fault(Fault),
}

impl Asked {
    /// Its name in the request and in the page.
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
    /// What is wrong, in the order of the fields.
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

    /// What is wrong with one field.
    pub fn fault(&self, asked: Asked) -> Option<Wrong> {
        let faults = self.faults();
        let fault = faults.into_iter().find(|(other, _)| *other == asked);
        fault.map(|(_, wrong)| wrong)
    }

    /// The ticket as it is sent; none while something is missing.
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
            team: vec!["2".to_owned()],
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
