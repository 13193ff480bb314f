//! The card of the form: its fields, each with its label above and its error below.

use api::support::{Support, Teammate, Ticket};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::files;
use super::form::Form;
use super::state::{Asked, Chosen};
use crate::client::Client;
use crate::client::load::Loader;
use crate::components::error_card::explain;
use crate::components::feedback::banner::{Tone, banner};
use crate::components::feedback::live_region::said;
use crate::components::form::button::patient;
use crate::components::form::field::{Labels, explained, framed, value};
use crate::components::icon::{Sign, icon};
use crate::messages::{self, fill};
use crate::view::{Element, View, button, div, el, h2, section, shared, span, spawn};

impl Form {
    pub(super) fn card(self, support: &Support, page: Loader<Support>) -> Element {
        let text = messages::support();
        let client: Client = shared();
        let own = [
            read_only("support-email", text.email, &support.email),
            read_only(
                "support-account",
                text.account_id,
                support.account_id.as_str(),
            ),
            read_only("support-name", text.account_name, &support.account_name),
        ];
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
        field(self, asked, Labels::of(label), input)
    }

    fn files(self) -> Element {
        let text = messages::support();
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
        let labels = Labels {
            label: text.attachments,
            hint: Some(text.attachments_hint),
        };
        field(self, Asked::Attachments, labels, input).live(move || self.chosen_files())
    }

    fn chosen_files(self) -> Option<Element> {
        let files = self.said.get().files;
        let item = |(place, file): (usize, &Chosen)| {
            let label = fill(messages::support().take_off, &[&file.name]);
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
        let text = messages::support();
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
            .live(move || self.fault_text(Asked::Team));
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
        let text = messages::support();
        if let Some(failure) = self.refused.get() {
            let (why, request) = explain(&failure);
            let details = [why.as_str(), text.kept, request.as_str()];
            return Some(banner(Tone::Over, text.not_sent, &details, None));
        }
        let count = self.said.get().faults().len();
        let title = fill(text.faults, &[&count.to_string()]);
        (self.tells.get() && count > 2).then(|| banner(Tone::Over, &title, &[], None))
    }
}

/// A field with its label, its hint and what is wrong with it.
fn field(form: Form, asked: Asked, labels: Labels<'_>, input: Element) -> Element {
    let input = input
        .flag("aria-invalid", move || form.wrong(asked).is_some())
        .slot(form.slot(asked));
    let id = format!("support-{}", asked.name());
    explained(&id, labels, input, move || form.fault_text(asked))
}

/// A select with nothing chosen at first.
fn select(form: Form, asked: Asked) -> Element {
    let text = messages::support();
    let (label, names): (_, &[&str]) = match asked {
        Asked::Topic => (text.topic, &text.topics),
        Asked::Category => (text.category, &text.categories),
        _ => (text.priority, &text.priorities),
    };
    let option = |place: String, name: &str| {
        let own = place.clone();
        el("option")
            .attr("value", place)
            .property("selected", move || form.chosen(asked) == own)
            .child(name)
    };
    let first = option(String::new(), text.choose);
    let options = (0..).zip(names);
    let options = options.map(|(place, name): (usize, &&str)| option(place.to_string(), name));
    let select = el("select")
        .class("field__input")
        .attr("required", "")
        .on("change", move |event| form.choose(asked, &value(&event)))
        .child(first)
        .children(options);
    field(form, asked, Labels::of(label), select)
}

fn read_only(id: &str, label: &str, value: &str) -> Element {
    let input = el("input")
        .class("field__input field__input--fixed")
        .id(id)
        .attr("type", "text")
        .attr("readonly", "")
        .attr("value", value);
    framed(id, label, input)
}

fn thanks(ticket: &Ticket) -> Element {
    let text = messages::support();
    let title = fill(text.sent, &[&ticket.number.to_string()]);
    let mut to = vec![ticket.opened_by.clone()];
    to.extend(ticket.team.iter().cloned());
    let detail = fill(text.sent_text, &[&to.join(", ")]);
    banner(Tone::Plain, &title, &[&detail], None)
}
