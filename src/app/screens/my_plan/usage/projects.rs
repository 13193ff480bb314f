//! The month of each project: a person who is active in two counts twice (SPEC 3). There may be tens
//! of thousands, so the page shows some and searches for the others.

use std::rc::Rc;

use api::usage::{ProjectPage, ProjectUsage, Usage};

use crate::client::Client;
use crate::components::error_card::explain;
use crate::components::feedback::toast::Toasts;
use crate::components::form::button::patient;
use crate::components::form::field;
use crate::messages::{self, fill, format};
use crate::view::{Element, Live, View, div, el, h2, p, section, shared, spawn, table, td, th, tr};

/// The projects on the page.
#[derive(Clone, Copy)]
struct Shown {
    page: Live<Rc<ProjectPage>>,
    words: Live<String>,
    busy: Live<bool>,
    client: Client,
    toasts: Toasts,
}

/// The projects; nothing when there is only one.
pub(super) fn card(usage: &Usage) -> View {
    if usage.projects.total < 2 {
        return View::Nothing;
    }
    let shown = Shown {
        page: Live::new(Rc::new(usage.projects.clone())),
        words: Live::new(String::new()),
        busy: Live::new(false),
        client: shared(),
        toasts: shared(),
    };
    let head = div("card__head").child(h2("card__title").child(messages::plan().projects));
    let rest = usage.projects.next.is_some();
    section("card")
        .child(head)
        .child(rest.then(|| shown.find()))
        .live(move || rows(&shown.page.get()))
        .child(rest.then(|| shown.foot()))
        .into()
}

impl Shown {
    fn find(self) -> Element {
        let input = el("input")
            .class("field__input")
            .id("project-find")
            .attr("type", "search")
            .attr("autocomplete", "off")
            .attr("maxlength", "100")
            .on("input", move |event| {
                self.words.set(field::value(&event));
                self.ask(None);
            });
        div("projects__find").child(field::framed(
            "project-find",
            messages::plan().project_find,
            input,
        ))
    }

    /// Loads the projects whose name contains the words, or more of them. A response to other words is
    /// dropped.
    fn ask(self, after: Option<Rc<ProjectPage>>) {
        let words = self.words.get_now();
        self.busy.set(true);
        spawn(async move {
            let behind = after.as_ref().and_then(|page| page.next.as_deref());
            let answer = self.client.projects(&words, behind).await;
            if self.words.try_get_now() != Some(words) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(mut page) => {
                    if let Some(before) = after {
                        page.items.splice(0..0, before.items.iter().cloned());
                    }
                    self.page.set(Rc::new(page));
                }
                Err(failure) => self.toasts.say(explain(&failure).0),
            }
        });
    }

    /// How many projects are shown, and the button for more. It is never rebuilt, so it keeps the focus.
    fn foot(self) -> Element {
        let text = messages::plan();
        let counted = move || {
            let page = self.page.get();
            let counts = [page.items.len() as u64, page.total].map(format::count);
            fill(text.projects_shown, &[&counts[0], &counts[1]])
        };
        let load = move |_| {
            if !self.busy.get_now() {
                self.ask(Some(self.page.get_now()));
            }
        };
        let more = patient("button button--small", text.projects_more, move || {
            self.busy.get()
        });
        let more = more
            .attr("type", "button")
            .property("hidden", move || self.page.get().next.is_none())
            .on("click", load);
        div("projects__foot")
            .child(p("projects__minor").attr("role", "status").live(counted))
            .child(more)
    }
}

fn rows(page: &ProjectPage) -> Element {
    let text = messages::plan();
    if page.items.is_empty() {
        return p("projects__minor").child(text.projects_none);
    }
    let amount = "table__head table__head--amount";
    let head = [
        ("table__head", text.project),
        (amount, text.project_mau),
        (amount, text.project_previous),
        (amount, text.project_points),
    ];
    let head = head.map(|(class, label)| th(class).attr("scope", "col").child(label));
    table("table table--plain")
        .child(el("thead").child(tr("table__row").children(head)))
        .child(el("tbody").children(page.items.iter().map(row)))
}

fn row(project: &ProjectUsage) -> Element {
    let amount = |number: u64| td("table__cell table__cell--amount").child(format::count(number));
    tr("table__row")
        .child(
            th("table__cell")
                .attr("scope", "row")
                .child(project.name.as_str()),
        )
        .child(amount(project.parts.actual_mau()))
        .child(amount(project.previous_mau))
        .child(amount(project.data_points))
}
