//! The account status on every page: banners, closed pages, the usage pop-up, the sandbox bar.
//!
//! Read [`state`] first: what the account status shows, decided without a browser.

use std::rc::Rc;

use api::account::account_status::AccountStatus;
use billing::access::{Condition, RequestUse};
use leptos::prelude::untrack;

use crate::client::Client;
use crate::client::load::{Load, Loader};
use crate::components::icon::{Sign, icon};
use crate::components::lazy::{lazy, lazy_extra, lazy_view};
use crate::components::skeleton::skeleton;
use crate::messages;
use crate::routing::route::Page;
use crate::view::{Element, Live, View, button, div, el, follow, live, many, shared, span, watch};

pub(crate) mod confirm;
mod ended;
mod lock;
mod over_limit;
mod pay;
mod sandbox;
pub mod state;
mod words;

pub use lock::lock;

use over_limit::Notice;
use state::{Shown, is_lock, shown_conditions};
use words::{Look, Way};

/// The page of an account that has no others, or in place of a page that a lock closes.
type Closed = fn(Condition, &Page) -> View;

lazy! {
    fn closed() -> Closed {
        |condition, page| match condition {
            Condition::Paused => ended::paused(),
            Condition::Cancelled => ended::cancelled(),
            _ => lock::page(condition, page),
        }
    } in leaving
}

lazy! { fn over_limit() -> fn(Notice) -> Element { over_limit::pop_up } in extras }

lazy! { fn sandbox_bar() -> fn() -> View { sandbox::body } in sandbox }

/// The account status; a reader is notified when it changes.
#[derive(Debug, Clone, Copy)]
pub struct LiveAccountStatus {
    loader: Loader<AccountStatus>,
    /// Increases when every page has to load its data again.
    era: Live<u32>,
}

impl LiveAccountStatus {
    /// Loads the status, and again whenever something was ordered or refused.
    pub fn start() -> Self {
        let client: Client = shared();
        let loader = Loader::new(move || client.account_status());
        client.on_change(move || loader.again());
        Self {
            loader,
            era: Live::new(0),
        }
    }

    /// The instance of this app.
    pub fn here() -> Self {
        shared()
    }

    /// The state of its loading.
    pub fn get(self) -> Load<AccountStatus> {
        self.loader.get()
    }

    /// The status; `None` before the first response.
    pub fn known(self) -> Option<Rc<AccountStatus>> {
        self.get().ready().map(Rc::clone)
    }

    /// The status, read without tracking.
    pub fn known_now(self) -> Option<Rc<AccountStatus>> {
        untrack(move || self.known())
    }

    /// Whether the account has pages other than that of a pause or of its end.
    pub fn has_pages(self) -> bool {
        let account_status = self.known();
        account_status.is_none_or(|account_status| {
            account_status
                .access
                .shuts(RequestUse::Organization)
                .is_none()
        })
    }

    /// Loads the status again.
    pub fn again(self) {
        self.loader.again();
    }

    /// Loads the status and every page again, because the server's clock was moved.
    pub fn reload(self) {
        self.era.update(|era| *era += 1);
        self.again();
    }

    /// The page, or what is shown in its place; `waiting` before the status is known. It is rebuilt when the clock was moved, and otherwise only
    /// when another page is open or the page was closed or opened.
    pub fn page(
        self,
        up: Live<Page>,
        waiting: impl Fn() -> View + Copy + 'static,
        open: impl Fn(&Page) -> View + 'static,
    ) -> View {
        let shown = move || Shown::of(&self.get(), &up.try_get().unwrap_or_default());
        let now = follow(shown);
        live(move || {
            let _ = self.era.get();
            match now.get() {
                Shown::Waiting => waiting(),
                Shown::Page(page) => open(&page),
                Shown::Shut(condition, page) => {
                    lazy_view(closed, waiting, move |closed: &Closed| {
                        closed(condition, &page)
                    })
                }
            }
        })
    }
}

/// The pop-up about usage above the limit.
pub fn pop_up() -> View {
    let (notice, is_due) = (Notice::here(), Live::new(false));
    watch(move || {
        if notice.get().is_some() {
            is_due.set_if_other(true);
        }
    });
    live(move || {
        let build = move |pop_up: &fn(Notice) -> Element| pop_up(notice).into();
        is_due.get().then(|| lazy_extra(over_limit, build))
    })
}

/// The sandbox bar, for a server whose clock can be moved. What it holds comes when it is first opened.
pub fn bar() -> View {
    let live_status = LiveAccountStatus::here();
    let was_opened = Live::new(false);
    let now = span("sandbox-bar__now").live(move || {
        let account_status = live_status.known();
        account_status.map(|account_status| words::instant(&account_status, account_status.now))
    });
    let summary = el("summary")
        .class("sandbox-bar__summary")
        .child(icon(Sign::Clock))
        .child(span("sandbox-bar__title").child(messages::shell().sandbox))
        .child(now)
        .child(icon(Sign::Down));
    let body = live(move || {
        let waiting = || skeleton(&["long", "long"]);
        was_opened
            .get()
            .then(|| lazy_view(sandbox_bar, waiting, |body| body()))
    });
    el("details")
        .class("sandbox-bar")
        .on("toggle", move |_| was_opened.set_if_other(true))
        .child(summary)
        .child(body)
        .into()
}

/// The banners above a page: one for each condition that the page itself does not explain.
pub fn banners(up: Live<Page>) -> Element {
    let live_status = LiveAccountStatus::here();
    let piece = move || match live_status.get() {
        Load::Waiting => Vec::new(),
        Load::Failed(failure) => vec![words::failed(&failure)],
        Load::Ready(account_status) => {
            let page = up.try_get().unwrap_or_default();
            let shut = state::shuts(&account_status, &page);
            let says_itself = |condition: Condition| match shut {
                Some(shut) => shut == condition || !is_lock(condition),
                // My Plan shows the locks in full, and the trial in a card.
                None => {
                    page == Page::MyPlan && (is_lock(condition) || condition == Condition::Trial)
                }
            };
            let conditions = shown_conditions(&account_status).into_iter();
            conditions
                .filter(|condition| !says_itself(*condition))
                .map(|condition| words::of(&account_status, condition))
                .chain(words::awaits(&account_status))
                .chain(words::authentication(&account_status, &page))
                .collect()
        }
    };
    let said = follow(piece);
    let leads = follow(move || state::only_shows(&up.try_get().unwrap_or_default()));
    div("shell__notice account-status").child(live(move || {
        let (said, leads) = (said.get(), leads.get());
        let first = said.iter().position(|words| words.way != Way::None);
        many(said.iter().enumerate().map(|(place, words)| {
            let look = match leads && first == Some(place) {
                true => Look::FIRST,
                false => Look::PLAIN,
            };
            words.banner(live_status, look).into()
        }))
    }))
}

fn retry(live_status: LiveAccountStatus) -> Element {
    button("button")
        .attr("type", "button")
        .on("click", move |_| live_status.again())
        .child(messages::failure().retry)
}
