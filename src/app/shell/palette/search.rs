//! The dialog of the palette.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

use crate::browser::theme::{Appearance, Theme};
use crate::client::Client;
use crate::components::form::field::value;
use crate::components::form::modal::modal;
use crate::messages::{self, fill};
use crate::routing::navigation::{Navigation, Step};
use crate::routing::route::Page;
use crate::view::{Element, Live, Slot, View, el, live, many, p, shared, spawn, watch};

use super::Dialog;
use super::shortcuts::Shortcuts;
use super::state::{Entry, Offer, matching, step};

const LIST: &str = "palette-list";

/// The typed text, the offered entries, and the chosen one.
#[derive(Debug, Clone, Copy)]
struct Palette {
    slot: Slot,
    input: Slot,
    typed: Live<String>,
    chosen: Live<usize>,
    offers: Live<Vec<Offer>>,
    navigation: Navigation,
    appearance: Appearance,
    client: Client,
    shortcuts: Shortcuts,
}

/// The dialogs of the palette and of the shortcuts; each opens when it is asked for.
pub(super) fn dialogs(asked: Live<Option<Dialog>>) -> View {
    let palette = Palette {
        slot: Slot::default(),
        input: Slot::default(),
        typed: Live::new(String::new()),
        chosen: Live::new(0),
        offers: Live::new(Vec::new()),
        navigation: Navigation::here(),
        appearance: shared(),
        client: shared(),
        shortcuts: Shortcuts::start(),
    };
    watch(move || {
        let Some(dialog) = asked.get() else {
            return;
        };
        asked.set(None);
        let open = move || match dialog {
            Dialog::Palette => palette.open(),
            Dialog::Shortcuts => palette.shortcuts.open(),
        };
        // At once, so that no key is lost; the first time when the dialogs are on the page.
        match untrack(|| modal(palette.slot)).is_some_and(|dialog| dialog.is_connected()) {
            true => open(),
            false => request_animation_frame(open),
        }
    });
    many([palette.dialog().into(), palette.shortcuts.dialog().into()])
}

impl Palette {
    fn open(self) {
        let Some(dialog) = modal(self.slot).filter(|dialog| !dialog.open()) else {
            return;
        };
        self.typed.set(String::new());
        self.chosen.set(0);
        self.offers.set(pages_and_actions());
        if let Some(input) = self.input.get_now() {
            input.unchecked_ref::<HtmlInputElement>().set_value("");
        }
        let _ = dialog.show_modal();
        // If the invoices cannot be loaded, the palette still offers pages and actions.
        spawn(async move {
            if let Ok(invoices) = self.client.invoices(None).await {
                let mut offers = pages_and_actions();
                offers.extend(invoices.items.iter().map(|invoice| {
                    let number = invoice.number.clone();
                    let label = fill(messages::invoices().invoice, &[number.as_str()]);
                    Offer::new(label, Entry::Page(Page::Invoice(number)))
                }));
                self.offers.set(offers);
            }
        });
    }

    fn found(self) -> Vec<Offer> {
        matching(&self.offers.get(), &self.typed.get())
    }

    fn act(self, entry: &Entry) {
        if let Some(dialog) = modal(self.slot) {
            dialog.close();
        }
        match entry {
            Entry::Page(page) => self.navigation.go(page, Step::Onward),
            Entry::Theme(theme) => self.appearance.choose(*theme),
            Entry::Print => {
                let _ = window().print();
            }
            Entry::Shortcuts => self.shortcuts.open(),
        }
    }

    fn press(self, event: &KeyboardEvent) {
        let found = matching(&self.offers.get_now(), &self.typed.get_now());
        if let Some(next) = step(&event.key(), self.chosen.get_now(), found.len()) {
            event.prevent_default();
            self.chosen.set(next);
            self.show_chosen(next);
        } else if event.key() == "Enter" {
            event.prevent_default();
            if let Some(offer) = found.get(self.chosen.get_now()) {
                self.act(&offer.entry);
            }
        }
    }

    fn show_chosen(self, at: usize) {
        let option = self.slot.get_now().and_then(|dialog| {
            let option = dialog.query_selector(&format!("#palette-{at}"));
            option.ok().flatten()
        });
        if let Some(option) = option {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    fn dialog(self) -> Element {
        let text = messages::palette();
        let input = el("input")
            .class("field__input")
            .attr("type", "text")
            .attr("role", "combobox")
            .attr("aria-expanded", "true")
            .attr("aria-controls", LIST)
            .attr("aria-label", text.label)
            .attr("placeholder", text.placeholder)
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("autofocus", "")
            .attr_live("aria-activedescendant", move || {
                let at = self.chosen.get();
                (at < self.found().len()).then(|| format!("palette-{at}"))
            })
            .slot(self.input)
            .on("input", move |event: Event| {
                self.typed.set(value(&event));
                self.chosen.set(0);
            })
            .on("keydown", move |event: Event| {
                self.press(event.unchecked_ref())
            });
        el("dialog")
            .class("dialog palette")
            .attr("aria-label", text.title)
            .slot(self.slot)
            .child(input)
            .child(
                el("ul")
                    .class("palette__list")
                    .id(LIST)
                    .attr("role", "listbox")
                    .attr("aria-label", text.title)
                    .child(live(move || self.options())),
            )
            .child(
                p("palette__none")
                    .attr("role", "status")
                    .live(move || self.found().is_empty().then_some(text.none)),
            )
    }

    fn options(self) -> View {
        let found = self.found().into_iter().enumerate();
        many(found.map(|(at, offer)| {
            let entry = offer.entry;
            el("li")
                .class("palette__option")
                .id(format!("palette-{at}"))
                .attr("role", "option")
                .flag("aria-selected", move || self.chosen.get() == at)
                .on("click", move |_| self.act(&entry))
                .child(offer.label)
                .into()
        }))
    }
}

fn pages_and_actions() -> Vec<Offer> {
    let text = messages::palette();
    let pages = Page::everywhere().into_iter().zip(text.pages);
    let mut offers: Vec<Offer> = pages
        .map(|(page, label)| Offer::new(label, Entry::Page(page)))
        .collect();
    let themes = Theme::ALL.into_iter().zip(text.themes);
    offers.extend(themes.map(|(theme, label)| Offer::new(label, Entry::Theme(theme))));
    offers.push(Offer::new(text.print, Entry::Print));
    offers.push(Offer::new(text.shortcuts, Entry::Shortcuts));
    offers
}
