//! Credentials of programs: issued with their token shown once, listed, revoked.

use api::usage::credential::{
    Credential, Credentials, IssueCredential, IssuedCredential, LONGEST_DAYS, LONGEST_NAME,
};
use billing::text::{OneLine, OneLineFault};

use super::card as titled;
use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::load::Loader;
use crate::components::error_card::{error_card, explain};
use crate::components::feedback::banner::{Tone, banner};
use crate::components::feedback::live_region::said;
use crate::components::form::button::patient;
use crate::components::form::field::{self, Labels, explained};
use crate::components::skeleton::{show, skeleton};
use crate::messages::{self, fill, format};
use crate::view::{Element, Live, Slot, button, div, el, p, spawn};

/// The validity that is offered first, in days.
const DAYS: &str = "365";

/// The state of the card.
#[derive(Debug, Clone, Copy)]
struct CredentialsState {
    client: Client,
    list: Loader<Credentials>,
    name: Live<String>,
    days: Live<String>,
    tells: Live<bool>,
    busy: Live<bool>,
    issued: Live<Option<IssuedCredential>>,
    refused: Live<Option<Failure>>,
    /// The id of the credential whose revocation is being confirmed.
    asked: Live<String>,
    slots: [Slot; 2],
    offset_minutes: i32,
}

pub(super) fn card(client: Client, offset_minutes: i32) -> Element {
    let text = messages::data();
    let state = CredentialsState {
        client,
        list: Loader::new(move || client.credentials()),
        name: Live::new(String::new()),
        days: Live::new(DAYS.to_owned()),
        tells: Live::new(false),
        busy: Live::new(false),
        issued: Live::new(None),
        refused: Live::new(None),
        asked: Live::new(String::new()),
        slots: [Slot::default(), Slot::default()],
        offset_minutes,
    };
    titled(text.credentials)
        .child(p("data__text").child(text.credentials_text))
        .child(said("status", move || {
            state.issued.get().as_ref().map(token)
        }))
        .child(said("alert", move || {
            state.refused.get().as_ref().map(trouble_of)
        }))
        .live(move || {
            show(
                state.list.get(),
                || skeleton(&["row"]),
                |list| state.rows(list).into(),
                |failure| {
                    let again = move || state.list.again();
                    error_card(text.credentials_loading, failure, again)
                },
            )
        })
        .child(state.form())
}

/// The token; it is shown only once.
fn token(issued: &IssuedCredential) -> Element {
    let text = messages::data();
    let title = fill(text.issued, &[&issued.credential.name]);
    let token = el("code").class("data__token").child(issued.token.as_str());
    banner(Tone::Coming, &title, &[text.token], Some(token))
}

fn trouble_of(failure: &Failure) -> Element {
    let (why, request) = explain(failure);
    banner(
        Tone::Over,
        messages::data().not_issued,
        &[&why, &request],
        None,
    )
}

impl CredentialsState {
    fn rows(self, list: &Credentials) -> Element {
        if list.credentials.is_empty() {
            return p("card__note").child(messages::data().credentials_none);
        }
        let rows = list
            .credentials
            .iter()
            .map(|credential| self.row(credential));
        el("ul").class("data__steps").children(rows)
    }

    fn row(self, credential: &Credential) -> Element {
        let text = messages::data();
        let at = |at| format::instant(at, self.offset_minutes);
        let state = match credential.revoked_at {
            Some(revoked) => fill(text.revoked, &[&at(revoked)]),
            None => fill(text.holds, &[&at(credential.expires_at)]),
        };
        let used = credential.last_used_at;
        let used = used.map_or_else(
            || text.never_used.to_owned(),
            |used| fill(text.used, &[&at(used)]),
        );
        let row = el("li").class("data__step").child(
            div("data__name")
                .child(p("data__title").child(credential.name.as_str()))
                .child(p("data__detail").child(format!("{state}, {used}"))),
        );
        if credential.revoked_at.is_some() {
            return row;
        }
        let (id, name) = (credential.id.clone(), credential.name.clone());
        row.child(div("data__revoke").live(move || self.revocation(&id, &name)))
    }

