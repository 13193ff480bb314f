//! Monthly or annual billing: a choice if annual billing is offered.

use std::rc::Rc;

use api::plan::quote::list_of;
use api::plan::subscription::Subscription;
use billing::{BillingFrequency, PriceBook};

use super::Shared;
use super::state::{coming, offers_a_year};
use crate::components::form::field;
use crate::messages::{self, fill, format};
use crate::routing::route::Choice;
use crate::view::{Element, div, el};

/// The switch; nothing when there is no choice.
pub(super) fn switch(
    shared: Shared,
    subscription: &Rc<Subscription>,
    book: &Rc<PriceBook>,
) -> Option<Element> {
    if !offers_a_year(subscription) {
        return None;
    }
    let text = messages::annual();
    let list = list_of(book, subscription).ok()?;
    let discount = list.annual.discount_percent.to_string();
    let yearly = fill(text.yearly, &[&format::decimal(&discount)]);
    let item = |frequency, label: &str| {
        let (subscription, book) = (Rc::clone(subscription), Rc::clone(book));
        let (plan, prices) = (Rc::clone(&subscription), Rc::clone(&book));
        field::choice(
            "frequency",
            label,
            move || shared.frequency(&plan, &prices) == frequency,
            move || choose(shared, &subscription, &book, frequency),
        )
    };
    let items = div("choice")
        .child(item(BillingFrequency::Monthly, text.monthly))
        .child(item(BillingFrequency::Annual, &yearly));
    let switch = el("fieldset")
        .class("change-plan__frequency")
        .child(el("legend").class("visually-hidden").child(text.billed))
        .child(items);
    Some(switch)
}

/// Chooses the frequency for the chosen tier. The one that applies anyway is left out of the address.
fn choose(
    shared: Shared,
    subscription: &Subscription,
    book: &PriceBook,
    frequency: BillingFrequency,
) {
    let chosen = shared.choice(subscription, book).and_then(Choice::tier);
    let tier = chosen.unwrap_or(subscription.tier);
    shared.choose(if frequency == coming(subscription) {
        Choice::Tier(tier)
    } else {
        Choice::Billed(tier, frequency)
    });
}
