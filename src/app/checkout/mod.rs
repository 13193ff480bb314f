//! Ordering, from the price to the receipt: what all screens that change the plan share.
//!
//! Read [`order`] first: how an order goes, decided without a browser.

use std::rc::Rc;

use api::plan::quote::{NoQuote, Quote, list_of};
use api::plan::subscription::Subscription;
use billing::{PlanChange, PriceBook};

use crate::client::Client;
use crate::client::load::{Load, Loader, both};
use crate::client::session::Who;
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::view::{Live, View, live, many, shared, watch};

pub(crate) mod bill;
mod changed;
mod done;
pub mod order;
pub(crate) mod ordering;
pub(crate) mod outcome;

use order::Phase;
use ordering::Ordering;

/// The price and the effects of an order, as the person sees them before confirming it.
///
/// This is the browser's preview: [`Quote::of`], the same call that the backend charges by.
///
/// # Errors
/// Another price book than the subscription's, or an order that the billing rules refuse.
pub fn preview(
    book: &PriceBook,
    subscription: &Subscription,
    change: &PlanChange,
) -> Result<Quote, NoQuote> {
    Quote::of(book, subscription, change)
}

/// Whether the order is charged at once.
pub fn charges_now(quote: &Quote) -> bool {
    !quote.due_now.total.is_zero()
}

/// What an order changes, for a sentence: a tier, or add-ons.
pub fn subject(change: &PlanChange) -> String {
    let text = messages::change();
    match (change.tier, change.frequency) {
        (Some(tier), _) => fill(text.subject_tier, &[&format::count(tier)]),
        (None, Some(_)) => messages::annual().subject.to_owned(),
        (None, None) => text.subject_add_ons.to_owned(),
    }
}

/// The data that a price depends on, and the order that is made from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checkout {
    pub(crate) subscription: Loader<Subscription>,
    pub(crate) book: Loader<PriceBook>,
    pub(crate) ordering: Ordering,
}

impl Checkout {
    /// Loads the plan and the prices, and resumes an order that a reload interrupted.
    pub(crate) fn start() -> Self {
        let client: Client = shared();
        let user_id = shared::<Live<Who>>().get_now().user_id();
        let subscription = Loader::new(move || client.subscription());
        let checkout = Self {
            subscription,
            book: Loader::new(move || client.price_book()),
            ordering: Ordering::new(client, user_id, subscription),
        };
        checkout.ordering.resume();
        checkout.heal();
        checkout
    }

    /// Loads everything that a price depends on again.
    pub(crate) fn refresh(self) {
        self.subscription.again();
        self.book.again();
    }

    /// The subscription and the price book that every price is computed from.
    pub(crate) fn plan(self) -> Load<(Rc<Subscription>, Rc<PriceBook>)> {
        both(self.subscription.get(), self.book.get())
    }

    /// The page: the choice until it is ordered, then the receipt.
    pub(crate) fn page(
        self,
        title: &str,
        beside: impl Into<View>,
        choose: impl Fn() -> View + 'static,
    ) -> View {
        let is_done = Live::new(false);
        watch(move || {
            let is_accepted = matches!(self.ordering.phase().get(), Phase::Accepted(_));
            is_done.set_if_other(is_accepted);
        });
        let back = link(Page::MyPlan, "page-head__link")
            .child(icon(Sign::Back))
            .child(messages::plan().title);
        let body = live(move || {
            if is_done.get() {
                done::done(self)
            } else {
                choose()
            }
        });
        many([
            page_head(title, Some(back), beside).into(),
            body,
            changed::dialog(self).into(),
        ])
    }

    /// Loads again, once, when the price book has another version than the subscription's.
    fn heal(self) {
        let asked = Live::new(false);
        watch(move || {
            if let Load::Ready(plan) = self.plan()
                && list_of(&plan.1, &plan.0).is_err()
                && !asked.get_now()
            {
                asked.set(true);
                self.book.again();
            }
        });
    }
}
