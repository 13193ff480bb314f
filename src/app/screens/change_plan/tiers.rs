//! The tiers as a group of cards, and the expected users they are compared by.

use api::quote::list_of;
use api::subscription::Subscription;
use billing::{PriceBook, PriceList};
use leptos::prelude::*;

use super::state::{TierCard, extra_unit, scheduled_on, tier_cards};
use super::{Shared, choose, expected};
use crate::format;
use crate::messages::{fill, messages};
use crate::navigation::Navigation;
use crate::route::Choice;

/// The choice.
pub(super) fn tiers(shared: Shared, subscription: Subscription, book: PriceBook) -> AnyView {
    let navigation = Navigation::here();
    let text = &messages().change;
    let Ok(list) = list_of(&book, &subscription).cloned() else {
        return super::choice_bones();
    };
    let chosen = {
        let (book, subscription) = (book.clone(), subscription.clone());
        Memo::new(move |_| shared.choice(&book, &subscription))
    };
    let locked = shared.ordering.is_locked();
    let limits: Vec<u64> = list.tiers.iter().map(|tier| tier.limit).collect();
    let largest = limits.last().copied().unwrap_or_default();
    let usage = subscription.account(&subscription.state(), &list).usage().usage;
    let cards = Cards { list, subscription, usage };
    let all = Memo::new({
        let cards = cards.clone();
        move |_| cards.of(shared.expected.get())
    });
    let card = move |index: usize, limit: u64| {
        let pick = move || choose(navigation, Choice::Tier(limit));
        tier(Tier {
            cards: cards.clone(),
            card: Signal::derive(move || all.get().get(index).cloned()),
            expected: Signal::derive(move || shared.expected.get().unwrap_or(usage)),
            is_chosen: Signal::derive(move || chosen.get() == Some(Choice::Tier(limit))),
            locked,
            pick: Callback::new(move |()| pick()),
        })
    };
    let cards = limits.into_iter().enumerate().map(|(index, limit)| card(index, limit));
    let is_enterprise = Signal::derive(move || chosen.get() == Some(Choice::Enterprise));
    view! {
        <section class="card">
            {expected::expected(shared, usage)}
            <fieldset class="tier__list">
                <legend class="visually-hidden">{text.tiers}</legend>
                {cards.collect_view()}
                {enterprise(largest, is_enterprise, locked, navigation)}
            </fieldset>
        </section>
    }
    .into_any()
}

/// What the cards are made from.
#[derive(Debug, Clone)]
struct Cards {
    list: PriceList,
    subscription: Subscription,
    usage: u64,
}

impl Cards {
    fn of(&self, expected: Option<u64>) -> Vec<TierCard> {
        tier_cards(&self.list, &self.subscription, expected.unwrap_or(self.usage))
    }
}

struct Tier {
    cards: Cards,
    card: Signal<Option<TierCard>>,
    expected: Signal<u64>,
    is_chosen: Signal<bool>,
    locked: Signal<bool>,
    pick: Callback<()>,
}

fn tier(tier: Tier) -> AnyView {
    let text = &messages().change;
    let Tier { cards, card, expected, is_chosen, locked, pick } = tier;
    let Some(shown) = card.get_untracked() else {
        return ().into_any();
    };
    let currency = cards.subscription.currency.clone();
    let waiting = scheduled_on(&cards.subscription, shown.limit);
    let chip = match waiting {
        _ if shown.is_current => Some(text.current.to_owned()),
        Some(day) => Some(fill(text.scheduled, &[&format::day(day)])),
        None => None,
    };
    let extra = [format::money(&shown.extra, &currency), format::count(extra_unit(&cards.list))];
    let covers = move || fill(text.covers, &[&format::count(expected.get())]);
    let money = currency.clone();
    let overage = Signal::derive(move || card.get().and_then(|card| card.overage));
    let usage = move || match overage.get() {
        Some(amount) => fill(text.overage, &[&format::money(&amount, &money)]),
        None => covers(),
    };
    let fill_used = move || card.get().map(|card| format!("{}%", card.fill.used));
    let fill_over = move || card.get().map(|card| format!("{}%", card.fill.over));
    view! {
        <label class="tier">
            <input
                type="radio"
                class="tier__radio"
                name="tier"
                value=shown.limit.to_string()
                prop:checked=move || is_chosen.get()
                prop:disabled=move || locked.get()
                on:change=move |_| pick.run(())
            />
            <span class="tier__name">
                <span class="tier__title">
                    {fill(text.tier, &[&format::count(shown.limit)])}
                    {chip.map(|chip| view! { <span class="chip">{chip}</span> })}
                </span>
                <span class="tier__unit">{fill(text.extra, &extra.each_ref().map(String::as_str))}</span>
            </span>
            <span class="tier__usage" class:tier__usage--over=move || overage.get().is_some()>
                <span>{usage}</span>
                <span class="tier__fill" aria-hidden="true">
                    <span class="tier__fill-used" style:inline-size=fill_used></span>
                    <span class="tier__fill-over" style:inline-size=fill_over></span>
                </span>
            </span>
            <span class="tier__price">
                {format::money(&shown.monthly, &currency)}
                <span class="tier__per">{text.a_month}</span>
            </span>
        </label>
    }
    .into_any()
}

fn enterprise(
    largest: u64,
    is_chosen: Signal<bool>,
    locked: Signal<bool>,
    navigation: Navigation,
) -> AnyView {
    let text = &messages().change;
    view! {
        <label class="tier">
            <input
                type="radio"
                class="tier__radio"
                name="tier"
                value="enterprise"
                prop:checked=move || is_chosen.get()
                prop:disabled=move || locked.get()
                on:change=move |_| choose(navigation, Choice::Enterprise)
            />
            <span class="tier__name">
                <span class="tier__title">{fill(text.enterprise, &[&format::count(largest)])}</span>
                <span class="tier__unit">{text.enterprise_detail}</span>
            </span>
            <span class="tier__price">{text.enterprise_price}</span>
        </label>
    }
    .into_any()
}
