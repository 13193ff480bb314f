//! What Manage Add-ons shows, decided from the contract's types alone.

use std::collections::{BTreeMap, BTreeSet};

use api::plan::subscription::{ScheduledKind, Subscription};
use billing::account::reason::{Reason, ReasonFault, check_removals};
use billing::catalog::price_book::AddOn;
use billing::pricing::annual::price_of_months;
use billing::text::OneLine;
use billing::{AddOnId, Exact, Money, PlanChange, PlanChangeId, PriceList};
use chrono::NaiveDate;

use crate::routing::route::Basket;

/// The state of an add-on, whatever is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddOnState {
    /// It can be added.
    Available,
    /// It is in force.
    Active,
    /// It is in force, and its removal is scheduled.
    Leaving {
        /// The id of the scheduled removal, for its withdrawal.
        id: PlanChangeId,
        /// The day on which it is removed.
        on: NaiveDate,
    },
}

/// An add-on as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub id: AddOnId,
    pub name: String,
    /// The price of a month on the tier in force, before tax; in an annual term, the price of the term.
    /// `None` when it is free.
    pub monthly: Option<Money>,
    /// The percentage that it adds to an overage; `None` when it adds nothing.
    pub surcharge: Option<String>,
    /// How many uses a month includes, and the price of each further one.
    pub included: Option<(u64, Exact)>,
    pub state: AddOnState,
}

/// The add-ons of one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryCards {
    pub category: String,
    /// The add-ons, in the order of the price list.
    pub cards: Vec<Card>,
}

/// The add-ons by category, the categories in alphabetical order.
pub fn categories(list: &PriceList, subscription: &Subscription) -> Vec<CategoryCards> {
    let mut categories: BTreeMap<&str, Vec<Card>> = BTreeMap::new();
    for add_on in &list.add_ons {
        if let Some(card) = card(list, subscription, add_on) {
            categories.entry(&add_on.category).or_default().push(card);
        }
    }
    let group = |(category, cards): (&str, Vec<Card>)| CategoryCards {
        category: category.to_owned(),
        cards,
    };
    categories.into_iter().map(group).collect()
}

fn card(list: &PriceList, subscription: &Subscription, add_on: &AddOn) -> Option<Card> {
    let tier = list.tier(subscription.tier)?;
    let monthly = add_on.price.on(tier).ok()?;
    let price = match subscription.annual {
        Some(annual) => price_of_months(monthly, annual.term.months(), &list.annual).ok()?,
        None => monthly,
    };
    let price = price.settle(list.currency).ok()?;
    let surcharge = add_on.surcharge_percent;
    let surcharges = surcharge != billing::Exact::whole(0);
    let included = add_on.included.as_ref();
    Some(Card {
        id: add_on.id.clone(),
        name: add_on.name.clone(),
        monthly: (!add_on.price.is_free()).then_some(price),
        surcharge: surcharges.then(|| surcharge.to_string()),
        included: included.map(|included| (included.a_month, included.extra_price)),
        state: state(subscription, &add_on.id),
    })
}

fn state(subscription: &Subscription, id: &AddOnId) -> AddOnState {
    let mut waiting = subscription.scheduled.iter();
    let removal = waiting.find(|change| change.kind == ScheduledKind::Removal(id.clone()));
    match removal {
        Some(change) => AddOnState::Leaving {
            id: change.id.clone(),
            on: change.effective,
        },
        None if subscription.add_ons.contains(id) => AddOnState::Active,
        None => AddOnState::Available,
    }
}

/// The choice of the address without what cannot be added or removed.
pub fn basket(list: &PriceList, subscription: &Subscription, wanted: &Basket) -> Basket {
    let stands = |id: &&AddOnId, expected: &AddOnState| {
        list.add_on(id.as_str()).is_some() && state(subscription, id) == *expected
    };
    let chosen = |ids: &BTreeSet<AddOnId>, expected| {
        let ids = ids.iter().filter(|id| stands(id, &expected));
        let mut chosen = BTreeSet::new();
        chosen.extend(ids.cloned());
        chosen
    };
    Basket {
        add: chosen(&wanted.add, AddOnState::Available),
        remove: chosen(&wanted.remove, AddOnState::Active),
    }
}

/// The basket with the add-on added to it, or taken out if it was in.
pub fn toggled(mut basket: Basket, id: &AddOnId, state: &AddOnState) -> Basket {
    let side = match state {
        AddOnState::Available => &mut basket.add,
        AddOnState::Active => &mut basket.remove,
        AddOnState::Leaving { .. } => return basket,
    };
    if !side.remove(id) {
        side.insert(id.clone());
    }
    basket
}

/// The order for a basket.
pub fn change(basket: &Basket) -> PlanChange {
    PlanChange {
        tier: None,
        add: basket.add.clone(),
        remove: basket.remove.clone(),
        frequency: None,
    }
}

/// Whether a removal takes effect at once, instead of on the next 1st.
pub const fn goes_at_once(subscription: &Subscription) -> bool {
    subscription.trial.is_some()
}

/// The reasons in the list, by their wire values (SPEC 11).
pub const OFFERED: [&str; 6] = [
    "too_expensive",
    "missing_feature",
    "switching_product",
    "low_usage",
    "temporary_project",
    OTHER,
];

/// The wire value of the person's own reason.
pub const OTHER: &str = "other";

/// What a person has entered so far about a removal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The chosen value of [`OFFERED`]; empty while none is chosen.
    pub word: String,
    /// The person's own reason; kept while another reason is chosen.
    pub own: String,
}

impl Said {
    /// The reason; `None` while none is chosen.
    pub fn reason(&self) -> Option<Reason> {
        Some(match self.word.as_str() {
            "too_expensive" => Reason::TooExpensive,
            "missing_feature" => Reason::MissingFeature,
            "switching_product" => Reason::SwitchingProduct,
            "low_usage" => Reason::LowUsage,
            "temporary_project" => Reason::TemporaryProject,
            OTHER => Reason::Other(kept(&self.own)),
            _ => return None,
        })
    }

    /// The fault of the reason, by the rule that the backend checks too.
    pub fn fault(&self) -> Option<ReasonFault> {
        let Some(reason) = self.reason() else {
            return Some(ReasonFault::Missing);
        };
        reason.check().err().map(ReasonFault::Words)
    }
}

/// The text trimmed, as it is stored; a text that cannot be stored is unchanged.
fn kept(words: &str) -> String {
    OneLine::parse(words).map_or_else(|_| words.to_owned(), String::from)
}

/// The reasons for all removals.
///
/// # Errors
/// The first add-on whose reason is missing or cannot be stored.
pub fn reasons(
    basket: &Basket,
    said: &BTreeMap<AddOnId, Said>,
) -> Result<BTreeMap<AddOnId, Reason>, AddOnId> {
    let reason = |id: &AddOnId| Some((id.clone(), said.get(id)?.reason()?));
    let reasons = basket.remove.iter().filter_map(reason).collect();
    match check_removals(&basket.remove, &reasons) {
        Ok(()) => Ok(reasons),
        Err(unreasoned) => Err(unreasoned.add_on),
    }
}

/// Whether the fault is in the person's own reason, not in the list.
pub const fn is_about_words(fault: ReasonFault) -> bool {
    match fault {
        ReasonFault::Words(_) => true,
        ReasonFault::Missing | ReasonFault::Unasked => false,
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
