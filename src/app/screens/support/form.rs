//! The form of a ticket: its values survive failed requests, faults are shown at the fields.

use api::support::{Support, Ticket};

use super::fields::{self, CATEGORIES, PRIORITIES, TOPICS, sentence};
use super::state::{Asked, Said, Wrong};
use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::intent::new_key;
use crate::client::load::Loader;
use crate::components::form::field::empty;
use crate::view::{Live, Slot, spawn};

/// The state of the form. It lives longer than the data that is loaded around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) said: Live<Said>,
    /// Whether faults are shown: from the first attempt to send on.
    pub(super) tells: Live<bool>,
    pub(super) refused: Live<Option<Failure>>,
    pub(super) sent: Live<Option<Ticket>>,
    pub(super) busy: Live<bool>,
    /// The idempotency key of the last request, and its body.
    key: Live<(String, String)>,
    slots: [Slot; 7],
}

const ASKED: [Asked; 7] = [
    Asked::Topic,
    Asked::Category,
    Asked::Priority,
    Asked::Subject,
    Asked::Description,
    Asked::Attachments,
    Asked::Team,
];

impl Form {
    pub(super) fn new() -> Self {
        Self {
            said: Live::new(Said::default()),
            tells: Live::new(false),
            refused: Live::new(None),
            sent: Live::new(None),
            busy: Live::new(false),
            key: Live::new(<(String, String)>::default()),
            slots: ASKED.map(|_| Slot::default()),
        }
    }

    pub(super) fn slot(self, asked: Asked) -> Slot {
        let place = ASKED.iter().position(|other| *other == asked);
        self.slots[place.unwrap_or_default()]
    }

    /// The fault of a field, once faults are shown.
    pub(super) fn wrong(self, asked: Asked) -> Option<Wrong> {
        self.tells.get().then(|| self.said.get().fault(asked))?
    }

    /// The sentence for the fault of a field; the server's only if the form finds none.
    pub(super) fn fault_text(self, asked: Asked) -> Option<String> {
        if let Some(wrong) = self.wrong(asked) {
            return Some(sentence(wrong));
        }
        let Some(Failure::Refused(problem)) = self.refused.get() else {
            return None;
        };
        let fields = problem.fields.iter();
        let mut own = fields.filter(|field| field.field == asked.name());
        own.next().map(|field| field.message.clone())
    }

    /// The index of what is chosen in a list.
    pub(super) fn chosen(self, asked: Asked) -> String {
        let said = self.said.get();
        match asked {
            Asked::Topic => fields::place(&TOPICS, said.topic.as_ref()),
            Asked::Category => fields::place(&CATEGORIES, said.category.as_ref()),
            _ => fields::place(&PRIORITIES, said.priority.as_ref()),
        }
    }

    pub(super) fn choose(self, asked: Asked, place: &str) {
        self.said.update(|said| match asked {
            Asked::Topic => said.topic = fields::at(&TOPICS, place),
            Asked::Category => said.category = fields::at(&CATEGORIES, place),
            _ => said.priority = fields::at(&PRIORITIES, place),
        });
    }

    pub(super) fn submit(self, client: Client, page: Loader<Support>) {
        if self.busy.get_now() {
            return;
        }
        self.tells.set(true);
        self.sent.set(None);
        self.refused.set(None);
        let now = self.said.get_now();
        let body = now
            .ticket()
            .and_then(|ticket| serde_json::to_string(&ticket).ok());
        let Some(body) = body else {
            if let Some((first, _)) = now.faults().first() {
                self.slot(*first).focus();
            }
            return;
        };
        let Some(key) = self.key_of(&body) else {
            return;
        };
        self.busy.set(true);
        spawn(async move {
            let answer = client.open_ticket(&key, &body).await;
            self.busy.set(false);
            match answer {
                Ok(ticket) => self.done(ticket, page),
                Err(failure) => {
                    self.refused.set(Some(failure));
                    scroll_to("organization-support");
                }
            }
        });
    }

    /// The idempotency key: the same body has the same key, however often it is sent.
    fn key_of(self, body: &str) -> Option<String> {
        let (key, last) = self.key.get_now();
        if last == body {
            return Some(key);
        }
        let key = new_key()?;
        self.key.set((key.clone(), body.to_owned()));
        Some(key)
    }

    /// Lists the ticket, empties the form, and confirms it.
    fn done(self, ticket: Ticket, page: Loader<Support>) {
        self.said.set(Said::default());
        for asked in [Asked::Subject, Asked::Description, Asked::Attachments] {
            if let Some(field) = self.slot(asked).get_now() {
                empty(&field);
            }
        }
        self.tells.set(false);
        self.key.set(<(String, String)>::default());
        self.sent.set(Some(ticket));
        page.again();
        scroll_to("organization-support");
    }
}

/// Scrolls an element into view.
pub(super) fn scroll_to(id: &str) {
    let place = leptos::prelude::document().get_element_by_id(id);
    if let Some(place) = place {
        place.scroll_into_view();
    }
}
