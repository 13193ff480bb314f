//! Sign-in: shown at every address, which stays the same.

use std::rc::Rc;

use api::Code;
use api::session::SignIn;
use leptos::prelude::request_animation_frame;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::session::Who;
use crate::components::error_card::explain;
use crate::components::feedback::live_region::said;
use crate::components::form::button::patient;
use crate::components::form::field::framed;
use crate::components::monogram::monogram;
use crate::messages;
use crate::routing::navigation::Navigation;
use crate::view::{Element, Live, Slot, View, el, h1, many, p, section, shared, spawn};

mod again;
pub mod state;

pub use again::again;

use state::{Missing, missing};

pub fn screen() -> View {
    let text = messages::sign_in();
    let product = messages::shell().product;
    let navigation = Navigation::here();
    request_animation_frame(move || navigation.arrive(text.title));
    let card = section("card sign-in__card")
        .child(
            h1("sign-in__title")
                .attr("tabindex", "-1")
                .child(text.title),
        )
        .child(p("sign-in__text").child(text.text))
        .child(form("", Slot::default()));
    el("main")
        .class("sign-in")
        .child(p("sign-in__brand").child(monogram(product)).child(product))
        .child(card)
        .into()
}

/// The state of the form.
#[derive(Debug, Clone, Copy)]
struct Form {
    email: Slot,
    password: Slot,
    lacks: Live<Option<Missing>>,
    refused: Live<Option<Failure>>,
    busy: Live<bool>,
}

/// The form, with a known e-mail address and the slot of its password field.
fn form(known: &str, password: Slot) -> Element {
    let text = messages::sign_in();
    let (client, who) = (shared::<Client>(), shared::<Live<Who>>());
    let form = Form {
        email: Slot::default(),
        password,
        lacks: Live::new(None),
        refused: Live::new(None),
        busy: Live::new(false),
    };
    let refusal = move || form.refused.get().as_ref().map(refusal);
    let lacks = move |what| move || form.lacks.get() == Some(what);
    el("form")
        .class("sign-in__form")
        .attr("novalidate", "")
        .on("submit", move |event| {
            event.prevent_default();
            form.submit(client, who);
        })
        .child(said("alert", refusal))
        .child(field("email", "username", text.email, known).with(
            form.email,
            text.email_missing,
            lacks(Missing::Email),
        ))
        .child(
            field("password", "current-password", text.password, "").with(
                form.password,
                text.password_missing,
                lacks(Missing::Password),
            ),
        )
        .child(patient(
            "button button--primary button--wide",
            text.action,
            move || form.busy.get(),
        ))
}

impl Form {
    fn submit(self, client: Client, who: Live<Who>) {
        let with = SignIn {
            email: value(self.email).trim().to_owned(),
            password: value(self.password),
        };
        self.refused.set(None);
        let lacks = missing(&with);
        self.lacks.set(lacks);
        match lacks {
            Some(Missing::Email) => self.email.focus(),
            Some(Missing::Password) => self.password.focus(),
            None if self.busy.get_now() => {}
            None => {
                self.busy.set(true);
                spawn(async move {
                    match client.sign_in(&with).await {
                        Ok(session) => {
                            who.set(Who::Person(Rc::new(session)));
                        }
                        Err(failure) => {
                            self.busy.set(false);
                            self.refused.set(Some(failure));
                            self.password.focus();
                        }
                    }
                });
            }
        }
    }
}

fn value(input: Slot) -> String {
    let input = input.get_now();
    input.map_or_else(String::new, |input| {
        input.unchecked_ref::<HtmlInputElement>().value()
    })
}

fn refusal(failure: &Failure) -> View {
    let (why, request) = match failure.code() {
        Some(Code::WrongCredentials) => (messages::sign_in().wrong.to_owned(), String::new()),
        _ => explain(failure),
    };
    many([
        p("field__error").child(why).into(),
        p("field__hint").child(request).into(),
    ])
}

/// A field before its label, hint and error are added.
struct Field<'a> {
    name: &'static str,
    complete: &'static str,
    label: &'static str,
    value: &'a str,
}

const fn field<'a>(
    name: &'static str,
    complete: &'static str,
    label: &'static str,
    value: &'a str,
) -> Field<'a> {
    Field {
        name,
        complete,
        label,
        value,
    }
}

impl Field<'_> {
    fn with(
        self,
        slot: Slot,
        error: &'static str,
        is_wrong: impl Fn() -> bool + Copy + 'static,
    ) -> Element {
        let id = format!("sign-in-{}", self.name);
        let error_id = format!("{id}-error");
        let input = el("input")
            .class("field__input")
            .id(id.as_str())
            .attr("name", self.name)
            .attr("type", self.name)
            .attr("autocomplete", self.complete)
            .attr("autocapitalize", "none")
            .attr("value", self.value)
            .attr("required", "")
            .attr("aria-describedby", error_id.as_str())
            .flag("aria-invalid", is_wrong)
            .slot(slot);
        framed(&id, self.label, input).child(
            p("field__error")
                .id(error_id)
                .live(move || is_wrong().then_some(error)),
        )
    }
}
