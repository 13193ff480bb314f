//! The way from page to page. Screens name a [`Page`]; who keeps the address is known here alone.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Router;
use leptos_router::hooks::{use_location, use_navigate};

use crate::options::Routing;
use crate::route::Page;
use crate::storage::{self, Keep};

/// What becomes of the address that is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Back leads to it again.
    Onward,
    /// The new one stands in its place.
    Replace,
}

type Go = Box<dyn Fn(String, Step)>;

/// The open page, and the way to others.
#[derive(Clone, Copy)]
pub struct Navigation {
    address: Signal<String>,
    page: Memo<Page>,
    go: StoredValue<Go, LocalStorage>,
    prefix: StoredValue<String>,
    /// Whether the last change of the page was a step of ours; else it was back or forward.
    onward: StoredValue<bool>,
    /// Whether the window and its title are ours to touch.
    owns_window: bool,
}

impl std::fmt::Debug for Navigation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Navigation").finish_non_exhaustive()
    }
}

impl Navigation {
    fn new(address: Signal<String>, prefix: String, go: Go) -> Self {
        Self {
            address,
            page: Memo::new(move |_| Page::parse(&address.get())),
            go: StoredValue::new_local(go),
            prefix: StoredValue::new(prefix),
            onward: StoredValue::new(true),
            owns_window: true,
        }
    }

    /// The navigation of this app.
    #[must_use]
    pub fn here() -> Self {
        expect_context::<Self>()
    }

    /// The open page.
    #[must_use]
    pub fn page(self) -> Page {
        self.page.get()
    }

    /// The open page, without listening.
    #[must_use]
    pub fn page_now(self) -> Page {
        self.page.get_untracked()
    }

    /// The address of a page, for a link.
    #[must_use]
    pub fn href(self, page: &Page) -> String {
        format!("{}{}", self.prefix.get_value(), page.to_path())
    }

    /// Opens a page.
    pub fn go(self, page: &Page, step: Step) {
        self.keep_scroll();
        self.onward.set_value(true);
        self.go.with_value(|go| go(page.to_path(), step));
    }

    /// Spells the address as the page does, where it was an alias.
    pub fn tidy(self) {
        let page = self.page_now();
        if page != Page::Unknown && page.to_path() != self.address.get_untracked() {
            self.go(&page, Step::Replace);
        }
    }

    /// After a page has been put up: the window's title and place. Gives whether it was a step
    /// onward.
    pub fn arrive(self, title: &str) -> bool {
        let onward = self.onward.get_value();
        self.onward.set_value(false);
        if self.owns_window {
            document().set_title(title);
            if onward {
                window().scroll_to_with_x_and_y(0.0, 0.0);
            } else {
                scroll_back(scroll_name(&self.address.get_untracked()), 40);
            }
        }
        onward
    }

    /// Remembers how far the open page is scrolled.
    pub fn keep_scroll(self) {
        if self.owns_window {
            let name = scroll_name(&self.address.get_untracked());
            let place = window().scroll_y().unwrap_or_default();
            storage::write(Keep::Session, &name, &place.to_string());
        }
    }

    /// Loads the whole app anew.
    pub fn reload(self) {
        let _ = window().location().reload();
    }
}

fn scroll_name(address: &str) -> String {
    format!("prorata-scroll:{address}")
}

/// Scrolls to where the page was left, as soon as it is long enough.
fn scroll_back(name: String, tries: u32) {
    let place = storage::read(Keep::Session, &name).and_then(|place| place.parse().ok());
    let Some(place) = place.filter(|place: &f64| *place > 0.0) else {
        return;
    };
    window().scroll_to_with_x_and_y(0.0, place);
    let there = window().scroll_y().unwrap_or_default() >= place - 1.0;
    if !there && tries > 0 {
        request_animation_frame(move || scroll_back(name, tries - 1));
    }
}

/// Provides the navigation that the host chose, around the whole app.
#[component]
pub fn Provider(routing: Routing, children: ChildrenFn) -> impl IntoView {
    match routing {
        Routing::History(base) => view! {
            <Router base=base.clone()>
                {
                    provide_context(history(base));
                    children()
                }
            </Router>
        }
        .into_any(),
        Routing::Hash => {
            provide_context(hash());
            children().into_any()
        }
        Routing::Memory => {
            provide_context(memory());
            children().into_any()
        }
    }
}

fn history(base: String) -> Navigation {
    let location = use_location();
    let navigate = use_navigate();
    let below = base.clone();
    let address = Signal::derive(move || {
        let (path, query) = (location.pathname.get(), location.search.get());
        let path = path.strip_prefix(&below).unwrap_or("/not-found").to_owned();
        match query.trim_start_matches('?') {
            "" => path,
            query => format!("{path}?{query}"),
        }
    });
    let prefix = base.clone();
    let go = move |path: String, step| {
        let options = NavigateOptions {
            resolve: false,
            replace: step == Step::Replace,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("{base}{path}"), options);
    };
    let navigation = Navigation::new(address, prefix, Box::new(go));
    keep_scroll_while_scrolling(navigation);
    navigation
}

fn hash() -> Navigation {
    let read = || {
        let hash = window().location().hash().unwrap_or_default();
        match hash.trim_start_matches('#') {
            "" => "/".to_owned(),
            path => path.to_owned(),
        }
    };
    let address = RwSignal::new(read());
    let listener = window_event_listener(leptos::ev::hashchange, move |_| address.set(read()));
    on_cleanup(move || listener.remove());
    let go = move |path: String, step| {
        let location = window().location();
        let _ = match step {
            Step::Onward => location.set_hash(&path),
            Step::Replace => location.replace(&format!("#{path}")),
        };
    };
    let navigation = Navigation::new(address.into(), "#".to_owned(), Box::new(go));
    keep_scroll_while_scrolling(navigation);
    navigation
}

fn memory() -> Navigation {
    let address = RwSignal::new("/".to_owned());
    let go = move |path, _| address.set(path);
    Navigation {
        owns_window: false,
        ..Navigation::new(address.into(), String::new(), Box::new(go))
    }
}

/// Back and forward change the address before anyone can look, so the place is kept beforehand.
fn keep_scroll_while_scrolling(navigation: Navigation) {
    let ended = leptos::ev::Custom::<leptos::ev::Event>::new("scrollend");
    let listener = window_event_listener(ended, move |_| navigation.keep_scroll());
    on_cleanup(move || listener.remove());
}

/// A link to a page.
#[component]
pub fn NavLink(
    /// Where it leads.
    to: Page,
    /// The class.
    class: &'static str,
    /// Whether it stands for the open page's section.
    #[prop(optional, into)]
    current: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let navigation = Navigation::here();
    let href = navigation.href(&to);
    let open = move |event: MouseEvent| {
        let plain = event.button() == 0
            && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if plain && !event.default_prevented() {
            event.prevent_default();
            navigation.go(&to, Step::Onward);
        }
    };
    view! {
        <a class=class href=href on:click=open aria-current=move || current.get().then_some("page")>
            {children()}
        </a>
    }
}
