//! The price of the basket, and the button that confirms it.

use std::rc::Rc;

use api::plan::quote::Quote;
use api::plan::subscription::Subscription;
use billing::PriceBook;

use super::Shared;
use super::state::{self, goes_at_once};
use crate::checkout::bill::{self, Agreement, NothingNew};
use crate::checkout::outcome::outcome;
use crate::checkout::{charges_now, preview};
use crate::components::receipt;
use crate::messages::{self, fill, format};
use crate::routing::route::Basket;
use crate::view::{Element, Live, View, div, h2, live, p, section};

/// The price of the basket.
pub(super) fn price(shared: Shared, subscription: &Rc<Subscription>, book: &Rc<PriceBook>) -> View {
    shared.checkout.ordering.hand_on_focus();
    let price = Price {
        shared,
        subscription: Rc::clone(subscription),
        book: Rc::clone(book),
        open: Live::new(false),
    };
    live(move || {
        shared.checkout.ordering.hand_on_focus();
        price.of(&shared.basket(&price.subscription, &price.book))
    })
}

struct Price {
    shared: Shared,
    subscription: Rc<Subscription>,
    book: Rc<PriceBook>,
    /// Whether all derivations are open.
    open: Live<bool>,
}

impl Price {
    fn of(&self, basket: &Basket) -> View {
        let checkout = self.shared.checkout;
        if basket.is_empty() {
            let said = NothingNew {
                title: messages::add_ons().empty_title,
                words: messages::add_ons().empty_text,
                estimated_with: None,
            };
            return bill::nothing_new(checkout, &self.subscription, &self.book, said);
        }
        match preview(&self.book, &self.subscription, &state::change(basket)) {
            Ok(quote) => self.quote(basket, &Rc::new(quote)),
            Err(why) => bill::refusal(checkout, &why, messages::failure().no_add_on_price),
        }
    }

    fn quote(&self, basket: &Basket, quote: &Rc<Quote>) -> View {
        let waits = basket.add.is_empty() && !goes_at_once(&self.subscription);
        let title = if waits {
            fill(
                messages::add_ons().from_date,
                &[&format::date(quote.renews_on())],
            )
        } else {
            messages::change().due_now.to_owned()
        };
        let due = if quote.due_now.lines.is_empty() {
            receipt::sum(messages::change().nothing_due, quote.due_now.total)
        } else {
            bill::due(quote, &self.book, self.open)
        };
        section("card receipt checkout__price")
            .attr("aria-label", messages::add_ons().basket)
            .child(
                div("card__head")
                    .child(h2("card__title").child(title))
                    .child(p("card__aside").child(counted(basket))),
            )
            .child(due)
            .child(bill::then(quote))
            .child(self.terms(basket, quote))
            .child(outcome(self.shared.checkout))
            .child(self.action(basket, quote))
            .into()
    }

    /// When additions and removals take effect; what is charged, until when the price is valid.
    fn terms(&self, basket: &Basket, quote: &Quote) -> Element {
        let now = if charges_now(quote) {
            messages::change().effect_now
        } else {
            messages::change().effect_free
        };
        let effect = (messages::change().effect.to_owned(), now.to_owned());
        let when = if goes_at_once(&self.subscription) {
            messages::add_ons().at_once.to_owned()
        } else {
            fill(
                messages::add_ons().from,
                &[&format::date(quote.renews_on())],
            )
        };
        let ends = basket.remove.iter().map(|id| {
            let term = fill(messages::add_ons().ends, &[self.book.add_on_name(id)]);
            (term, when.clone())
        });
        let added = (!basket.add.is_empty()).then_some(effect);
        let paid = charges_now(quote).then(|| bill::payment_terms(&self.subscription, quote));
        let paid = paid.into_iter().flatten();
        let paid = paid.map(|(term, fact)| (term.to_owned(), fact));
        bill::terms(added.into_iter().chain(ends).chain(paid))
    }

    fn action(&self, basket: &Basket, quote: &Rc<Quote>) -> Element {
        let lacks_card = charges_now(quote) && self.subscription.payment_method.is_none();
        let (label, promise) = self.offer(basket, quote);
        let (shared, quote) = (self.shared, Rc::clone(quote));
        let (asked, agreed) = (basket.clone(), basket.clone());
        let book = Rc::clone(&self.book);
        let disabled_reason = move || {
            let unsaid = state::reasons(&asked, &shared.said.get()).err();
            let unsaid = unsaid.map(|id| {
                let name = book.add_on_name(&id);
                fill(messages::add_ons().disabled_reason, &[name])
            });
            unsaid.or_else(|| lacks_card.then(|| messages::change().no_card_detail.to_owned()))
        };
        let agree = move || match state::reasons(&agreed, &shared.said.get_now()) {
            Ok(reasons) if !lacks_card => shared.checkout.ordering.confirm(&quote, reasons),
            Ok(_) => {}
            Err(id) => shared.point_at(&id),
        };
        let agreement = Agreement {
            label,
            promise,
            disabled_reason: Rc::new(disabled_reason),
            agree: Box::new(agree),
        };
        bill::action(self.shared.checkout.ordering, agreement)
    }

    /// The label of the button, and the sentence below it.
    fn offer(&self, basket: &Basket, quote: &Quote) -> (String, &'static str) {
        if charges_now(quote) {
            let total = format::money(quote.due_now.total);
            let label = fill(messages::change().update_pay, &[&total]);
            return (label, messages::change().promise);
        }
        let promise = if goes_at_once(&self.subscription) {
            messages::change().promise_trial
        } else if basket.remove.is_empty() {
            messages::change().promise
        } else {
            messages::add_ons().promise_removal
        };
        (messages::change().update.to_owned(), promise)
    }
}

/// How many add-ons are added and removed.
fn counted(basket: &Basket) -> String {
    let text = messages::add_ons();
    let counts = [
        (text.count_add, basket.add.len()),
        (text.count_remove, basket.remove.len()),
    ];
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts = counts.map(|(words, count)| fill(words, &[&format::count(*count as u64)]));
    counts.collect::<Vec<_>>().join(", ")
}
