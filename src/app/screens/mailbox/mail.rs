//! One mail: its text, and a link to it as its recipient sees it.

use api::sandbox::mailbox::Mail;

use super::state;
use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::load::{Load, Loader};
use crate::components::error_card::error_card;
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::components::skeleton::skeleton;
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::{MailId, Page};
use crate::screens::missing;
use crate::view::{Element, View, dd, div, dl, dt, el, live, many, p, shared};

pub fn screen(id: &MailId) -> View {
    let client: Client = shared();
    let asked = id.clone();
    let mail = Loader::new(move || {
        let id = asked.clone();
        async move { client.mail(id.as_str()).await }
    });
    let page = client.mail_page(id.as_str());
    live(move || match mail.get() {
        Load::Waiting => many([
            head(messages::mailbox().mail, View::Nothing).into(),
            skeleton(&["long", "row", "line", "line", "line"]),
        ]),
        Load::Failed(Failure::Refused(problem)) if problem.code == api::Code::NotFound => {
            missing::not_found()
        }
        Load::Failed(failure) => many([
            head(messages::mailbox().mail, View::Nothing).into(),
            error_card(messages::mailbox().loading_mail, &failure, move || {
                mail.again()
            }),
        ]),
        Load::Ready(found) => many([
            head(&found.summary.subject, state(found.summary.state)).into(),
            letter(&found, &page).into(),
        ]),
    })
}

fn head(title: &str, beside: impl Into<View>) -> Element {
    let back = link(Page::Mailbox, "page-head__link")
        .child(icon(Sign::Back))
        .child(messages::mailbox().title);
    page_head(title, Some(back), beside)
}

fn letter(mail: &Mail, page: &str) -> Element {
    let text = messages::mailbox();
    let facts = [
        (text.to, mail.summary.to.clone()),
        (
            text.at,
            format::instant(mail.summary.at, mail.offset_minutes),
        ),
        (text.about_what, mail.summary.kind.clone()),
    ];
    let facts = facts.into_iter().flat_map(|(label, fact)| {
        [
            dt("mailbox__label").child(label),
            dd("mailbox__fact").child(fact),
        ]
    });
    let given_up = mail.parked.as_ref();
    let given_up = given_up.map(|why| p("field__error").child(fill(text.given_up, &[why])));
    let as_seen = el("a")
        .class("button")
        .attr("href", page)
        .attr("target", "_blank")
        .attr("rel", "noopener")
        .child(text.as_seen);
    el("article")
        .class("card mailbox")
        .child(dl("mailbox__facts").children(facts))
        .child(given_up)
        .child(p("mailbox__text").child(mail.text.trim_end()))
        .child(div("card__foot").child(as_seen))
}
