//! What the choice costs: the receipt, what follows from it, and the one button that agrees to it.

use api::quote::{NoQuote, Quote, list_of};
use api::subscription::Subscription;
use billing::{PlanChange, PriceBook};
use leptos::prelude::*;

use super::state::{self, Kind, Warning};
use super::{Shared, outcome};
use crate::banner::{Tone, banner};
use crate::format;
use crate::icon::{Icon, Sign};
use crate::messages::{fill, messages};
use crate::navigation::NavLink;
use crate::online::Online;
use crate::receipt::{self, How};
use crate::route::{Choice, Page};

/// The price of the choice, in the same frame as the choice.
pub(super) fn price(shared: Shared, subscription: Subscription, book: PriceBook) -> AnyView {
    let open = RwSignal::new(false);
    let online = expect_context::<Online>();
    let chosen = {
        let (book, subscription) = (book.clone(), subscription.clone());
        Memo::new(move |_| shared.choice(&book, &subscription))
    };
    let show = move || {
        let view = View {
            shared,
            subscription: &subscription,
            book: &book,
            open,
            online,
        };
        match chosen.get() {
            Some(Choice::Enterprise) => enterprise(&subscription, &book),
            Some(Choice::Tier(tier)) => view.tier(tier),
            None => view.tier(subscription.tier),
        }
    };
    show.into_any()
}

struct View<'a> {
    shared: Shared,
    subscription: &'a Subscription,
    book: &'a PriceBook,
    open: RwSignal<bool>,
    online: Online,
}

