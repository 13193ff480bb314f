//! Change Plan: the tiers on one side, the price of the choice on the other.

use api::audit::Section;
use api::plan::quote::list_of;
use api::plan::subscription::Subscription;
use api::usage::Usage;
use billing::{BillingFrequency, PriceBook};

use crate::checkout::Checkout;
use crate::client::Client;
use crate::client::load::{Load, Loader};
use crate::components::activity;
use crate::components::error_card::error_card;
use crate::components::skeleton::{show, skeleton};
use crate::messages;
use crate::routing::navigation::{Navigation, Step, link};
use crate::routing::route::{Basket, Choice, Page};
use crate::view::{Live, View, div, many, shared, watch};

mod expected;
mod frequency;
mod price;
pub mod state;
mod tiers;

/// What the parts of the screen share.
#[derive(Debug, Clone, Copy)]
struct Shared {
    checkout: Checkout,
    usage: Loader<Usage>,
    navigation: Navigation,
    /// The expected users; `None` until a number is known.
    expected: Live<Option<u64>>,
}

impl Shared {
    /// Loads everything that is shown again.
    fn refresh(self) {
        self.checkout.refresh();
        self.usage.again();
    }

    /// The choice in the address; `None` when the price list does not have it.
    fn choice(self, subscription: &Subscription, book: &PriceBook) -> Option<Choice> {
        let wanted = match self.navigation.page() {
            Page::ChangePlan(wanted) => wanted,
            _ => None,
        };
        state::choice(list_of(book, subscription).ok()?, subscription, wanted)
    }

    /// The chosen frequency, or the one that applies anyway.
    fn frequency(self, subscription: &Subscription, book: &PriceBook) -> BillingFrequency {
        let chosen = self.choice(subscription, book).and_then(Choice::frequency);
        chosen.unwrap_or_else(|| state::coming(subscription))
    }

    /// Puts a choice into the address.
    fn choose(self, choice: Choice) {
        self.checkout.ordering.dismiss();
        let page = Page::ChangePlan(Some(choice));
        self.navigation.go(&page, Step::Replace);
    }
}

pub fn screen() -> View {
    let client: Client = shared();
    let shared = Shared {
        checkout: Checkout::start(),
        usage: Loader::new(move || client.usage()),
        navigation: Navigation::here(),
        expected: Live::new(None),
    };
    let add_ons =
        link(Page::AddOns(Basket::default()), "button").child(messages::plan().manage_add_ons);
    let beside = div("page-head__actions").child(add_ons);
    let title = messages::change().title;
    let page = shared.checkout.page(title, beside, move || choose(shared));
    let is_there = move || {
        shared.checkout.plan().ready().is_some() && !matches!(shared.usage.get(), Load::Waiting)
    };
    many([page, activity::card(&[Section::Plan], is_there)])
}

fn choose(shared: Shared) -> View {
    // The tiers are compared at the projection, so they wait until it is loaded or has failed.
    let can_compare = Live::new(false);
    watch(move || {
        if !matches!(shared.usage.get(), Load::Waiting) {
            can_compare.set_if_other(true);
        }
    });
    let tiers = move || {
        let title = messages::failure().loading_plan;
        let plan = match shared.checkout.plan() {
            Load::Ready(_) if !can_compare.get() => Load::Waiting,
            plan => plan,
        };
        show(
            plan,
            || {
                skeleton(&[
                    "title", "row", "row", "row", "row", "row", "row", "row", "row",
                ])
            },
            |(subscription, book)| tiers::tiers(shared, subscription, book),
            |failure| error_card(title, failure, move || shared.refresh()),
        )
    };
    let price = move || {
        show(
            shared.checkout.plan(),
            || skeleton(&["title", "row", "row", "row", "row", "row"]),
            |(subscription, book)| price::price(shared, subscription, book),
            |_| View::Nothing,
        )
    };
    div("columns checkout")
        .child(div("columns__part").live(tiers))
        .child(div("columns__part checkout__side").live(price))
        .into()
}
