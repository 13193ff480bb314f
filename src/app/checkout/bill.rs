//! The price of an order: the receipt, the next invoices, and the button that confirms it.

use std::rc::Rc;

use api::plan::quote::{NoQuote, Quote};
use api::plan::subscription::Subscription;
use billing::pricing::quote::NextInvoice;
use billing::{Money, PlanChange, PriceBook};

use super::ordering::Ordering;
use super::outcome::outcome;
use super::{Checkout, preview};
use crate::browser::online::Online;
use crate::components::feedback::banner::{Tone, banner};
use crate::components::form::button::patient;
use crate::components::icon::{Sign, icon};
use crate::components::receipt::{self, how};
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::view::{Element, Live, View, button, dd, div, dl, dt, h2, p, section, shared, span};

/// What is due now, line by line; `open` opens all derivations.
pub(crate) fn due(quote: &Quote, book: &PriceBook, open: Live<bool>) -> View {
    let due = &quote.due_now;
    let currency = due.total.currency();
    let untaxed = due.taxes.is_empty().then(|| {
        let why = fill(
            messages::receipt().no_tax,
            &[&format::currency_name(currency.code())],
        );
        p("receipt__tax receipt__row")
            .child(span("receipt__label").child(messages::receipt().tax))
            .child(span("receipt__amount").child(format::money(Money::zero(currency))))
            .child(span("receipt__mark receipt__mark--none"))
            .child(span("receipt__why").child(why))
    });
    View::Many(vec![
        receipt::lines(&due.lines, book, open),
        receipt::subtotal(due),
        receipt::taxes(&due.taxes, open),
        untaxed.into(),
        receipt::sum(messages::change().total_due, due.total),
        how(open).into(),
    ])
}

/// The next invoice before and after the order.
pub(crate) fn then(quote: &Quote) -> Element {
    let text = messages::change();
    div("checkout__then")
        .child(then_part(text.before, &quote.next_invoice_before))
        .child(icon(Sign::Onward))
        .child(then_part(text.after, &quote.next_invoice))
}

/// The next invoice, under a label that names its day.
pub(crate) fn then_part(label: &str, next: &NextInvoice) -> Element {
    let total = format::money(next.statement.total);
    div("checkout__then-part")
        .child(p("checkout__then-label").child(fill(label, &[&format::day(next.date)])))
        .child(p("checkout__then-value").child(total))
}

/// What is charged, and until when the price is valid.
pub(crate) fn payment_terms(
    subscription: &Subscription,
    quote: &Quote,
) -> [(&'static str, String); 2] {
    let text = messages::change();
    let method = subscription.payment_method.as_ref();
    let charged = method.map_or(text.no_card.to_owned(), |card| {
        fill(messages::plan().card, &[&card.brand, &card.last4])
    });
    let zone = format::zone(subscription.offset_minutes);
    let until = fill(text.holds_until, &[&format::day(quote.billing_day), &zone]);
    [(text.charged_to, charged), (text.holds, until)]
}

/// A list of terms, each with its value.
pub(crate) fn terms(terms: impl IntoIterator<Item = (String, String)>) -> Element {
    dl("checkout__terms").children(terms.into_iter().flat_map(|(term, fact)| {
        [
            dt("checkout__term").child(term),
            dd("checkout__fact").child(fact),
        ]
    }))
}

/// What is said about a choice that changes nothing.
pub(crate) struct NothingNew<'a> {
    pub(crate) title: &'a str,
    pub(crate) words: &'a str,
    /// The users that the estimate is based on.
    pub(crate) estimated_with: Option<Element>,
}

/// A choice that changes nothing: the next invoice stays as it is, and nothing is to be confirmed.
pub(crate) fn nothing_new(
    checkout: Checkout,
    subscription: &Subscription,
    book: &PriceBook,
    said: NothingNew<'_>,
) -> View {
    let text = messages::change();
    let quote = preview(book, subscription, &PlanChange::default());
    let next = quote.ok().map(|quote| {
        let part = then_part(text.before, &quote.next_invoice);
        div("checkout__then").child(part)
    });
    section("card checkout__price")
        .child(div("card__head").child(h2("card__title").child(said.title)))
        .child(p("checkout__promise").child(said.words))
        .child(next)
        .child(said.estimated_with)
        .child(outcome(checkout))
        .child(div("card__foot").child(link(Page::MyPlan, "button").child(text.to_plan)))
        .into()
}

/// Why a choice has no price, with a button that asks again.
pub(crate) fn refusal(checkout: Checkout, why: &NoQuote, unpriced: &str) -> View {
    let words = match why {
        NoQuote::OtherBook => messages::failure().other_book,
        NoQuote::Refused(_) => unpriced,
    };
    let retry = button("button")
        .attr("type", "button")
        .on("click", move |_| checkout.refresh())
        .child(messages::failure().retry);
    banner(Tone::Failed, words, &[], Some(retry)).into()
}

/// What the person is asked to confirm.
pub(crate) struct Agreement {
    /// The label of the button.
    pub(crate) label: String,
    /// The sentence below the button.
    pub(crate) promise: &'static str,
    /// What has to be done first; `None` when the order can be confirmed.
    pub(crate) disabled_reason: Rc<dyn Fn() -> Option<String>>,
    /// The click handler. It is not called while the browser is offline.
    pub(crate) agree: Box<dyn Fn()>,
}

/// The button that confirms the order.
pub(crate) fn action(ordering: Ordering, agreement: Agreement) -> Element {
    let online: Online = shared();
    let Agreement {
        label,
        promise,
        disabled_reason,
        agree,
    } = agreement;
    let reason = Rc::clone(&disabled_reason);
    let why = move || match disabled_reason() {
        _ if !online.get() => messages::shell().offline_reason.to_owned(),
        Some(disabled_reason) => disabled_reason,
        None => promise.to_owned(),
    };
    let is_disabled = move || !online.get() || reason().is_some() || ordering.is_pending();
    let class = "button button--primary button--wide";
    let button = patient(class, &label, move || ordering.is_busy())
        .attr("type", "button")
        .attr("aria-describedby", "promise")
        .flag("aria-disabled", is_disabled)
        .slot(ordering.button())
        .on("click", move |_| {
            if online.get_now() {
                agree();
            }
        });
    div("checkout__action")
        .child(button)
        .child(p("checkout__promise").id("promise").live(why))
}
