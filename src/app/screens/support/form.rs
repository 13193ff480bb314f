//! The form of a ticket: its values survive failed requests, faults are shown at the fields.

use api::support::{Support, Teammate, Ticket};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::fields::{self, CATEGORIES, PRIORITIES, TOPICS, field, select, sentence};
use super::files;
use super::state::{Asked, Chosen, Said, Wrong};
use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::intent::new_key;
use crate::client::load::Loader;
use crate::components::banner::{Tone, banner};
use crate::components::button::patient;
use crate::components::error_card::explain;
use crate::components::field::{empty, framed, value};
use crate::components::icon::{Sign, icon};
use crate::messages::{fill, messages};
use crate::shell::said;
use crate::view::{Element, Live, Slot, View, button, div, el, h2, section, shared, span, spawn};

/// The state of the form. It lives longer than the data that is loaded around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    said: Live<Said>,
    /// Whether faults are shown: from the first attempt to send on.
    tells: Live<bool>,
    refused: Live<Option<Failure>>,
    sent: Live<Option<Ticket>>,
    busy: Live<bool>,
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
    pub(super) fn told(self, asked: Asked) -> Option<String> {
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

    pub(super) fn card(self, support: &Support, page: Loader<Support>) -> Element {
        let text = &messages().support;
        let client: Client = shared();
        let own = [
            (text.email, &support.email),
            (text.account_id, &support.account_id),
            (text.account_name, &support.account_name),
        ];
        let own = own.map(|(label, value)| read_only(label, value));
        let choices = [Asked::Topic, Asked::Category, Asked::Priority];
        let subject = el("input").attr("type", "text").attr("autocomplete", "off");
        let form = el("form")
            .class("support__form")
            .id("organization-support")
            .attr("novalidate", "")
            .on("submit", move |event| {
                event.prevent_default();
                self.submit(client, page);
            })
            .child(said("status", move || self.sent.get().as_ref().map(thanks)))
            .child(said("alert", move || self.error_card()))
            .child(div("support__row").children(own))
            .child(div("support__row").children(choices.map(|asked| select(self, asked))))
            .child(self.words(Asked::Subject, text.subject, subject))
            .child(self.words(
                Asked::Description,
                text.description,
                el("textarea").attr("rows", "6"),
            ))
            .child(self.files())
            .child(self.team(&support.people))
            .child(div("card__foot").child(patient(
                "button button--primary",
                text.send,
                move || self.busy.get(),
            )));
        section("card")
            .child(div("card__head").child(h2("card__title").child(text.form)))
            .child(form)
    }

    /// A text field, which keeps its value when the elements around it are rebuilt.
    fn words(self, asked: Asked, label: &str, input: Element) -> Element {
        let now = self.said.get_now();
        let is_subject = asked == Asked::Subject;
        let input = match is_subject {
            true => input.attr("value", now.subject),
            false => input.child(now.description),
        };
        let input = input
            .class("field__input")
            .attr("required", "")
            .on("input", move |event| {
                self.said.update(|said| match is_subject {
                    true => said.subject = value(&event),
                    false => said.description = value(&event),
                });
            });
        field(self, asked, (label, ""), input)
    }

    fn files(self) -> Element {
        let text = &messages().support;
        let input = el("input")
            .class("field__input field__input--file")
            .attr("type", "file")
            .attr("multiple", "")
            .attr("accept", ".png,.jpg,.jpeg,.pdf,.txt,.log,.csv,.json")
            .on("change", move |event| {
                for file in files::taken(&event) {
                    spawn(async move {
                        let chosen = files::read(file).await;
                        self.said.update(|said| said.files.push(chosen));
                        self.tells.set(true);
                    });
                }
            });
        let labels = (text.attachments, text.attachments_hint);
        field(self, Asked::Attachments, labels, input).live(move || self.chosen_files())
    }

    fn chosen_files(self) -> Option<Element> {
        let files = self.said.get().files;
        let item = |(place, file): (usize, &Chosen)| {
            let label = fill(messages().support.take_off, &[&file.name]);
            let take_off = button("button button--quiet button--small")
                .attr("type", "button")
                .attr("aria-label", label)
                .on("click", move |_| {
                    self.said.update(|said| drop(said.files.remove(place)));
                    self.slot(Asked::Attachments).focus();
                })
                .child(icon(Sign::Cross));
            el("li")
                .class("support__file")
                .child(span("support__name").child(file.name.as_str()))
                .child(take_off)
        };
        let items = files.iter().enumerate().map(item);
        (!files.is_empty()).then(|| el("ul").class("support__files").children(items))
    }

    fn team(self, people: &[Teammate]) -> View {
        let text = &messages().support;
        if people.is_empty() {
            return View::Nothing;
        }
        let item = |person: &Teammate| {
            let (id, own) = (person.id.clone(), person.id.clone());
            let check = el("input")
                .class("support__check")
                .attr("type", "checkbox")
                .property("checked", move || self.said.get().team.contains(&own))
                .on("change", move |event| {
                    let target = event.target();
                    let is_on = target
                        .is_some_and(|box_| box_.unchecked_ref::<HtmlInputElement>().checked());
                    self.said.update(|said| {
                        said.team.retain(|other| *other != id);
                        if is_on {
                            said.team.push(id.clone());
                        }
                    });
                });
            el("label")
                .class("support__person")
                .child(check)
                .child(span("support__name").child(person.name.as_str()))
                .child(span("support__detail").child(person.email.as_str()))
        };
        let error = el("p")
            .class("field__error")
            .id("support-team-error")
            .live(move || self.told(Asked::Team));
        el("fieldset")
            .class("field")
            .attr("tabindex", "-1")
            .attr("aria-describedby", "support-team-hint support-team-error")
            .slot(self.slot(Asked::Team))
            .child(el("legend").class("field__label").child(text.team))
            .child(div("support__people").children(people.iter().map(item)))
            .child(
                el("p")
                    .class("field__hint")
                    .id("support-team-hint")
                    .child(text.team_hint),
            )
            .child(error)
            .into()
    }

    /// The card above the form: a summary of more than two faults, or a failed request.
    fn error_card(self) -> Option<Element> {
        let text = &messages().support;
        if let Some(failure) = self.refused.get() {
            let (why, request) = explain(&failure);
            let details = [why.as_str(), text.kept, request.as_str()];
            return Some(banner(Tone::Over, text.not_sent, &details, None));
        }
        let count = self.said.get().faults().len();
        let title = fill(text.faults, &[&count.to_string()]);
        (self.tells.get() && count > 2).then(|| banner(Tone::Over, &title, &[], None))
    }

    fn submit(self, client: Client, page: Loader<Support>) {
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

fn read_only(label: &str, value: &str) -> Element {
    let id = format!(
        "support-own-{}",
        label.to_lowercase().replace([' ', '-'], "")
    );
    let input = el("input")
        .class("field__input field__input--fixed")
        .id(&id)
        .attr("type", "text")
        .attr("readonly", "")
        .attr("value", value);
    framed(&id, label, input)
}

fn thanks(ticket: &Ticket) -> Element {
    let text = &messages().support;
    let title = fill(text.sent, &[&ticket.number.to_string()]);
    let mut to = vec![ticket.opened_by.clone()];
    to.extend(ticket.team.iter().cloned());
    let detail = fill(text.sent_text, &[&to.join(", ")]);
    banner(Tone::Plain, &title, &[&detail], None)
}

/// Scrolls an element into view.
pub(super) fn scroll_to(id: &str) {
    let place = leptos::prelude::document().get_element_by_id(id);
    if let Some(place) = place {
        place.scroll_into_view();
    }
}
