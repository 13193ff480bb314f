//! The sandbox's payment method and billing details, which a trial or a failed debit may need. In
//! production these pages say that they are not built yet.

use api::audit::Section;
use api::invoicing::invoice::Party;
use api::plan::subscription::Subscription;
use api::sandbox::TestCard;
use billing::account::lifecycle::OnFile;

use super::missing;
use crate::account_status::LiveAccountStatus;
use crate::client::failure::Failure;
use crate::client::session::Who;
use crate::client::{Asked, Client};
use crate::components::activity;
use crate::components::error_card::explain;
use crate::components::feedback::banner::{Tone, banner};
use crate::components::feedback::live_region::said;
use crate::components::form::button::patient;
use crate::components::form::field::{Labels, explained, framed, value};
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::messages::{self, fill};
use crate::routing::navigation::link;
use crate::routing::route::{Later, Page};
use crate::view::{Element, Live, Slot, View, div, el, live, many, p, section, shared, spawn};

/// The test cards, in the order of their names.
const CARDS: [TestCard; 4] = [
    TestCard::Success,
    TestCard::Decline,
    TestCard::Timeout,
    TestCard::Authentication,
];

/// The fields, by their names in the API.
const FIELDS: [&str; 3] = ["name", "address", "tax_number"];

/// A form; its values survive every failed request.
#[derive(Debug, Clone, Copy)]
struct Form {
    card: Live<usize>,
    texts: [Live<String>; 3],
    slots: [Slot; 3],
    busy: Live<bool>,
    refused: Live<Option<Failure>>,
    saved: Live<Option<Subscription>>,
    client: Client,
}

/// The texts of a form.
struct Words {
    intro: &'static str,
    action: &'static str,
    done: fn(&Subscription) -> String,
}

pub fn payment_methods() -> View {
    page(Later::PaymentMethods, |form| {
        let text = messages::on_file();
        let options = text.cards.iter().enumerate().map(|(place, name)| {
            let option = el("option").attr("value", place.to_string());
            option.child(*name)
        });
        let select = el("select")
            .class("field__input")
            .id("on-file-card")
            .on("change", move |event| {
                form.card.set(value(&event).parse().unwrap_or_default());
            })
            .children(options);
        let send = move || {
            let card = CARDS.get(form.card.get_now()).copied();
            form.client.save_card(card.unwrap_or(TestCard::Success))
        };
        let card = framed("on-file-card", text.card, select);
        let words = Words {
            intro: text.card_text,
            action: text.card_action,
            done: |subscription| {
                let method = subscription.payment_method.as_ref();
                let method = method.map(|method| format!("{} {}", method.brand, method.last4));
                fill(
                    messages::on_file().card_saved,
                    &[&method.unwrap_or_default()],
                )
            },
        };
        form.card_of(&words, vec![card], send)
    })
}

pub fn billing_details() -> View {
    page(Later::BillingDetails, |form| {
        let text = messages::on_file();
        let line = || el("input").attr("type", "text");
        let hinted = |label, hint| Labels {
            label,
            hint: Some(hint),
        };
        let name = line().attr("autocomplete", "organization");
        let address = el("textarea").attr("rows", "4");
        let fields = vec![
            form.field(0, Labels::of(text.name), name),
            form.field(1, hinted(text.address, text.address_hint), address),
            form.field(2, hinted(text.tax_number, text.tax_hint), line()),
        ];
        let send = move || form.client.save_details(&form.party());
        let words = Words {
            intro: text.details_text,
            action: text.details_action,
            done: |_| messages::on_file().details_saved.to_owned(),
        };
        form.card_of(&words, fields, send)
    })
}

fn page(later: Later, form: impl FnOnce(Form) -> Element) -> View {
    let who: Live<Who> = shared();
    let live_status = LiveAccountStatus::here();
    match who.get_now() {
        Who::Person(session) if session.sandbox => many([
            live(move || {
                // In a pause there is no other link back.
                let back = (!live_status.has_pages()).then(back_to_plan);
                page_head(missing::later_name(later), back, View::Nothing)
            }),
            form(Form::new(shared())).into(),
            activity::card(&[Section::Billing], move || {
                live_status.known().is_some() && live_status.has_pages()
            }),
        ]),
        _ => missing::later(later),
    }
}

