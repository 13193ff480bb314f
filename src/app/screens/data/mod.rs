//! Data and integration: retention and region, received data, and exports.

use api::audit::Section;
use api::data::integration::Step;
use api::data::{Data, StepDone};
use billing::account::retention::{Plan, Region};

use crate::client::Client;
use crate::client::load::Loader;
use crate::components::activity;
use crate::components::error_card::error_card;
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::components::skeleton::{show, skeleton};
use crate::messages::{self, fill, format};
use crate::routing::links::links;
use crate::view::{Element, View, button, div, el, h2, live, many, p, section, shared, span};

mod credentials;
mod schema;

pub fn screen() -> View {
    let client: Client = shared();
    let text = messages::data();
    let page = Loader::new(move || client.data());
    let body = live(move || {
        show(
            page.get(),
            || skeleton(&["title", "row", "row", "line", "line"]),
            |data| ready(data, client),
            |failure| error_card(text.loading, failure, move || page.again()),
        )
    });
    let log = activity::card(&[Section::Data], move || page.get().ready().is_some());
    let head = page_head(text.title, None, View::Nothing);
    many([head.into(), body, log])
}

fn ready(data: &Data, client: Client) -> View {
    let main = div("columns__part")
        .child(checklist(data))
        .child(schema::card(data))
        .child(credentials::card(client, data.offset_minutes));
    let aside = div("columns__part")
        .child(retention(data))
        .child(export(data, client))
        .child(region(data.region))
        .child(privacy());
    div("columns").child(main).child(aside).into()
}

fn card(title: &str) -> Element {
    section("card").child(div("card__head").child(h2("card__title").child(title)))
}

fn retention(data: &Data) -> Element {
    let text = messages::data();
    let plan = match data.plan {
        Plan::Essentials => "Essentials",
        Plan::Basic => "Basic",
    };
    let months = data.retention_months.to_string();
    let oldest = data
        .oldest_held
        .map_or_else(|| text.oldest_none.to_owned(), format::date);
    let leaves = data
        .leaves_on
        .map(|day| fill(text.leaves, &[&format::date(day)]));
    let kept = fill(text.kept_from, &[&format::date(data.oldest_kept)]);
    let backups = fill(text.backups, &[&data.backup_days.to_string()]);
    card(text.retention)
        .child(p("data__text").child(fill(text.retention_text, &[plan, &months])))
        .child(p("data__label").child(text.oldest))
        .child(p("data__figure").child(oldest))
        .child(leaves.map(|leaves| p("data__detail").child(leaves)))
        .child(p("card__note").child(format!("{kept}. {backups}")))
}

fn export(data: &Data, client: Client) -> Element {
    let text = messages::data();
    let choices = [("csv", text.export_csv), ("json", text.export_json)];
    let choices = choices.map(|(format, label)| match data.export_refused {
        None => el("a")
            .class("button")
            .attr("href", client.export(format))
            .attr("download", "")
            .child(label),
        Some(_) => button("button")
            .attr("type", "button")
            .attr("aria-disabled", "true")
            .attr("aria-describedby", "data-export-refused")
            .child(label),
    });
    let refused = data.export_refused.as_ref().map(|why| {
        p("data__refused")
            .id("data-export-refused")
            .child(icon(Sign::Lock))
            .child(format!("{why}."))
    });
    card(text.export)
        .child(p("data__text").child(text.export_text))
        .child(refused)
        .child(div("card__foot").children(choices))
}

fn region(region: Region) -> Element {
    let text = messages::data();
    let name = match region {
        Region::Eu => text.region_eu,
    };
    let sales = el("a")
        .attr("href", &links().sales)
        .child(text.region_action);
    card(text.region)
        .child(p("data__figure").child(name))
        .child(p("data__text").child(text.region_text))
        .child(p("data__text").child(sales))
}

fn privacy() -> Element {
    let text = messages::data();
    let items = text.commitments.map(|(name, about)| {
        el("li")
            .child(el("b").child(name))
            .child(span("data__detail").child(format!(" {about}")))
    });
    card(text.privacy).child(el("ul").class("data__list").children(items))
}

fn checklist(data: &Data) -> Element {
    let text = messages::data();
    let done = data
        .steps
        .iter()
        .filter(|step| step.done_on.is_some())
        .count();
    let (done, all) = (done.to_string(), data.steps.len().to_string());
    let progress = fill(text.progress, &[&done, &all]);
    section("card")
        .child(
            div("card__head")
                .child(h2("card__title").child(text.checklist))
                .child(span("card__aside").child(progress)),
        )
        .child(
            el("ol")
                .class("data__steps")
                .children(data.steps.iter().map(step)),
        )
        .child(p("card__note").child(text.week))
}

fn step(step: &StepDone) -> Element {
    let text = messages::data();
    let (name, about) = match step.step {
        Step::Sdk => text.steps[0],
        Step::Schema => text.steps[1],
        Step::FirstEvents => text.steps[2],
    };
    let (class, sign, label) = match step.done_on {
        Some(day) => (
            "chip chip--ok",
            Sign::Check,
            fill(text.done_on, &[&format::date(day)]),
        ),
        None => ("chip", Sign::Clock, text.to_do.to_owned()),
    };
    el("li")
        .class("data__step")
        .child(
            div("data__name")
                .child(p("data__title").child(name))
                .child(p("data__detail").child(about)),
        )
        .child(span(class).child(icon(sign)).child(label))
}
