//! Navigation between pages. Screens name a [`Page`]; only this module changes the address.

use std::rc::Rc;

use leptos::prelude::*;
use leptos_router::location::{BrowserUrl, LocationChange, LocationProvider};
use wasm_bindgen::JsCast;
use web_sys::{Event, MouseEvent};

use crate::browser::online::listen;
use crate::browser::storage::{self, Keep};
use crate::routing::route::Page;
use crate::view::{Element, Live, el};

/// Where the address of the open page is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Routing {
    /// In the path of the browser's address, below this base.
    History(String),
    /// In the hash of the browser's address.
    Hash,
    /// In memory only.
    Memory,
}

/// What happens to the current entry of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It stays: Back leads to it.
    Onward,
    /// The new address replaces it.
    Replace,
}

/// The open page, and navigation to others.
#[derive(Debug, Clone, Copy)]
pub struct Navigation {
    address: Live<String>,
    keeper: StoredValue<Keeper, LocalStorage>,
    /// Whether the app made the last change of page; otherwise it was Back or Forward.
    onward: Live<bool>,
}

/// The owner of the address: path, hash or memory.
#[derive(Clone)]
struct Keeper {
    /// The prefix of the app's paths in links.
    prefix: Rc<str>,
    go: Rc<dyn Fn(String, Step)>,
    /// Whether the app may set the title and the scroll position of the window.
    owns_window: bool,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

impl Navigation {
    fn new(address: Live<String>, keeper: Keeper) -> Self {
        let navigation = Self {
            address,
            onward: Live::new(true),
            keeper: StoredValue::new_local(keeper),
        };
        // Saved when scrolling ends: Back and Forward change the address before the old page can be read.
        listen("scrollend", move || navigation.keep_scroll());
        navigation
    }

    /// The navigation of this app.
    pub fn here() -> Self {
        expect_context::<Self>()
    }

    /// The open page; a reader is notified when it changes.
    pub fn page(self) -> Page {
        Page::parse(&self.address.get())
    }

    /// The open page, read without tracking.
    pub fn page_now(self) -> Page {
        Page::parse(&self.address.get_now())
    }

    /// The address of a page, for a link.
    pub fn href(self, page: &Page) -> String {
        format!("{}{}", self.keeper.get_value().prefix, page.to_path())
    }

    pub fn go(self, page: &Page, step: Step) {
        self.keep_scroll();
        self.onward.set(true);
        (self.keeper.get_value().go)(page.to_path(), step);
    }

    /// Replaces an alias in the address by the page's own path.
    pub fn tidy(self) {
        let page = self.page_now();
        if page != Page::Unknown && page.to_path() != self.address.get_now() {
            self.go(&page, Step::Replace);
        }
    }

    /// Sets the window's title and scroll position after a page was built.
    pub fn arrive(self, title: &str) {
        let Some(onward) = self.onward.try_get_now() else {
            return;
        };
        self.onward.set(false);
        if self.keeper.get_value().owns_window {
            document().set_title(title);
            if onward {
                window().scroll_to_with_x_and_y(0.0, 0.0);
            } else {
                scroll_back(scroll_name(&self.address.get_now()), 40);
            }
        }
    }

    /// Reloads the whole app.
    pub fn reload(self) {
        let _ = window().location().reload();
    }

    fn keep_scroll(self) {
        if self.keeper.get_value().owns_window {
            let name = scroll_name(&self.address.get_now());
            storage::write(Keep::Session, &name, &scrolled().to_string());
        }
    }
}

fn scroll_name(address: &str) -> String {
    format!("prorata-scroll:{address}")
}

/// How far the window is scrolled, in whole pixels: formatting a float would add 10 kB of code.
fn scrolled() -> i32 {
    let place = window().scroll_y().unwrap_or_default();
    #[allow(clippy::cast_possible_truncation)]
    let whole = place as i32;
    whole
}

/// Scrolls to where the page was left, as soon as it is long enough; gives up after `tries` frames.
fn scroll_back(name: String, tries: u32) {
    let place = storage::read(Keep::Session, &name).and_then(|place| place.parse().ok());
    let Some(place) = place.filter(|place: &i32| *place > 0) else {
        return;
    };
    window().scroll_to_with_x_and_y(0.0, f64::from(place));
    if scrolled() < place && tries > 0 {
        request_animation_frame(move || scroll_back(name, tries - 1));
    }
}

/// The navigation that the host chose.
pub fn start(routing: Routing) -> Navigation {
    match routing {
        Routing::History(base) => history(base),
        Routing::Hash => hash(),
        Routing::Memory => memory(),
    }
}

/// The path of the browser's address, read and written by the router's own provider. The provider's
/// listeners are not used: they would handle every link of the host's page.
fn history(base: String) -> Navigation {
    let below = base.clone();
    let read = move || {
        let url = BrowserUrl::current().unwrap_or_default();
        let path = url.path().strip_prefix(&below).unwrap_or("/not-found");
        match url.search() {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    };
    let address = Live::new(read());
    listen("popstate", move || address.set_if_other(read()));
    let prefix = Rc::from(base.as_str());
    let go = move |path: String, step| {
        let change = LocationChange {
            value: format!("{base}{path}"),
            replace: step == Step::Replace,
            scroll: false,
            ..LocationChange::default()
        };
        // A new provider each time, because it remembers the page that the browser has gone back from.
        if let Ok(browser) = BrowserUrl::new() {
            browser.complete_navigation(&change);
            address.set_if_other(path);
        }
    };
    let keeper = Keeper {
        prefix,
        go: Rc::new(go),
        owns_window: true,
    };
    Navigation::new(address, keeper)
}

fn hash() -> Navigation {
    let read = || {
        let hash = window().location().hash().unwrap_or_default();
        match hash.trim_start_matches('#') {
            "" => "/".to_owned(),
            path => path.to_owned(),
        }
    };
    let address = Live::new(read());
    listen("hashchange", move || address.set_if_other(read()));
    let go = |path: String, step| {
        let location = window().location();
        let _ = match step {
            Step::Onward => location.set_hash(&path),
            Step::Replace => location.replace(&format!("#{path}")),
        };
    };
    let keeper = Keeper {
        prefix: Rc::from("#"),
        go: Rc::new(go),
        owns_window: true,
    };
    Navigation::new(address, keeper)
}

fn memory() -> Navigation {
    let address = Live::new("/".to_owned());
    let keeper = Keeper {
        prefix: Rc::from(""),
        go: Rc::new(move |path, _| address.set_if_other(path)),
        owns_window: false,
    };
    Navigation::new(address, keeper)
}

/// A link to a page.
pub fn link(to: Page, class: &str) -> Element {
    let navigation = Navigation::here();
    let href = navigation.href(&to);
    el("a")
        .class(class)
        .attr("href", href)
        .on("click", move |event: Event| {
            let click: &MouseEvent = event.unchecked_ref();
            let is_plain = click.button() == 0
                && !(click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key());
            if is_plain && !event.default_prevented() {
                event.prevent_default();
                navigation.go(&to, Step::Onward);
            }
        })
}
