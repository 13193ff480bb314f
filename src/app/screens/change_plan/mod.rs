//! Change Plan: the choice on one side, its price on the other, in the same frame.

use std::rc::Rc;

use api::quote::list_of;
use api::subscription::Subscription;
use api::usage::Usage;
use billing::PriceBook;

use crate::client::Client;
use crate::icon::{Sign, icon};
use crate::load::{Load, Loader, both};
use crate::messages::messages;
use crate::navigation::{Navigation, Step, link};
use crate::root::show;
use crate::route::{Choice, Page};
use crate::session::Who;
use crate::shell::page_head;
use crate::trouble::{bones, trouble};
use crate::view::{Live, View, div, live, many, shared, watch};

mod changed;
mod done;
mod expected;
pub mod order;
mod ordering;
mod outcome;
mod price;
pub mod state;
mod tiers;

use order::Phase;
use ordering::Ordering;

/// What the parts of the screen share.
#[derive(Debug, Clone, Copy)]
struct Shared {
    subscription: Loader<Subscription>,
    book: Loader<PriceBook>,
    usage: Loader<Usage>,
    ordering: Ordering,
    navigation: Navigation,
    /// The users that are expected; none until they are known.
    expected: Live<Option<u64>>,
}

impl Shared {
    /// Asks again for everything that a price depends on.
    fn refresh(self) {
        self.subscription.again();
        self.book.again();
        self.usage.again();
    }

    /// What everything is priced from.
    fn plan(self) -> Load<(Rc<Subscription>, Rc<PriceBook>)> {
        both(self.subscription.get(), self.book.get())
    }

    /// What is chosen, made good against the price list.
    fn choice(self, subscription: &Subscription, book: &PriceBook) -> Option<Choice> {
        let wanted = match self.navigation.page() {
            Page::ChangePlan(wanted) => wanted,
            _ => None,
        };
        state::choice(list_of(book, subscription).ok()?, wanted)
    }

    /// Puts a choice into the address.
    fn choose(self, choice: Choice) {
        self.ordering.dismiss();
        let page = Page::ChangePlan(Some(choice));
        self.navigation.go(&page, Step::Replace);
    }
}

/// Change Plan.
#[must_use]
pub fn screen() -> View {
    let client: Client = shared();
    let user_id = match shared::<Live<Who>>().get_now() {
        Who::Person(session) => session.user_id.clone(),
        _ => String::new(),
    };
    let subscription = Loader::new(move || client.subscription());
    let shared = Shared {
        subscription,
        book: Loader::new(move || client.price_book()),
        usage: Loader::new(move || client.usage()),
        ordering: Ordering::new(client, user_id, subscription),
        navigation: Navigation::here(),
        expected: Live::new(None),
    };
    shared.ordering.resume();
    heal(shared);
    let is_done = Live::new(false);
    watch(move || {
        let is_accepted = matches!(shared.ordering.phase().get(), Phase::Accepted(_));
        is_done.set_if_other(is_accepted);
    });
    let back = link(Page::MyPlan, "page-head__link")
        .child(icon(Sign::Back))
        .child(messages().plan.title);
    let body = live(move || {
        if is_done.get() {
            done::done(shared.ordering)
        } else {
            choose(shared)
        }
    });
    many([
        page_head(messages().change.title, Some(back), View::Nothing).into(),
        body,
        changed::dialog(shared).into(),
    ])
}

/// A price list of another version than the subscription's is asked for again, once.
fn heal(shared: Shared) {
    let asked = Live::new(false);
    watch(move || {
        if let Load::Ready(plan) = shared.plan()
            && list_of(&plan.1, &plan.0).is_err()
            && !asked.get_now()
        {
            asked.set(true);
            shared.book.again();
        }
    });
}

fn choose(shared: Shared) -> View {
    // The tiers are compared by where the month is heading: they wait for it, or for its failure.
    let can_compare = Live::new(false);
    watch(move || {
        if !matches!(shared.usage.get(), Load::Waiting) {
            can_compare.set_if_other(true);
        }
    });
    let tiers = move || {
        let title = messages().failure.loading_plan;
        let plan = match shared.plan() {
            Load::Ready(_) if !can_compare.get() => Load::Waiting,
            plan => plan,
        };
        show(
            plan,
            || {
                bones(&[
                    "title", "row", "row", "row", "row", "row", "row", "row", "row",
                ])
            },
            |(subscription, book)| tiers::tiers(shared, subscription, book),
            |failure| trouble(title, failure, move || shared.refresh()),
        )
    };
    let price = move || {
        show(
            shared.plan(),
            || bones(&["title", "row", "row", "row", "row", "row"]),
            |(subscription, book)| price::price(shared, subscription, book),
            |_| View::Nothing,
        )
    };
    div("columns change-plan")
        .child(div("columns__part").live(tiers))
        .child(div("columns__part change-plan__side").live(price))
        .into()
}
