//! Pausing and cancelling: a preview of the consequences, and the order (SPEC R13, R14).

use api::Code;
use api::account::leaving::{Leaving, Refusal};
use api::route::Route;
use billing::PriceBook;
use billing::account::lifecycle::Lifecycle;

use crate::account_status::LiveAccountStatus;
use crate::browser::online::Online;
use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::intent::new_key;
use crate::client::load::Loader;
use crate::components::error_card::{error_card, explain};
use crate::components::feedback::banner::{Tone, banner};
use crate::components::feedback::live_region::said;
use crate::components::feedback::toast::Toasts;
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::components::receipt;
use crate::components::skeleton::{show, skeleton};
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::view::{Element, Live, View, div, h2, live, many, p, section, shared, spawn};

mod cancel;
mod pause;
pub mod state;

pub use cancel::cancel;
pub use pause::pause;

/// The order to pause or to cancel.
#[derive(Debug, Clone, Copy)]
struct Order {
    leaving: Loader<Leaving>,
    /// For the names on the invoice; `None` in a pause, which issues none and cannot read it.
    book: Option<Loader<PriceBook>>,
    route: Route,
    busy: Live<bool>,
    failed: Live<Option<Failure>>,
    /// The idempotency key of an order whose outcome is not known.
    key: Live<Option<String>>,
    client: Client,
    toasts: Toasts,
    online: Online,
    live_status: LiveAccountStatus,
}

impl Order {
    fn new(route: Route) -> Self {
        let client: Client = shared();
        let live_status = LiveAccountStatus::here();
        let is_paused = live_status
            .known_now()
            .is_some_and(|status| matches!(status.lifecycle, Lifecycle::Paused { .. }));
        Self {
            leaving: Loader::new(move || client.leaving()),
            book: (!is_paused).then(|| Loader::new(move || client.price_book())),
            route,
            busy: Live::new(false),
            failed: Live::new(None),
            key: Live::new(None),
            client,
            toasts: shared(),
            online: shared(),
            live_status,
        }
    }

    /// The page: its head, and the form with the preview.
    fn page(self, title: &'static str, body: impl Fn(&Leaving) -> View + 'static) -> View {
        let back = link(Page::MyPlan, "page-head__link")
            .child(icon(Sign::Back))
            .child(messages::plan().title);
        let waiting = || skeleton(&["title", "row", "row", "row", "short"]);
        let failed = move |failure: &Failure| {
            let title = messages::leaving().failed;
            error_card(title, failure, move || self.leaving.again())
        };
        let body = live(move || show(self.leaving.get(), waiting, &body, failed));
        many([page_head(title, Some(back), View::Nothing).into(), body])
    }

    /// Sends the order. After it, the account status replaces the page.
    fn send(self, body: String, news: &'static str) {
        if self.busy.get_now() || !self.online.get_now() {
            return;
        }
        let Some(key) = self.key.get_now().or_else(new_key) else {
            return;
        };
        self.busy.set(true);
        self.failed.set(None);
        self.key.set(Some(key.clone()));
        spawn(async move {
            let answer = self.client.leave(self.route, &key, body).await;
            self.busy.set(false);
            match answer {
                Ok(_) => {
                    self.toasts.say(news.to_owned());
                    self.live_status.again();
                }
                Err(failure) => {
                    if !failure.leaves_outcome_open() {
                        self.key.set(None);
                    }
                    if failure.code() == Some(Code::QuoteChanged) {
                        self.leaving.again();
                    }
                    self.failed.set(Some(failure));
                }
            }
        });
    }

    /// The card of a failed request.
    fn error_card(self) -> Element {
        let text = messages::leaving();
        said("alert", move || {
            self.failed.get().map(|failure| {
                if failure.code() == Some(Code::QuoteChanged) {
                    return banner(Tone::Over, text.changed, &[], None);
                }
                let (why, request) = explain(&failure);
                banner(Tone::Failed, text.not_done, &[&why, &request], None)
            })
        })
    }
}

/// The reason why the order is refused, in place of the form.
fn refused(title: &str, refusal: &Refusal) -> View {
    let detail = format!("{}.", refusal.detail.trim_end_matches('.'));
    let back = link(Page::MyPlan, "button button--primary").child(messages::missing().to_plan);
    banner(Tone::Over, title, &[&detail], Some(back)).into()
}

/// The invoice that the order issues at once.
fn settles(order: Order, leaving: &Leaving) -> View {
    let text = messages::leaving();
    let head = div("card__head").child(h2("card__title").child(text.settles));
    let card = section("card receipt").child(head);
    let Some(book) = order.book.filter(|_| !leaving.settles.total.is_zero()) else {
        return card
            .child(p("state__text").child(text.settles_nothing))
            .into();
    };
    let open = Live::new(false);
    let lines = receipt::issued(&leaving.settles, book, text.settles_total, open);
    card.child(p("card__note").child(text.settles_text))
        .child(lines)
        .child(receipt::how(open))
        .into()
}

/// The label of the button, which includes the sum that is charged.
fn label(leaving: &Leaving, free: &str, paid: &str) -> String {
    if !leaving.settles.total.is_zero() {
        let total = format::money(leaving.settles.total);
        fill(paid, &[&total])
    } else {
        free.to_owned()
    }
}