fn back_to_plan() -> Element {
    link(Page::MyPlan, "page-head__link")
        .child(icon(Sign::Back))
        .child(messages::plan().title)
}

impl Form {
    fn new(client: Client) -> Self {
        Self {
            card: Live::new(0),
            texts: FIELDS.map(|_| Live::new(String::new())),
            slots: FIELDS.map(|_| Slot::default()),
            busy: Live::new(false),
            refused: Live::new(None),
            saved: Live::new(None),
            client,
        }
    }

    /// The form in its card, with its result above.
    fn card_of(
        self,
        words: &Words,
        fields: Vec<Element>,
        send: impl Fn() -> Asked<Subscription> + 'static,
    ) -> Element {
        let title = words.done;
        let save = patient("button button--primary", words.action, move || {
            self.busy.get()
        });
        let form = el("form")
            .class("on-file")
            .attr("novalidate", "")
            .on("submit", move |event| {
                event.prevent_default();
                self.submit(&send);
            })
            .child(p("card__note").child(words.intro))
            .child(said("status", move || {
                self.saved.get().map(|now| done(&title(&now), &now))
            }))
            .child(said("alert", move || {
                self.refused.get().as_ref().map(not_saved)
            }))
            .children(fields)
            .child(div("card__foot").child(save));
        section("card").child(form)
    }

    fn field(self, place: usize, labels: Labels<'_>, input: Element) -> Element {
        let input = input
            .class("field__input")
            .flag("aria-invalid", move || self.fault(place).is_some())
            .slot(self.slots[place])
            .on("input", move |event| {
                self.texts[place].set(value(&event));
            });
        let id = format!("on-file-{}", FIELDS[place]);
        explained(&id, labels, input, move || self.fault(place))
    }

    /// The fault that the server found in a field.
    fn fault(self, place: usize) -> Option<String> {
        let Some(Failure::Refused(problem)) = self.refused.get() else {
            return None;
        };
        let mut faults = problem.fields.iter();
        let own = faults.find(|fault| fault.field == FIELDS[place]);
        own.map(|fault| fault.message.clone())
    }

    fn party(self) -> Party {
        let [name, address, tax_number] = self.texts.map(|text| text.get_now().trim().to_owned());
        let lines = address.lines().map(str::trim);
        Party {
            name,
            address: lines
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            tax_number: Some(tax_number).filter(|number| !number.is_empty()),
        }
    }

    fn submit(self, send: &impl Fn() -> Asked<Subscription>) {
        if self.busy.get_now() {
            return;
        }
        self.busy.set(true);
        self.saved.set(None);
        self.refused.set(None);
        let answer = send();
        spawn(async move {
            let answer = answer.await;
            self.busy.set(false);
            match answer {
                Ok(subscription) => {
                    self.saved.set(Some(subscription));
                }
                Err(failure) => {
                    self.refused.set(Some(failure));
                    let wrong = (0..FIELDS.len()).find(|place| self.fault(*place).is_some());
                    if let Some(wrong) = wrong {
                        self.slots[wrong].focus();
                    }
                }
            }
        });
    }
}

/// What is on file now, and a link to what is still missing, or back.
fn done(title: &str, subscription: &Subscription) -> Element {
    let text = messages::on_file();
    let on_file = subscription.trial.as_ref().map(|trial| trial.on_file);
    let trial = messages::trial();
    let (missing, page, label) = match on_file {
        Some(OnFile::Nothing | OnFile::BillingDetails) => (
            text.still_method,
            Page::Later(Later::PaymentMethods),
            trial.add_payment_method,
        ),
        Some(OnFile::PaymentMethod) => (
            text.still_details,
            Page::Later(Later::BillingDetails),
            trial.add_billing_details,
        ),
        Some(OnFile::Both) | None => ("", Page::MyPlan, messages::missing().to_plan),
    };
    let on = link(page, "button").child(label);
    banner(Tone::Plain, title, &[missing], Some(on))
}

fn not_saved(failure: &Failure) -> Element {
    let text = messages::on_file();
    let (why, request) = explain(failure);
    let details = [why.as_str(), text.kept, request.as_str()];
    banner(Tone::Over, text.not_saved, &details, None)
}