impl View<'_> {
    fn tier(&self, tier: u64) -> AnyView {
        let text = &messages().change;
        match state::kind(self.subscription, tier) {
            Kind::Current => self.note(text.current_title, text.current_text.to_owned()),
            Kind::AlreadyScheduled => {
                let day = state::scheduled_on(self.subscription, tier).map(format::date);
                let figures = [format::count(tier), day.unwrap_or_default()];
                let words = fill(text.already_text, &figures.each_ref().map(String::as_str));
                self.note(text.already_title, words)
            }
            kind => {
                let change = PlanChange::to_tier(tier);
                match state::preview(self.book, self.subscription, &change) {
                    Ok(quote) => self.quote(kind, tier, quote),
                    Err(why) => self.refusal(&why),
                }
            }
        }
    }

    /// A choice that changes nothing: what the next invoice is anyway, and nothing to agree to.
    fn note(&self, title: &'static str, words: String) -> AnyView {
        let text = &messages().change;
        let quote = state::preview(self.book, self.subscription, &PlanChange::default());
        let next = quote.ok().map(|quote| {
            let label = fill(text.before, &[&format::day(quote.next_invoice.date)]);
            let total = format::money(&quote.next_invoice.statement.total, &quote.currency);
            then_part(label, total)
        });
        view! {
            <section class="card change-plan__price">
                <div class="card__head"><h2 class="card__title">{title}</h2></div>
                <p class="change-plan__promise">{words}</p>
                <div class="change-plan__then change-plan__then--one">{next}</div>
                {outcome::outcome(self.shared)}
                <NavLink to=Page::MyPlan class="button">{text.to_plan}</NavLink>
            </section>
        }
        .into_any()
    }

    fn refusal(&self, why: &NoQuote) -> AnyView {
        let shared = self.shared;
        let words = match why {
            NoQuote::OtherBook => messages().failure.other_book.to_owned(),
            NoQuote::Refused(refusal) => refusal.to_string(),
        };
        let retry = view! {
            <button type="button" class="button" on:click=move |_| shared.refresh()>
                {messages().failure.retry}
            </button>
        };
        banner(Tone::Failed, words, Vec::new(), Some(retry.into_any()))
    }

    fn quote(&self, kind: Kind, tier: u64, quote: Quote) -> AnyView {
        let text = &messages().change;
        let currency = self.subscription.currency.as_str();
        let tiers = [self.subscription.tier, tier].map(format::count);
        let from_to = fill(text.from_to, &tiers.each_ref().map(String::as_str));
        let title = match kind {
            Kind::Downgrade => fill(text.from_date, &[&format::date(quote.next_invoice.date)]),
            _ => text.due_now.to_owned(),
        };
        let notes = self.notes(kind, tier, &quote);
        let receipt = if kind == Kind::Upgrade {
            self.receipt(&quote)
        } else {
            receipt::sum(text.nothing_due.to_owned(), &quote.due_now.total, currency)
        };
        view! {
            <section class="card receipt change-plan__price" aria-label=from_to.clone()>
                <div class="card__head">
                    <h2 class="card__title">{title}</h2>
                    <p class="card__aside">{from_to.clone()}</p>
                </div>
                {receipt}
                {then(&quote)}
                {self.terms(kind, &quote)}
                <div class="change-plan__notes">{notes}</div>
                {outcome::outcome(self.shared)}
                {self.action(kind, quote)}
            </section>
        }
        .into_any()
    }

    fn receipt(&self, quote: &Quote) -> AnyView {
        let text = messages();
        let untaxed = quote.due_now.taxes.is_empty().then(|| {
            let name = format::currency_name(&quote.currency);
            view! {
                <p class="receipt__tax receipt__row">
                    <span class="receipt__label">{text.receipt.tax}</span>
                    <span class="receipt__amount">{format::money("0", &quote.currency)}</span>
                    <span class="receipt__mark receipt__mark--none"></span>
                    <span class="receipt__why">{fill(text.receipt.no_tax, &[&name])}</span>
                </p>
            }
        });
        let (due, currency) = (&quote.due_now, quote.currency.as_str());
        let taxes = (!due.taxes.is_empty()).then(|| {
            view! {
                <p class="receipt__subtotal">
                    <span>{text.receipt.subtotal}</span>
                    <span>{format::money(&due.subtotal, currency)}</span>
                </p>
                {receipt::taxes(&due.taxes, currency, self.open)}
            }
        });
        view! {
            {receipt::lines(&due.lines, currency, self.open)}
            {taxes}
            {untaxed}
            {receipt::sum(text.change.total_due.to_owned(), &due.total, currency)}
            <How open=self.open />
        }
        .into_any()
    }

    fn terms(&self, kind: Kind, quote: &Quote) -> AnyView {
        let text = &messages().change;
        let effect = match kind {
            Kind::Downgrade => {
                fill(text.effect_date, &[&format::date(quote.next_invoice.date)])
            }
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
            terms.extend([(text.charged_to, charged), (text.holds, until)]);
        }
        let terms = terms.into_iter().map(|(term, fact)| {
            view! {
                <dt class="change-plan__term">{term}</dt>
                <dd class="change-plan__fact">{fact}</dd>
            }
        });
        view! { <dl class="change-plan__terms">{terms.collect_view()}</dl> }.into_any()
    }

    fn notes(&self, kind: Kind, tier: u64, quote: &Quote) -> AnyView {
        let text = &messages().change;
        let currency = self.subscription.currency.as_str();
        let mut notes = Vec::new();
        if let Some(overage) = state::overage_avoided(quote).filter(|_| kind == Kind::Upgrade) {
            let month = format::month(quote.billing_day);
            let usage = self.usage();
            let overage = format::money(overage, currency);
            let words = fill(text.avoided, &[&month, &overage, &format::count(usage)]);
            notes.push(banner(Tone::Plain, words, Vec::new(), None));
        }
        if let Some(lower) = state::scheduled_tier(self.subscription)
            && kind == Kind::Upgrade
        {
            let words = fill(text.drops_downgrade, &[&format::count(lower)]);
            notes.push(banner(Tone::Plain, words, Vec::new(), None));
        }
        if kind == Kind::Downgrade {
            let day = format::day(quote.next_invoice.date);
            let words = fill(text.lower_limit, &[&format::count(tier), &day]);
            notes.push(banner(Tone::Plain, words, Vec::new(), None));
            let list = list_of(self.book, self.subscription).ok();
            let warning = list.and_then(|list| state::warning(list, self.subscription, tier));
            notes.extend(warning.map(|warning| self.warning(tier, &warning)));
        }
        notes.collect_view().into_any()
    }

    fn warning(&self, tier: u64, warning: &Warning) -> AnyView {
        let text = &messages().change;
        let overage = format::money(&warning.overage, &self.subscription.currency);
        let figures = [format::count(warning.usage), overage, format::count(tier)];
        let title = fill(text.warn_overage, &figures.each_ref().map(String::as_str));
        let list = list_of(self.book, self.subscription).ok();
        let percent = list.map_or(0, |list| list.lock_percent).to_string();
        let lock = warning.locks.then(|| fill(text.warn_lock, &[&percent]));
        banner(Tone::Over, title, lock.into_iter().collect(), None)
    }

    fn usage(&self) -> u64 {
        let state = self.subscription.state();
        list_of(self.book, self.subscription).map_or(0, |list| {
            self.subscription.account(&state, list).usage().usage
        })
    }

    fn action(&self, kind: Kind, quote: Quote) -> AnyView {
        let text = &messages().change;
        let charges = state::charges_now(&quote);
        let lacks_card = charges && self.subscription.payment_method.is_none();
        let total = format::money(&quote.due_now.total, &quote.currency);
        let (label, promise) = match kind {
            Kind::Downgrade => (text.downgrade.to_owned(), text.promise_downgrade),
            Kind::InTrial => (text.update.to_owned(), text.promise_trial),
            _ if charges => (fill(text.update_pay, &[&total]), text.promise),
            _ => (text.update.to_owned(), text.promise),
        };
        let (online, ordering) = (self.online, self.shared.ordering);
        let hindered = move || !online.get() || lacks_card || ordering.is_pending();
        let why = move || match () {
            () if !online.get() => messages().shell.offline_reason,
            () if lacks_card => text.no_card_detail,
            () => promise,
        };
        let confirm = move |_| {
            if online.get_now() && !lacks_card {
                ordering.confirm(&quote);
            }
        };
        view! {
            <div class="change-plan__action">
                <button
                    type="button"
                    class="button button--primary button--wide"
                    aria-busy=move || ordering.is_busy().to_string()
                    aria-disabled=move || hindered().to_string()
                    aria-describedby="promise"
                    on:click=confirm
                >
                    <span class="button__stack">
                        <span class="button__label">{label}</span>
                        <span class="button__spinner"></span>
                    </span>
                </button>
                <p class="change-plan__promise" id="promise">{why}</p>
            </div>
        }
        .into_any()
    }
}

