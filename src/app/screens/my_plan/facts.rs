//! The plan at a glance.

use super::state::Plan;
use crate::components::glossary::explained;
use crate::messages::{self, fill, format};
use crate::view::{Element, View, dd, div, dl, dt};
use api::plan::subscription::Subscription;
use billing::{Money, PriceBook};

/// A term and what holds for it.
struct Fact {
    label: String,
    value: String,
    detail: String,
}

/// Plan, add-ons, next invoice, payment method, currency.
pub(super) fn facts(plan: &Plan, subscription: &Subscription, book: &PriceBook) -> View {
    let text = messages::plan();
    let currency = subscription.currency;
    let (next, estimate) = next_sum(plan);
    let items = [
        Fact {
            label: text.plan.to_owned(),
            value: fill(text.tier, &[&book.plan, &format::count(subscription.tier)]),
            detail: price(plan, subscription),
        },
        add_ons(plan, subscription),
        Fact {
            label: next_on(plan, subscription),
            value: next,
            detail: estimate,
        },
        pays_with(subscription),
        Fact {
            label: text.currency.to_owned(),
            value: format::currency_name(currency),
            detail: text.currency_detail.to_owned(),
        },
    ];
    dl("card facts")
        .attr("aria-label", text.facts)
        .children(items.map(item))
        .into()
}

/// The price of the tier, and when it is charged.
fn price(plan: &Plan, subscription: &Subscription) -> String {
    let base = format::money(plan.base);
    let until = subscription.annual.map(|annual| annual.term.end());
    match (&subscription.trial, until) {
        (Some(trial), _) if trial.days_left > 0 => fill(
            messages::trial().free_until,
            &[&format::day(trial.charged_from), &base],
        ),
        (None, Some(until)) => fill(messages::annual().price, &[&base, &format::date(until)]),
        (Some(_), _) | (None, None) => fill(messages::plan().monthly, &[&base]),
    }
}

/// The sum of the next invoice, and what it includes; in an annual term it is mostly zero.
fn next_sum(plan: &Plan) -> (String, String) {
    let next = &plan.next.statement;
    if next.lines.is_empty() {
        let words = [
            messages::annual().nothing_due,
            messages::annual().nothing_due_detail,
        ];
        return words.map(str::to_owned).into();
    }
    let estimate = if next.taxes.is_empty() {
        messages::plan().estimate
    } else {
        messages::plan().estimate_taxed
    };
    (format::money(next.total), estimate.to_owned())
}

fn next_on(plan: &Plan, subscription: &Subscription) -> String {
    let words = match subscription.trial {
        Some(_) => messages::trial().first_on,
        None => messages::plan().next_invoice_on,
    };
    fill(words, &[&format::day(plan.next.date)])
}

fn item(fact: Fact) -> Element {
    div("facts__item")
        .child(dt("facts__label").child(fact.label))
        .child(dd("facts__value").child(explained(&fact.value)))
        .child(dd("facts__detail").child(fact.detail))
}

fn add_ons(plan: &Plan, subscription: &Subscription) -> Fact {
    let text = messages::plan();
    let price = |amount: &Money| format::money(*amount);
    let per = match subscription.annual {
        Some(_) => messages::annual().add_on_price,
        None => text.add_on_price,
    };
    let (value, detail) = match plan.add_ons.as_slice() {
        [] => (text.no_add_ons.to_owned(), String::new()),
        [(name, amount)] => (name.clone(), fill(per, &[&price(amount)])),
        many => {
            let each = many
                .iter()
                .map(|(name, amount)| fill(text.add_on_each, &[name, &price(amount)]));
            let each: Vec<String> = each.collect();
            let count = format::count(many.len() as u64);
            (fill(text.add_on_count, &[&count]), each.join(", "))
        }
    };
    Fact {
        label: text.add_ons.to_owned(),
        value,
        detail,
    }
}

fn pays_with(subscription: &Subscription) -> Fact {
    let text = messages::plan();
    let (value, detail) = match &subscription.payment_method {
        Some(card) => (
            fill(text.card, &[&card.brand, &card.last4]),
            fill(text.card_detail, &[&card.expires]),
        ),
        None => (text.no_card.to_owned(), text.no_card_detail.to_owned()),
    };
    Fact {
        label: text.pays_with.to_owned(),
        value,
        detail,
    }
}
