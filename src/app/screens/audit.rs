//! The Audit page: who did what and when, and the values before and after (SPEC R20).

use api::audit::{Activity, Section};

use crate::client::load::Loader;
use crate::client::{Client, selected};
use crate::components::activity::table;
use crate::components::error_card::error_card;
use crate::components::feedback::live_region::said;
use crate::components::form::field::{framed, value};
use crate::components::icon::{Sign, icon};
use crate::components::more::more;
use crate::components::page_head::page_head;
use crate::components::skeleton::{show, skeleton};
use crate::messages::{self, fill};
use crate::routing::navigation::{Navigation, Step};
use crate::routing::route::Page;
use crate::view::{Element, Live, View, div, el, h2, live, many, p, section, shared, span, watch};

pub fn screen() -> View {
    let client: Client = shared();
    let navigation = Navigation::here();
    let text = messages::audit();
    let chosen = Live::new(section_of(&navigation.page_now()));
    let log = Loader::new(move || client.activity(&selected(chosen_now(chosen).as_slice(), "")));
    // The page stays while its filter changes; the entries stay until the response arrives.
    watch(move || {
        if let Page::Audit(section) = navigation.page()
            && chosen.get_now() != section
        {
            chosen.set(section);
            log.again();
        }
    });
    let body = live(move || {
        show(
            log.get(),
            || skeleton(&["row", "row", "row", "row", "row", "row"]),
            |page| ready(page, log, chosen, client),
            |failure| error_card(text.loading, failure, move || log.again()),
        )
    });
    let shown = said("status", move || {
        let page = log.get();
        page.ready()
            .map(|page| fill(text.shown, &[&page.items.len().to_string()]))
    });
    many([
        page_head(text.title, None, download(client, chosen)).into(),
        div("activity__tools")
            .child(filter(chosen, navigation))
            .child(shown.class("activity__detail"))
            .into(),
        body,
    ])
}

fn section_of(page: &Page) -> Option<Section> {
    match page {
        Page::Audit(section) => *section,
        _ => None,
    }
}

fn chosen_now(chosen: Live<Option<Section>>) -> Vec<Section> {
    chosen.get_now().into_iter().collect()
}

fn ready(
    page: &Activity,
    log: Loader<Activity>,
    chosen: Live<Option<Section>>,
    client: Client,
) -> View {
    let text = messages::audit();
    if page.items.is_empty() {
        return section("card state state--center")
            .child(span("state__icon").child(icon(Sign::Clock)))
            .child(h2("state__title").child(text.empty))
            .child(p("state__text").child(text.empty_text))
            .into();
    }
    let shown = page.clone();
    let older = page.next.map(|next| {
        more(text.older, move || {
            let mut page = shown.clone();
            let query = selected(&chosen_now(chosen), &format!("before={next}"));
            Box::pin(async move {
                let older = client.activity(&query).await?;
                page.items.extend(older.items);
                page.next = older.next;
                log.set(page);
                Ok(())
            })
        })
    });
    many([
        div("card table__frame").child(table(page)).into(),
        older.into(),
    ])
}

/// The filter by section; the address holds the choice.
fn filter(chosen: Live<Option<Section>>, navigation: Navigation) -> Element {
    let text = messages::audit();
    let option = |section: Option<Section>, label: &str| {
        el("option")
            .attr("value", section.map_or("", Section::as_str))
            .property("selected", move || chosen.get() == section)
            .child(label)
    };
    let sections = Section::ALL.iter().copied();
    let sections = sections.map(|section| option(Some(section), (text.section)(section)));
    let id = "activity-section";
    let select = el("select")
        .class("field__input")
        .id(id)
        .on("change", move |event| {
            let page = Page::Audit(Section::parse(&value(&event)));
            navigation.go(&page, Step::Replace);
        })
        .child(option(None, text.everything))
        .children(sections);
    framed(id, text.section_label, select)
}

/// The link that downloads the chosen entries; nothing when the host uses tokens.
fn download(client: Client, chosen: Live<Option<Section>>) -> View {
    let address = move || {
        let sections: Vec<Section> = chosen.get().into_iter().collect();
        client.activity_csv(&selected(&sections, ""))
    };
    live(move || {
        address().map(|address| {
            let link = el("a")
                .class("button")
                .attr("href", address)
                .attr("download", "")
                .child(messages::audit().download);
            div("page-head__actions").child(link)
        })
    })
}