    /// The confirmation of a revocation: a program that uses the credential stops.
    fn revocation(self, id: &str, name: &str) -> Element {
        let text = messages::data();
        let own = id.to_owned();
        if self.asked.get() != id {
            return button("button button--small")
                .attr("type", "button")
                .attr("aria-label", fill(text.revoke_named, &[name]))
                .on("click", move |_| {
                    self.asked.set(own.clone());
                })
                .child(text.revoke);
        }
        let sure = button("button button--small")
            .attr("type", "button")
            .on("click", move |_| self.revoke(own.clone()))
            .child(fill(text.revoke_sure, &[name]));
        let keep = button("button button--small button--quiet")
            .attr("type", "button")
            .on("click", move |_| {
                self.asked.set(String::new());
            })
            .child(text.keep);
        div("data__revoke").child(sure).child(keep)
    }

    fn revoke(self, id: String) {
        spawn(async move {
            match self.client.revoke_credential(&id).await {
                Ok(list) => self.list.set(list),
                Err(failure) => {
                    self.refused.set(Some(failure));
                }
            }
        });
    }

    fn form(self) -> Element {
        let text = messages::data();
        let name = self.field(0, text.name, move || name_fault(&self.name.get()));
        let days = self.field(1, text.days, move || {
            days_of(&self.days.get())
                .is_none()
                .then(|| text.days_wrong.to_owned())
        });
        el("form")
            .class("data__form")
            .attr("novalidate", "")
            .on("submit", move |event| {
                event.prevent_default();
                self.issue();
            })
            .child(name)
            .child(days)
            .child(patient("button", text.issue, move || self.busy.get()))
    }

    /// The field for the name or for the days, by its index.
    fn field(
        self,
        place: usize,
        label: &str,
        fault: impl Fn() -> Option<String> + Copy + 'static,
    ) -> Element {
        let id = format!("data-credential-{place}");
        let value = if place == 0 { self.name } else { self.days };
        let wrong = move || self.tells.get().then(fault).flatten();
        let input = el("input")
            .class("field__input")
            .attr("type", "text")
            .attr("inputmode", if place == 0 { "text" } else { "numeric" })
            .attr("autocomplete", "off")
            .attr("value", value.get_now())
            .flag("aria-invalid", move || wrong().is_some())
            .on("input", move |event| {
                value.set(field::value(&event));
            })
            .slot(self.slots[place]);
        explained(&id, Labels::of(label), input, wrong)
    }

    /// The request, or the index of the first field with a fault.
    fn wanted(self) -> (Option<IssueCredential>, Option<usize>) {
        let (name, days) = (self.name.get(), self.days.get());
        if name_fault(&name).is_some() {
            return (None, Some(0));
        }
        match days_of(&days) {
            None => (None, Some(1)),
            Some(days) => (Some(IssueCredential { name, days }), None),
        }
    }

    fn issue(self) {
        self.tells.set(true);
        self.refused.set(None);
        let wanted = match self.wanted() {
            (Some(wanted), _) => wanted,
            (None, place) => return self.slots[place.unwrap_or_default()].focus(),
        };
        if self.busy.get_now() {
            return;
        }
        self.busy.set(true);
        spawn(async move {
            let issued = self.client.issue_credential(&wanted).await;
            self.busy.set(false);
            match issued {
                Ok(issued) => {
                    self.tells.set(false);
                    self.issued.set(Some(issued));
                    self.list.again();
                }
                Err(failure) => {
                    self.refused.set(Some(failure));
                }
            }
        });
    }
}

/// The fault of a name, by the rule that the server checks too.
fn name_fault(name: &str) -> Option<String> {
    let text = messages::data();
    let fault = match OneLine::parse(name).err().map(|mistyped| mistyped.fault) {
        None | Some(OneLineFault::Length(_)) => {
            let too_long = name.trim().chars().count() > LONGEST_NAME;
            return too_long.then(|| fill(text.name_long, &[&LONGEST_NAME.to_string()]));
        }
        Some(OneLineFault::Empty) => text.name_missing,
        Some(OneLineFault::Control) => text.name_control,
        Some(OneLineFault::CardNumber) => text.name_card,
    };
    Some(fault.to_owned())
}

fn days_of(text: &str) -> Option<u32> {
    let days = text.trim().parse().ok();
    days.filter(|days| (1..=LONGEST_DAYS).contains(days))
}
