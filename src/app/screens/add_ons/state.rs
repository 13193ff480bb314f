//! What Manage Add-ons shows, decided from the contract's types alone.

use std::collections::{BTreeMap, BTreeSet};

use api::subscription::{ScheduledKind, Subscription};
use billing::annual::price_of_months;
use billing::identity::OneLine;
use billing::price_book::AddOn;
use billing::reason::{Reason, ReasonFault, check_removals};
use billing::{AddOnId, PlanChange, PriceList, Status};
use chrono::NaiveDate;

use crate::route::Basket;

/// How an add-on stands, whatever is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddOnState {
    /// It can be had.
    Available,
    /// It is in force.
    Active,
    /// It is in force, and goes.
    Leaving {
        /// What the removal is withdrawn by.
        id: String,
        /// When it goes.
        on: NaiveDate,
    },
}

/// An add-on as it is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its id.
    pub id: AddOnId,
    /// Its name.
    pub name: String,
    /// The price of a month on the tier in force, before tax; within a year that is paid for, the
    /// year's. None where it is free.
    pub monthly: Option<String>,
    /// The percentage that it adds to an overage; none where it adds nothing.
    pub surcharge: Option<String>,
    /// How many a month includes, and what each further one costs.
    pub included: Option<(u64, String)>,
    /// How it stands.
    pub state: AddOnState,
}

/// The add-ons of one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryCards {
    /// The category.
    pub category: String,
    /// Its add-ons, as the price list has them.
    pub cards: Vec<Card>,
}

/// The add-ons by category, in the order of the alphabet.
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
        Some(annual) => price_of_months(monthly, annual.months, &list.annual).ok()?,
        None => monthly,
    };
    let price = price.settle(list.currency).ok()?;
    let surcharge = add_on.surcharge_percent;
    let surcharges = surcharge != billing::Exact::whole(0);
    let included = add_on.included.as_ref();
    Some(Card {
        id: add_on.id.clone(),
        name: add_on.name.clone(),
        monthly: (!add_on.price.is_free()).then(|| price.to_string()),
        surcharge: surcharges.then(|| surcharge.to_string()),
        included: included.map(|included| (included.a_month, included.extra_price.to_string())),
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

/// What the address chooses, made good: what can be had, and what can be dropped.
pub fn basket(list: &PriceList, subscription: &Subscription, wanted: &Basket) -> Basket {
    let stands = |id: &&AddOnId, expected: &AddOnState| {
        list.add_on(id.as_str()).is_some() && state(subscription, id) == *expected
    };
    let chosen = |ids: &BTreeSet<AddOnId>, expected| {
        let ids = ids.iter().filter(|id| stands(id, &expected));
        ids.cloned().collect()
    };
    Basket {
        add: chosen(&wanted.add, AddOnState::Available),
        remove: chosen(&wanted.remove, AddOnState::Active),
    }
}

/// The basket with an add-on put in, or taken out where it was in.
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

/// The order of a basket.
pub fn change(basket: &Basket) -> PlanChange {
    PlanChange {
        tier: None,
        add: basket.add.clone(),
        remove: basket.remove.clone(),
        frequency: None,
    }
}

/// Whether what is dropped goes at once, or on the next 1st.
pub const fn goes_at_once(status: Status) -> bool {
    match status {
        Status::Trial => true,
        Status::Active => false,
    }
}

/// The reasons that are offered, each with the word that stands for it (SPEC 11).
pub const OFFERED: [&str; 6] = [
    "too_expensive",
    "missing_feature",
    "switching_product",
    "low_usage",
    "temporary_project",
    OTHER,
];

/// The word that stands for the person's own reason.
pub const OTHER: &str = "other";

/// What a person has said so far about an add-on that goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The word of [`OFFERED`] that is chosen; empty while none is.
    pub word: String,
    /// Their own words, kept while another reason is chosen.
    pub own: String,
}

impl Said {
    /// The reason; none while none is chosen.
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

    /// What is wrong with it, as the backend would say.
    pub fn fault(&self) -> Option<ReasonFault> {
        let Some(reason) = self.reason() else {
            return Some(ReasonFault::Missing);
        };
        reason.check().err().map(ReasonFault::Words)
    }
}

/// Words without the blanks around them, as they are kept; what cannot be kept stays as it is.
fn kept(words: &str) -> String {
    OneLine::parse(words).map_or_else(|_| words.to_owned(), String::from)
}

/// The reasons of what is dropped, or the first add-on whose reason is still wrong.
///
/// # Errors
/// That add-on, and whether its own words are at fault.
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

/// Whether a fault lies in the person's own words, not in the list.
pub const fn is_about_words(fault: ReasonFault) -> bool {
    match fault {
        ReasonFault::Words(_) => true,
        ReasonFault::Missing | ReasonFault::Unasked => false,
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
