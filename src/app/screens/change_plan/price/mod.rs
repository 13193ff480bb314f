//! The price of the choice: the receipt, the next invoices, and the button that confirms it.

use std::collections::BTreeMap;
use std::rc::Rc;

use api::plan::quote::{Quote, list_of};
use api::plan::subscription::Subscription;
use billing::{BillingFrequency, PriceBook};

use super::Shared;
use super::expected::heading;
use super::state::{self, Kind, UsageBasis};
use crate::checkout::bill::{self, Agreement, NothingNew};
use crate::checkout::outcome::outcome;
use crate::checkout::{charges_now, preview};
use crate::components::receipt;
use crate::messages::{self, fill, format};
use crate::routing::links::links;
use crate::routing::route::Choice;
use crate::view::{Element, Live, View, div, el, follow, h2, live, p, section};

mod notes;

/// The price of the choice.
pub(super) fn price(shared: Shared, subscription: &Rc<Subscription>, book: &Rc<PriceBook>) -> View {
    shared.checkout.ordering.hand_on_focus();
    let (subscription, book) = (Rc::clone(subscription), Rc::clone(book));
    let list = list_of(&book, &subscription);
    let so_far = list.map_or(0, |list| state::usage_so_far(list, &subscription));
    let projected = follow(move || heading(shared).map(|(users, _)| users));
    let open = Live::new(false);
    live(move || {
        shared.checkout.ordering.hand_on_focus();
        let expected = shared.expected.get().unwrap_or(so_far);
        let price = Price {
            shared,
            subscription: Rc::new(state::expecting(&subscription, so_far, expected)),
            book: Rc::clone(&book),
            open,
            so_far,
            expected,
            basis: state::usage_basis(expected, so_far, projected.get()),
        };
        match shared.choice(&price.subscription, &price.book) {
            Some(Choice::Enterprise) => price.enterprise(),
            Some(Choice::Tier(tier)) => price.tier(tier, None),
            Some(Choice::Billed(tier, frequency)) => price.tier(tier, Some(frequency)),
            None => price.tier(price.subscription.tier, None),
        }
    })
}

struct Price {
    shared: Shared,
    /// The subscription, at the expected users.
    subscription: Rc<Subscription>,
    book: Rc<PriceBook>,
    /// Whether all derivations are open.
    open: Live<bool>,
    /// The usage of the month so far.
    so_far: u64,
    /// The expected users.
    expected: u64,
    /// What they are based on.
    basis: UsageBasis,
}

impl Price {
    fn tier(&self, tier: u64, frequency: Option<BillingFrequency>) -> View {
        let text = messages::change();
        match state::kind_with(&self.subscription, tier, frequency) {
            Kind::Current => self.nothing_new(text.current_title, text.current_text),
            Kind::AlreadyScheduled => {
                let day = state::scheduled_on(&self.subscription, tier).map(format::date);
                let figures = [format::count(tier), day.unwrap_or_default()];
                let words = fill(text.already_text, &figures.each_ref().map(String::as_str));
                self.nothing_new(text.already_title, &words)
            }
            kind => {
                let change = state::change(&self.subscription, tier, frequency);
                match preview(&self.book, &self.subscription, &change) {
                    Ok(quote) => self.quote(kind, tier, &Rc::new(quote)),
                    Err(why) => {
                        bill::refusal(self.shared.checkout, &why, messages::failure().no_price)
                    }
                }
            }
        }
    }

    fn nothing_new(&self, title: &str, words: &str) -> View {
        let said = NothingNew {
            title,
            words,
            estimated_with: self.estimated_with(),
        };
        bill::nothing_new(self.shared.checkout, &self.subscription, &self.book, said)
    }

    fn quote(&self, kind: Kind, tier: u64, quote: &Rc<Quote>) -> View {
        let text = messages::change();
        let from_to = self.what_changes(kind, tier, quote);
        let title = match kind {
            Kind::Downgrade | Kind::OtherFrequency => {
                fill(text.from_date, &[&format::date(quote.renews_on())])
            }
            _ => text.due_now.to_owned(),
        };
        let receipt = if kind == Kind::Upgrade {
            bill::due(quote, &self.book, self.open)
        } else if turns_to_a_year(quote) {
            self.year(quote)
        } else {
            receipt::sum(text.nothing_due, quote.due_now.total)
        };
        section("card receipt checkout__price")
            .attr("aria-label", from_to.as_str())
            .child(
                div("card__head")
                    .child(h2("card__title").child(title))
                    .child(p("card__aside").child(from_to)),
            )
            .child(receipt)
            .child(bill::then(quote))
            .child(self.estimated_with())
            .child(self.terms(kind, quote))
            .child(div("checkout__notes").children(self.notes(kind, tier, quote)))
            .child(outcome(self.shared.checkout))
            .child(self.action(kind, quote))
            .into()
    }