/// The next invoice before and after.
fn then(quote: &Quote) -> AnyView {
    let text = &messages().change;
    let part = |label: &'static str, next: &api::quote::NextInvoice| {
        let label = fill(label, &[&format::day(next.date)]);
        then_part(label, format::money(&next.statement.total, &quote.currency))
    };
    view! {
        <div class="change-plan__then">
            {part(text.before, &quote.next_invoice_before)}
            <Icon sign=Sign::Onward />
            {part(text.after, &quote.next_invoice)}
        </div>
    }
    .into_any()
}

fn then_part(label: String, total: String) -> AnyView {
    view! {
        <div class="change-plan__then-part">
            <p class="change-plan__then-label">{label}</p>
            <p class="change-plan__then-value">{total}</p>
        </div>
    }
    .into_any()
}

/// More than the largest tier holds: nothing is ordered here (UX 16).
fn enterprise(subscription: &Subscription, book: &PriceBook) -> AnyView {
    let text = &messages().change;
    let largest = list_of(book, subscription)
        .ok()
        .and_then(|list| list.tiers.last())
        .map_or(0, |tier| tier.limit);
    view! {
        <section class="card change-plan__price">
            <div class="card__head"><h2 class="card__title">{text.enterprise_title}</h2></div>
            <p>{fill(text.enterprise_text, &[&format::count(largest)])}</p>
            <div class="change-plan__action">
                <a class="button button--primary button--wide" href=text.enterprise_mail>
                    {text.enterprise_action}
                </a>
            </div>
        </section>
    }
    .into_any()
}
