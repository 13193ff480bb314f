//! The content of a mail: a template, and the facts that it is filled with.

use minijinja::value::Serde;
use minijinja::{Error, Value, context};
use serde::Serialize;

use super::templates::{RenderedMail, Template, Templates};

/// The content of a mail, without addresses.
#[derive(Debug, Clone)]
pub struct MailBody {
    pub(super) template: Template,
    pub(super) facts: Value,
}

impl MailBody {
    pub(super) fn new(template: Template, facts: impl Serialize) -> Self {
        Self {
            template,
            facts: Serde(facts).into(),
        }
    }

    /// Renders the mail for one of its readers.
    ///
    /// # Errors
    /// A template that is wrong; see [`Templates::render`].
    pub fn render(&self, templates: &Templates, reader: Reader) -> Result<RenderedMail, Error> {
        let facts = context! { reader => Serde(reader), ..self.facts.clone() };
        templates.render(self.template, &facts)
    }
}

/// Why somebody gets a mail. The mail says so at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    SupportTeam,
    Admin,
    /// Named as a reader by the ticket.
    Named,
}
