//! Manage Add-ons: the add-ons on one side, the price of the choice on the other.

use std::collections::{BTreeMap, BTreeSet};

use api::audit::Section;
use api::plan::quote::list_of;
use api::plan::subscription::Subscription;
use billing::{AddOnId, PriceBook};

use crate::checkout::Checkout;
use crate::components::activity;
use crate::components::error_card::error_card;
use crate::components::skeleton::{show, skeleton};
use crate::messages;
use crate::routing::navigation::{Navigation, Step, link};
use crate::routing::route::{Basket, Page};
use crate::view::{Live, Slot, View, div, many};

mod categories;
pub(crate) mod leave;
mod price;
pub mod state;

use state::Said;

/// What the parts of the screen share.
#[derive(Debug, Clone, Copy)]
struct Shared {
    checkout: Checkout,
    navigation: Navigation,
    /// The reason for each removal so far. It is kept only here: the address can be shared.
    said: Live<BTreeMap<AddOnId, Said>>,
    /// The add-ons whose faults are shown.
    checked: Live<BTreeSet<AddOnId>>,
    /// The form fields of each removal.
    fields: Live<BTreeMap<AddOnId, Fields>>,
}

/// The form fields of a removal.
#[derive(Debug, Clone, Copy, Default)]
struct Fields {
    list: Slot,
    words: Slot,
}

impl Shared {
    /// The choice in the address, without what cannot be added or removed.
    fn basket(self, subscription: &Subscription, book: &PriceBook) -> Basket {
        made_good(self.navigation.page(), subscription, book)
    }

    /// As [`Shared::basket`], read without tracking.
    fn basket_now(self, subscription: &Subscription, book: &PriceBook) -> Basket {
        made_good(self.navigation.page_now(), subscription, book)
    }

    /// Puts a choice into the address.
    fn choose(self, basket: Basket) {
        self.checkout.ordering.dismiss();
        self.navigation.go(&Page::AddOns(basket), Step::Replace);
    }

    /// The reason for a removal so far.
    fn said(self, id: &AddOnId) -> Said {
        self.said.get().remove(id).unwrap_or_default()
    }

    /// Shows the fault of a reason, and focuses its field.
    fn point_at(self, id: &AddOnId) {
        self.checked.update(|checked| {
            checked.insert(id.clone());
        });
        let fault = self.said.get_now().remove(id).unwrap_or_default().fault();
        if let (Some(fields), Some(fault)) = (self.fields.get_now().remove(id), fault) {
            let field = if state::is_about_words(fault) {
                fields.words
            } else {
                fields.list
            };
            field.focus();
        }
    }
}

fn made_good(page: Page, subscription: &Subscription, book: &PriceBook) -> Basket {
    let wanted = match page {
        Page::AddOns(wanted) => wanted,
        _ => Basket::default(),
    };
    list_of(book, subscription)
        .map(|list| state::basket(list, subscription, &wanted))
        .unwrap_or_default()
}

pub fn screen() -> View {
    let shared = Shared {
        checkout: Checkout::start(),
        navigation: Navigation::here(),
        said: Live::new(BTreeMap::new()),
        checked: Live::new(BTreeSet::new()),
        fields: Live::new(BTreeMap::new()),
    };
    let change = link(Page::ChangePlan(None), "button").child(messages::plan().change);
    let beside = div("page-head__actions").child(change);
    let title = messages::add_ons().title;
    let page = shared.checkout.page(title, beside, move || choose(shared));
    let is_there = move || shared.checkout.plan().ready().is_some();
    many([page, activity::card(&[Section::AddOns], is_there)])
}

fn choose(shared: Shared) -> View {
    let checkout = shared.checkout;
    let categories = move || {
        show(
            checkout.plan(),
            || {
                skeleton(&[
                    "title", "row", "row", "row", "row", "row", "row", "row", "row",
                ])
            },
            |(subscription, book)| categories::categories(shared, subscription, book),
            |failure| {
                let title = messages::failure().loading_plan;
                error_card(title, failure, move || checkout.refresh())
            },
        )
    };
    let price = move || {
        show(
            checkout.plan(),
            || skeleton(&["title", "row", "row", "row"]),
            |(subscription, book)| price::price(shared, subscription, book),
            |_| View::Nothing,
        )
    };
    div("columns checkout")
        .child(div("columns__part").live(categories))
        .child(div("columns__part").live(price))
        .into()
}
