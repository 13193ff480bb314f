//! The add-ons by category: price, state, and the button that adds or removes each.

use std::rc::Rc;

use api::plan::quote::list_of;
use api::plan::subscription::Subscription;
use billing::{AddOnId, PriceBook};

use super::state::{self, AddOnState, Card, CategoryCards, toggled};
use super::{Shared, leave};
use crate::components::icon::{Sign, icon};
use crate::components::undo::Undo;
use crate::messages::{self, fill, format};
use crate::routing::route::Basket;
use crate::view::{Element, Live, View, button, el, h2, live, many, section, span, watch};

pub(super) fn categories(
    shared: Shared,
    subscription: &Rc<Subscription>,
    book: &Rc<PriceBook>,
) -> View {
    let Ok(list) = list_of(book, subscription) else {
        return View::Nothing;
    };
    let categories = state::categories(list, subscription);
    let builder = Rc::new(Cards {
        shared,
        subscription: Rc::clone(subscription),
        book: Rc::clone(book),
    });
    many(categories.iter().map(|group| builder.group(group).into()))
}

/// The data that the cards are built from.
struct Cards {
    shared: Shared,
    subscription: Rc<Subscription>,
    book: Rc<PriceBook>,
}

impl Cards {
    fn group(self: &Rc<Self>, group: &CategoryCards) -> Element {
        let cards = group.cards.iter().map(|card| self.card(card));
        section("card")
            .attr("aria-label", &*group.category)
            .child(h2("card__title add-on__category").child(group.category.as_str()))
            .child(el("ul").class("add-on__list").children(cards))
    }

    fn card(self: &Rc<Self>, card: &Card) -> Element {
        let chosen = self.chosen(card);
        let name = span("add-on__name")
            .child(
                span("add-on__title")
                    .child(card.name.as_str())
                    .child(chip(card, chosen)),
            )
            .children(
                self.details(card)
                    .map(|detail| span("add-on__detail").child(detail)),
            );
        let row = el("li")
            .attr_live("class", move || Some(class(chosen)))
            .child(name)
            .child(self.price(card));
        match &card.state {
            AddOnState::Available => row.child(self.switch(card, chosen)),
            AddOnState::Active => row.child(self.switch(card, chosen)).child(leave::form(
                self.shared,
                &self.subscription,
                card,
                chosen,
            )),
            AddOnState::Leaving { id, .. } => {
                let news = fill(messages::add_ons().undone, &[&card.name]);
                let undo = Undo::new(id.clone(), self.shared.checkout.subscription, news);
                let label = named(messages::plan().undo, card);
                let button = undo.button("button").attr("aria-label", label);
                row.child(span("add-on__action").child(button))
                    .child(undo.error_card())
            }
        }
    }

    /// Whether the add-on is in the basket. The signal changes only with this, not with the whole basket.
    fn chosen(self: &Rc<Self>, card: &Card) -> Live<bool> {
        let now = self.shared.basket_now(&self.subscription, &self.book);
        let chosen = Live::new(lies_in(&now, &card.id));
        let (builder, id) = (Rc::clone(self), card.id.clone());
        watch(move || {
            let basket = builder.shared.basket(&builder.subscription, &builder.book);
            chosen.set_if_other(lies_in(&basket, &id));
        });
        chosen
    }

    fn details(&self, card: &Card) -> impl Iterator<Item = String> {
        let text = messages::add_ons();
        let list = self.book.list(self.subscription.currency);
        let included = card.included.zip(list).map(|((count, extra), list)| {
            let extra = format::exact_money(extra, list.currency);
            fill(text.included, &[&format::count(count), &extra])
        });
        let surcharge = card.surcharge.as_deref();
        let surcharge = surcharge.map(|percent| fill(text.surcharge, &[&format::decimal(percent)]));
        included.into_iter().chain(surcharge)
    }

    fn price(&self, card: &Card) -> Element {
        let text = messages::add_ons();
        let price = span("add-on__price");
        match &card.monthly {
            Some(monthly) => {
                price
                    .child(format::money(*monthly))
                    .child(
                        span("add-on__detail").child(match self.subscription.annual {
                            Some(_) => messages::annual().a_year,
                            None => text.a_month,
                        }),
                    )
            }
            None => price.child(text.free),
        }
    }

    /// The button that puts the add-on into the basket, or takes it out again.
    fn switch(self: &Rc<Self>, card: &Card, chosen: Live<bool>) -> Element {
        let text = messages::add_ons();
        let [put, take] = match card.state {
            AddOnState::Available => [text.select, text.take_out],
            AddOnState::Active | AddOnState::Leaving { .. } => [text.remove, text.keep],
        };
        let label = move || if chosen.get() { take } else { put };
        let spoken = card.clone();
        let (builder, card, shared) = (Rc::clone(self), card.clone(), self.shared);
        let button = button("button")
            .attr("type", "button")
            .attr_live("aria-label", move || Some(named(label(), &spoken)))
            .property("disabled", move || shared.checkout.ordering.is_locked())
            .on("click", move |_| {
                let basket = shared.basket_now(&builder.subscription, &builder.book);
                shared.choose(toggled(basket, &card.id, &card.state));
            })
            .live(label);
        span("add-on__action").child(button)
    }
}

fn class(chosen: Live<bool>) -> &'static str {
    if chosen.get() {
        "add-on add-on--chosen"
    } else {
        "add-on"
    }
}

fn lies_in(basket: &Basket, id: &AddOnId) -> bool {
    basket.add.contains(id) || basket.remove.contains(id)
}

fn named(action: &str, card: &Card) -> String {
    fill(messages::add_ons().named, &[action, &card.name])
}

/// The state of the add-on, or what is chosen.
fn chip(card: &Card, chosen: Live<bool>) -> View {
    let text = messages::add_ons();
    let mark = |class: &str, sign, label: &str| span(class).child(icon(sign)).child(label);
    let state = card.state.clone();
    live(move || match &state {
        AddOnState::Leaving { on, .. } => {
            let label = fill(text.leaving, &[&format::day(*on)]);
            Some(mark("chip chip--over", Sign::Clock, &label))
        }
        AddOnState::Active if chosen.get() => {
            Some(mark("chip chip--over", Sign::Cross, text.removing))
        }
        AddOnState::Active => Some(mark("chip chip--ok", Sign::Check, text.active)),
        AddOnState::Available => chosen
            .get()
            .then(|| mark("chip chip--accent", Sign::Check, text.selected)),
    })
}
