//! Support: the form of a ticket, the tickets so far, and six links to help.

use api::audit::Section;
use api::support::{Support, Ticket, TicketStatus};

use crate::client::Client;
use crate::client::load::Loader;
use crate::components::activity;
use crate::components::error_card::error_card;
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::components::skeleton::{show, skeleton};
use crate::messages::{self, fill, format};
use crate::routing::links::links;
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::view::{Element, View, div, el, h2, live, many, p, section, shared, span};

mod fields;
mod files;
mod form;
mod form_view;
pub mod state;

pub fn screen() -> View {
    let client: Client = shared();
    let text = messages::support();
    let page = Loader::new(move || client.support());
    let form = form::Form::new();
    let body = live(move || {
        show(
            page.get(),
            || skeleton(&["title", "row", "row", "row", "line", "line"]),
            |support| ready(support, page, form),
            |failure| error_card(text.loading, failure, move || page.again()),
        )
    });
    let log = activity::card(&[Section::Support], move || page.get().ready().is_some());
    let head = page_head(text.title, None, View::Nothing);
    many([head.into(), body, log])
}

fn ready(support: &Support, page: Loader<Support>, form: form::Form) -> View {
    let main = div("columns__part")
        .child(form.card(support, page))
        .child(tickets(support));
    let aside = div("columns__part").child(help());
    div("columns").child(main).child(aside).into()
}

fn tickets(support: &Support) -> Element {
    let text = messages::support();
    let items = support.tickets.iter();
    let items = items.map(|ticket| item(ticket, support.offset_minutes));
    let list = match support.tickets.is_empty() {
        true => p("card__note").child(text.no_tickets),
        false => el("ul").class("support__tickets").children(items),
    };
    section("card")
        .id("tickets")
        .child(div("card__head").child(h2("card__title").child(text.tickets)))
        .child(list)
}

fn item(ticket: &Ticket, offset_minutes: i32) -> Element {
    let text = messages::support();
    let number = ticket.number.to_string();
    let at = format::instant(ticket.opened_at, offset_minutes);
    let about = |sentence: &str, list: &[String]| {
        let line = fill(sentence, &[&list.join(", ")]);
        (!list.is_empty()).then(|| p("support__detail").child(line))
    };
    let opened = fill(text.opened, &[&at, &ticket.opened_by]);
    let title = el("summary")
        .class("support__summary")
        .child(span("support__subject").child(fill(text.ticket, &[&number, &ticket.subject])));
    let (class, sign, label) = match ticket.status {
        TicketStatus::Open => ("chip chip--accent", Sign::Clock, text.open),
        TicketStatus::Closed => ("chip chip--ok", Sign::Check, text.closed),
    };
    let title = title.child(span(class).child(icon(sign)).child(label));
    el("li").class("support__ticket").child(
        el("details")
            .child(title)
            .child(p("support__detail").child(opened))
            .child(p("support__words").child(ticket.description.as_str()))
            .child(about(text.with_files, &ticket.attachments))
            .child(about(text.with_team, &ticket.team)),
    )
}

/// The six links to help; two of them stay in the app.
fn help() -> Element {
    let text = messages::support();
    let places = links();
    let outside = |to: &str| {
        el("a")
            .attr("href", to)
            .attr("target", "_blank")
            .attr("rel", "noopener noreferrer")
    };
    let tickets = el("a").attr("href", "#tickets").on("click", |event| {
        event.prevent_default();
        form::scroll_to("tickets");
    });
    let ways = [
        tickets,
        outside(&places.documentation),
        outside(&places.videos),
        link(Page::Data, ""),
        outside(&places.university),
        outside(&places.upskill),
    ];
    let items = ways
        .into_iter()
        .zip(text.links)
        .map(|(way, (name, about))| {
            el("li")
                .child(way.class("support__link").child(name))
                .child(p("support__detail").child(about))
        });
    section("card")
        .child(div("card__head").child(h2("card__title").child(text.help)))
        .child(el("ul").class("support__links").children(items))
        .child(p("card__note").child(text.manager))
}