    /// The users that the next invoices are estimated with; nothing in trial, where usage is free.
    fn estimated_with(&self) -> Option<Element> {
        let text = messages::change();
        if self.subscription.trial.is_some() {
            return None;
        }
        let words = match self.basis {
            UsageBasis::SoFar => text.estimated_so_far,
            UsageBasis::Projected => text.estimated_projected,
            UsageBasis::Entered => text.estimated_entered,
        };
        let users = format::count(self.expected);
        Some(p("checkout__basis").child(fill(words, &[&users])))
    }

    fn what_changes(&self, kind: Kind, tier: u64, quote: &Quote) -> String {
        let (text, yearly) = (messages::change(), messages::annual());
        match (kind, quote.frequency_after) {
            (Kind::OtherFrequency, BillingFrequency::Annual) => yearly.to_year.to_owned(),
            (Kind::OtherFrequency, BillingFrequency::Monthly) => yearly.to_months.to_owned(),
            _ => {
                let tiers = [self.subscription.tier, tier].map(format::count);
                fill(text.from_to, &tiers.each_ref().map(String::as_str))
            }
        }
    }

    /// The first invoice of an annual term, line by line.
    fn year(&self, quote: &Quote) -> View {
        let next = &quote.next_invoice;
        let label = fill(messages::annual().first_invoice, &[&format::day(next.date)]);
        View::Many(vec![
            receipt::statement(&next.statement, &self.book, &label, self.open),
            receipt::how(self.open).into(),
        ])
    }

    fn terms(&self, kind: Kind, quote: &Quote) -> Element {
        let text = messages::change();
        let effect = match kind {
            Kind::Downgrade | Kind::OtherFrequency => {
                fill(text.effect_date, &[&format::date(quote.renews_on())])
            }
            Kind::InTrial => text.effect_free.to_owned(),
            _ => text.effect_now.to_owned(),
        };
        let mut terms = vec![(text.effect, effect)];
        if charges_now(quote) {
            terms.extend(bill::payment_terms(&self.subscription, quote));
        }
        bill::terms(
            terms
                .into_iter()
                .map(|(term, fact)| (term.to_owned(), fact)),
        )
    }

    fn action(&self, kind: Kind, quote: &Rc<Quote>) -> Element {
        let text = messages::change();
        let charges = charges_now(quote);
        let lacks_card = charges && self.subscription.payment_method.is_none();
        let total = format::money(quote.due_now.total);
        let (label, promise) = match kind {
            Kind::Downgrade => (text.downgrade.to_owned(), text.promise_downgrade),
            Kind::OtherFrequency => (text.update.to_owned(), messages::annual().promise),
            Kind::InTrial => (text.update.to_owned(), text.promise_trial),
            _ if charges => (fill(text.update_pay, &[&total]), text.promise),
            _ => (text.update.to_owned(), text.promise),
        };
        let (ordering, quote) = (self.shared.checkout.ordering, Rc::clone(quote));
        let agreement = Agreement {
            label,
            promise,
            disabled_reason: Rc::new(move || lacks_card.then(|| text.no_card_detail.to_owned())),
            agree: Box::new(move || {
                if !lacks_card {
                    ordering.confirm(&quote, BTreeMap::new());
                }
            }),
        };
        bill::action(ordering, agreement)
    }

    /// Usage above the largest tier: nothing is ordered here (UX 16).
    fn enterprise(&self) -> View {
        let text = messages::change();
        let list = list_of(&self.book, &self.subscription).ok();
        let largest = list.and_then(|list| list.tiers.last());
        let largest = format::count(largest.map_or(0, |tier| tier.limit));
        let contact = el("a")
            .class("button button--primary button--wide")
            .attr("href", &links().sales)
            .child(text.enterprise_action);
        section("card checkout__price")
            .child(div("card__head").child(h2("card__title").child(text.enterprise_title)))
            .child(p("checkout__promise").child(fill(text.enterprise_text, &[&largest])))
            .child(div("checkout__action").child(contact))
            .into()
    }
}

/// Whether this order starts an annual term on the next 1st.
fn turns_to_a_year(quote: &Quote) -> bool {
    quote.annual_after.is_none()
        && quote.change.frequency.is_some()
        && quote.frequency_after == BillingFrequency::Annual
}
