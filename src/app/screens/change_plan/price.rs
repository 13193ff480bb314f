//! What the choice costs: the receipt, what follows from it, and the one button that agrees to it.

use std::rc::Rc;

use api::quote::{NoQuote, Quote, list_of};
use api::subscription::Subscription;
use billing::{PlanChange, PriceBook};

use super::state::{self, Kind};
use super::{Shared, outcome};
use crate::banner::{Tone, banner};
use crate::button::patient;
use crate::format;
use crate::icon::{Sign, icon};
use crate::messages::{fill, messages};
use crate::navigation::link;
use crate::online::Online;
use crate::receipt::{self, how};
use crate::route::{Choice, Page};
use crate::view::{Element, Live, View, dd, div, dl, dt, el, h2, live, p, section, shared, span};

mod notes;

/// The price of the choice, in the same frame as the choice.
pub(super) fn price(shared: Shared, subscription: &Rc<Subscription>, book: &Rc<PriceBook>) -> View {
    shared.ordering.hand_on_focus();
    let price = Price {
        shared,
        subscription: Rc::clone(subscription),
        book: Rc::clone(book),
        open: Live::new(false),
    };
    live(move || {
        shared.ordering.hand_on_focus();
        match shared.choice(&price.subscription, &price.book) {
            Some(Choice::Enterprise) => price.enterprise(),
            Some(Choice::Tier(tier)) => price.tier(tier),
            None => price.tier(price.subscription.tier),
        }
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
    fn tier(&self, tier: u64) -> View {
        let text = &messages().change;
        match state::kind(&self.subscription, tier) {
            Kind::Current => self.nothing_new(text.current_title, text.current_text),
            Kind::AlreadyScheduled => {
                let day = state::scheduled_on(&self.subscription, tier).map(format::date);
                let figures = [format::count(tier), day.unwrap_or_default()];
                let words = fill(text.already_text, &figures.each_ref().map(String::as_str));
                self.nothing_new(text.already_title, &words)
            }
            kind => {
                let change = PlanChange::to_tier(tier);
                match state::preview(&self.book, &self.subscription, &change) {
                    Ok(quote) => self.quote(kind, tier, &Rc::new(quote)),
                    Err(why) => self.refusal(&why),
                }
            }
        }
    }

    /// A choice that changes nothing: what the next invoice is anyway, and nothing to agree to.
    fn nothing_new(&self, title: &str, words: &str) -> View {
        let text = &messages().change;
        let quote = state::preview(&self.book, &self.subscription, &PlanChange::default());
        let next = quote.ok().map(|quote| {
            let part = then_part(text.before, &quote.next_invoice, &quote.currency);
            div("change-plan__then").child(part)
        });
        section("card change-plan__price")
            .child(div("card__head").child(h2("card__title").child(title)))
            .child(p("change-plan__promise").child(words))
            .child(next)
            .child(outcome::outcome(self.shared))
            .child(div("card__foot").child(link(Page::MyPlan, "button").child(text.to_plan)))
            .into()
    }

    fn refusal(&self, why: &NoQuote) -> View {
        let shared = self.shared;
        let words = match why {
            NoQuote::OtherBook => messages().failure.other_book,
            NoQuote::Refused(_) => messages().failure.no_price,
        };
        let retry = el("button")
            .class("button")
            .attr("type", "button")
            .on("click", move |_| shared.refresh())
            .child(messages().failure.retry);
        banner(Tone::Failed, words, &[], Some(retry)).into()
    }

    fn quote(&self, kind: Kind, tier: u64, quote: &Rc<Quote>) -> View {
        let text = &messages().change;
        let tiers = [self.subscription.tier, tier].map(format::count);
        let from_to = fill(text.from_to, &tiers.each_ref().map(String::as_str));
        let title = match kind {
            Kind::Downgrade => fill(text.from_date, &[&format::date(quote.next_invoice.date)]),
            _ => text.due_now.to_owned(),
        };
        let receipt = if kind == Kind::Upgrade {
            self.receipt(quote)
        } else {
            receipt::sum(text.nothing_due, &quote.due_now.total, &quote.currency)
        };
        section("card receipt change-plan__price")
            .attr("aria-label", from_to.as_str())
            .child(
                div("card__head")
                    .child(h2("card__title").child(title))
                    .child(p("card__aside").child(from_to)),
            )
            .child(receipt)
            .child(then(quote))
            .child(self.terms(kind, quote))
            .child(div("change-plan__notes").children(self.notes(kind, tier, quote)))
            .child(outcome::outcome(self.shared))
            .child(self.action(kind, quote))
            .into()
    }

    fn receipt(&self, quote: &Quote) -> View {
        let text = messages();
        let (due, currency) = (&quote.due_now, quote.currency.as_str());
        let untaxed = due.taxes.is_empty().then(|| {
            let why = fill(text.receipt.no_tax, &[&format::currency_name(currency)]);
            p("receipt__tax receipt__row")
                .child(span("receipt__label").child(text.receipt.tax))
                .child(span("receipt__amount").child(format::money("0", currency)))
                .child(span("receipt__mark receipt__mark--none"))
                .child(span("receipt__why").child(why))
        });
        View::Many(vec![
            receipt::lines(&due.lines, currency, self.open),
            receipt::subtotal(due, currency),
            receipt::taxes(&due.taxes, currency, self.open),
            untaxed.into(),
            receipt::sum(text.change.total_due, &due.total, currency),
            how(self.open).into(),
        ])
    }

    fn terms(&self, kind: Kind, quote: &Quote) -> Element {
        let text = &messages().change;
        let effect = match kind {
            Kind::Downgrade => fill(text.effect_date, &[&format::date(quote.next_invoice.date)]),
            Kind::InTrial => text.effect_free.to_owned(),
            _ => text.effect_now.to_owned(),
        };
        let mut terms = vec![(text.effect, effect)];
        if state::charges_now(quote) {
            let method = self.subscription.payment_method.as_ref();
            let charged = method.map_or(text.no_card.to_owned(), |card| {
                fill(messages().plan.card, &[&card.brand, &card.last4])
            });
            let zone = format::zone(self.subscription.offset_minutes);
            let until = fill(text.holds_until, &[&format::day(quote.billing_day), &zone]);
            terms.push((text.charged_to, charged));
            terms.push((text.holds, until));
        }
        dl("change-plan__terms").children(terms.into_iter().flat_map(|(term, fact)| {
            [
                dt("change-plan__term").child(term),
                dd("change-plan__fact").child(fact),
            ]
        }))
    }

    fn action(&self, kind: Kind, quote: &Rc<Quote>) -> Element {
        let text = &messages().change;
        let charges = state::charges_now(quote);
        let lacks_card = charges && self.subscription.payment_method.is_none();
        let total = format::money(&quote.due_now.total, &quote.currency);
        let (label, promise) = match kind {
            Kind::Downgrade => (text.downgrade.to_owned(), text.promise_downgrade),
            Kind::InTrial => (text.update.to_owned(), text.promise_trial),
            _ if charges => (fill(text.update_pay, &[&total]), text.promise),
            _ => (text.update.to_owned(), text.promise),
        };
        let (online, ordering) = (shared::<Online>(), self.shared.ordering);
        let why = move || {
            if !online.get() {
                messages().shell.offline_reason
            } else if lacks_card {
                text.no_card_detail
            } else {
                promise
            }
        };
        let is_hindered = move || !online.get() || lacks_card || ordering.is_pending();
        let quote = Rc::clone(quote);
        let class = "button button--primary button--wide";
        let button = patient(class, &label, move || ordering.is_busy())
            .attr("type", "button")
            .attr("aria-describedby", "promise")
            .flag("aria-disabled", is_hindered)
            .slot(ordering.button())
            .on("click", move |_| {
                if online.get_now() && !lacks_card {
                    ordering.confirm(&quote);
                }
            });
        div("change-plan__action")
            .child(button)
            .child(p("change-plan__promise").id("promise").live(why))
    }

    /// More than the largest tier holds: nothing is ordered here (UX 16).
    fn enterprise(&self) -> View {
        let text = &messages().change;
        let list = list_of(&self.book, &self.subscription).ok();
        let largest = list.and_then(|list| list.tiers.last());
        let largest = format::count(largest.map_or(0, |tier| tier.limit));
        let contact = el("a")
            .class("button button--primary button--wide")
            .attr("href", text.enterprise_mail)
            .child(text.enterprise_action);
        section("card change-plan__price")
            .child(div("card__head").child(h2("card__title").child(text.enterprise_title)))
            .child(p("change-plan__promise").child(fill(text.enterprise_text, &[&largest])))
            .child(div("change-plan__action").child(contact))
            .into()
    }
}

/// The next invoice before and after.
fn then(quote: &Quote) -> Element {
    let text = &messages().change;
    div("change-plan__then")
        .child(then_part(
            text.before,
            &quote.next_invoice_before,
            &quote.currency,
        ))
        .child(icon(Sign::Onward))
        .child(then_part(text.after, &quote.next_invoice, &quote.currency))
}

fn then_part(label: &str, next: &api::quote::NextInvoice, currency: &str) -> Element {
    let total = format::money(&next.statement.total, currency);
    div("change-plan__then-part")
        .child(p("change-plan__then-label").child(fill(label, &[&format::day(next.date)])))
        .child(p("change-plan__then-value").child(total))
}
