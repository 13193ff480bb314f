//! The sandbox's mailbox: the mails to the organization's people.

use api::sandbox::mailbox::{MailState, MailSummary, Mailbox};

use crate::client::Client;
use crate::client::load::Loader;
use crate::components::error_card::error_card;
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::components::skeleton::{show, skeleton};
use crate::messages::{self, format};
use crate::routing::navigation::link;
use crate::routing::route::{MailId, Page};
use crate::view::{
    Element, View, div, el, h2, live, many, p, section, shared, span, table, td, th, tr,
};

mod mail;

pub use mail::screen as mail;

pub fn screen() -> View {
    let client: Client = shared();
    let text = messages::mailbox();
    let list = Loader::new(move || client.mailbox());
    let body = live(move || {
        show(
            list.get(),
            || skeleton(&["row", "row", "row"]),
            ready,
            |failure| error_card(text.loading, failure, move || list.again()),
        )
    });
    many([
        page_head(text.title, None, View::Nothing).into(),
        p("card__note").child(text.about).into(),
        body,
    ])
}

fn ready(mailbox: &Mailbox) -> View {
    let text = messages::mailbox();
    if mailbox.items.is_empty() {
        return section("card state state--center")
            .child(span("state__icon").child(icon(Sign::Mail)))
            .child(h2("state__title").child(text.empty))
            .child(p("state__text").child(text.empty_text))
            .into();
    }
    let head = [text.subject, text.to, text.at, text.state];
    let head = head.map(|label| th("table__head").attr("scope", "col").child(label));
    let rows = mailbox
        .items
        .iter()
        .map(|mail| row(mail, mailbox.offset_minutes));
    let table = table("table table--cards")
        .child(el("thead").child(tr("table__row").children(head)))
        .child(el("tbody").children(rows));
    div("card table__frame").child(table).into()
}

fn row(mail: &MailSummary, offset_minutes: i32) -> Element {
    let subject = match MailId::parse(&mail.id) {
        Some(id) => link(Page::Mail(id), "table__link mailbox__subject"),
        None => span("table__link mailbox__subject"),
    };
    let minor = |words: String| td("table__cell table__cell--minor").child(words);
    tr("table__row mailbox__row")
        .child(
            th("table__cell")
                .attr("scope", "row")
                .child(subject.child(mail.subject.as_str())),
        )
        .child(minor(mail.to.clone()))
        .child(minor(format::instant(mail.at, offset_minutes)))
        .child(td("table__cell").child(state(mail.state)))
}

/// The chip of a delivery state.
fn state(state: MailState) -> Element {
    let text = messages::mailbox();
    let (class, sign, label) = match state {
        MailState::Waiting => ("chip", Sign::Clock, text.waiting),
        MailState::Sent => ("chip chip--ok", Sign::Check, text.sent),
        MailState::Parked => ("chip chip--danger", Sign::Warning, text.parked),
    };
    span(class).child(icon(sign)).child(label)
}
