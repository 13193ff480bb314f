//! The tiers as a group of cards, and the number of users they are compared at.

use std::rc::Rc;

use api::plan::quote::list_of;
use api::plan::subscription::Subscription;
use billing::{BillingFrequency, PriceBook, PriceList};

use super::state::{TierCard, extra_unit, scheduled_on, tier_cards, usage_so_far};
use super::{Shared, expected, frequency};
use crate::messages::{self, fill, format};
use crate::routing::route::Choice;
use crate::view::{Element, View, el, many, section, span};

pub(super) fn tiers(shared: Shared, subscription: &Rc<Subscription>, book: &Rc<PriceBook>) -> View {
    let text = messages::change();
    let Ok(list) = list_of(book, subscription).cloned() else {
        return View::Nothing;
    };
    let usage = usage_so_far(&list, subscription);
    let largest = list.tiers.last().map_or(0, |tier| tier.limit);
    let group = Rc::new(Group {
        shared,
        subscription: Rc::clone(subscription),
        book: Rc::clone(book),
        list,
        usage,
    });
    let cards = tier_cards(&group.list, subscription, usage);
    let cards = cards.into_iter().map(|card| tier(&group, &card));
    let tiers = el("fieldset")
        .class("tier__list")
        .child(el("legend").class("visually-hidden").child(text.tiers))
        .children(cards)
        .child(enterprise(&group, largest));
    section("card")
        .child(expected::expected(shared, usage))
        .child(frequency::switch(shared, subscription, book))
        .child(tiers)
        .into()
}

/// The data that the cards are built from.
struct Group {
    shared: Shared,
    subscription: Rc<Subscription>,
    book: Rc<PriceBook>,
    list: PriceList,
    /// The users of the month so far.
    usage: u64,
}

impl Group {
    fn expected(&self) -> u64 {
        self.shared.expected.get().unwrap_or(self.usage)
    }

    /// The card of a tier, at the expected users.
    fn card(&self, limit: u64) -> Option<TierCard> {
        let cards = tier_cards(&self.list, &self.subscription, self.expected());
        cards.into_iter().find(|card| card.limit == limit)
    }

    /// A choice with the chosen billing frequency.
    fn with_frequency(&self, choice: Choice) -> Choice {
        let chosen = self.shared.choice(&self.subscription, &self.book);
        match (choice.tier(), chosen.and_then(Choice::frequency)) {
            (Some(limit), Some(frequency)) => Choice::Billed(limit, frequency),
            (_, _) => choice,
        }
    }

    fn is_yearly(&self) -> bool {
        self.shared.frequency(&self.subscription, &self.book) == BillingFrequency::Annual
    }

    fn radio(self: &Rc<Self>, choice: Choice, value: String) -> Element {
        let (group, shared) = (Rc::clone(self), self.shared);
        let chosen = Rc::clone(&group);
        let is_chosen = move || {
            let chosen = shared.choice(&chosen.subscription, &chosen.book);
            chosen.map(Choice::tier) == Some(choice.tier())
        };
        el("input")
            .class("tier__radio")
            .attr("type", "radio")
            .attr("name", "tier")
            .attr("value", value)
            .property("checked", is_chosen)
            .property("disabled", move || shared.checkout.ordering.is_locked())
            .on("change", move |_| {
                shared.choose(group.with_frequency(choice))
            })
    }
}

fn tier(group: &Rc<Group>, card: &TierCard) -> Element {
    let text = messages::change();
    let limit = card.limit;
    let waits = scheduled_on(&group.subscription, limit);
    let chip = match waits {
        _ if card.is_current => Some(text.current.to_owned()),
        Some(day) => Some(fill(text.scheduled, &[&format::day(day)])),
        None => None,
    };
    let unit = format::count(extra_unit(&group.list));
    let extra = fill(text.extra, &[&format::money(card.extra), &unit]);
    let title = span("tier__title")
        .child(fill(text.tier, &[&format::count(limit)]))
        .child(chip.map(|chip| span("chip").child(chip)));
    let name = span("tier__name")
        .child(title)
        .child(span("tier__unit").child(extra));
    let prices = [
        (format::money(card.monthly), text.a_month),
        (format::money(card.yearly.0), messages::annual().a_year),
    ];
    let (shown, priced) = (Rc::clone(group), Rc::clone(group));
    let price = span("tier__price").live(move || {
        let (price, per) = &prices[usize::from(priced.is_yearly())];
        many([price.as_str().into(), span("tier__per").child(*per).into()])
    });
    el("label")
        .class("tier")
        .child(group.radio(Choice::Tier(limit), limit.to_string()))
        .child(name)
        .live(move || shown.card(limit).map(|card| usage(&shown, &card)))
        .child(price)
}

/// The cost of the expected users on a tier; with annual billing, the limit of the term.
fn usage(group: &Group, card: &TierCard) -> Element {
    let text = messages::change();
    if group.is_yearly() {
        let limit = format::count(card.yearly.1);
        let words = fill(messages::annual().tier_limit, &[&limit]);
        return span("tier__usage").child(span("tier__words").child(words));
    }
    let words = match group.subscription.trial {
        Some(_) => text.overage_after_trial,
        None => text.overage,
    };
    let (class, words) = match &card.overage {
        Some(amount) => {
            let amount = format::money(*amount);
            ("tier__usage tier__usage--over", fill(words, &[&amount]))
        }
        None => {
            let expected = format::count(group.expected());
            ("tier__usage", fill(text.covers, &[&expected]))
        }
    };
    let percent = |part: u64| format!("{part}%");
    let fill = span("tier__fill")
        .attr("aria-hidden", "true")
        .child(span("tier__fill-used").style("inline-size", percent(card.fill.used)))
        .child(span("tier__fill-over").style("inline-size", percent(card.fill.over)));
    span(class)
        .child(span("tier__words").child(words))
        .child(fill)
}

fn enterprise(group: &Rc<Group>, largest: u64) -> Element {
    let text = messages::change();
    let name = span("tier__name")
        .child(span("tier__title").child(fill(text.enterprise, &[&format::count(largest)])))
        .child(span("tier__unit").child(text.enterprise_detail));
    el("label")
        .class("tier")
        .child(group.radio(Choice::Enterprise, "enterprise".to_owned()))
        .child(name)
        .child(span("tier__price").child(text.enterprise_price))
}
